"""The rules for objects: fields that come, go and change."""

from collections.abc import Iterator

from game_events_contract.compatibility.comparison import Pair
from game_events_contract.compatibility.limits import count_changes
from game_events_contract.compatibility.names import elsewhere, said_of
from game_events_contract.compatibility.report import Change
from game_events_contract.compatibility.rules import CompatibilityRule as Rule
from game_events_contract.compatibility.values import matches, types
from game_events_contract.repository import Document


def object_changes(pair: Pair) -> Iterator[Change]:
    before, after = pair.old.get("properties", {}), pair.new.get("properties", {})
    for name in _both(before, after):
        if name in before and name in after:
            yield from pair.within.changes(before[name], after[name], pair.at("properties", name))
        elif name in after:
            yield from _added(name, pair)
        else:
            yield from _removed(name, pair)
    yield from _required(pair)
    yield from _rest(pair)
    yield from _patterns(pair)
    most = None if pair.names is None else len(pair.names)
    yield from count_changes(pair, "minProperties", "maxProperties", len(pair.old.get("required", ())), most)
    yield from _names(pair)
    yield from _dependent_required(pair)


def _both(before: Document, after: Document) -> list[str]:
    """The names of both, the newer's first."""
    return [*after, *(name for name in before if name not in after)]


def _added(name: str, pair: Pair) -> Iterator[Change]:
    if name in pair.new.get("required", ()) and name not in pair.old.get("required", ()):
        return  # said by the rule for required fields
    unknown = pair.names is not None and name not in pair.names
    breaks = not unknown and not pair.within.passes(elsewhere(name, pair.old), pair.new["properties"][name])
    rule = Rule.FIELD_ADDED_TO_OPEN_OBJECT if breaks else Rule.OPTIONAL_FIELD_ADDED
    yield pair.change(rule, "properties", name, detail=name)


def _removed(name: str, pair: Pair) -> Iterator[Change]:
    before, after = pair.old["properties"][name], elsewhere(name, pair.new)
    if pair.names is not None and name not in pair.names:
        return
    if after is False and not pair.within.passes(before, after):
        yield pair.change(Rule.FIELD_REMOVED, "properties", name, detail=name)
    else:
        yield pair.change(Rule.FIELD_REMOVED_FROM_OPEN_OBJECT, "properties", name, detail=name)
        yield from pair.within.breaking(before, after, pair.at("properties", name))


def _required(pair: Pair) -> Iterator[Change]:
    before, after = set(pair.old.get("required", ())), set(pair.new.get("required", ()))
    for name in sorted(after - before):
        known = name in pair.old.get("properties", {})
        rule = Rule.FIELD_MADE_REQUIRED if known else Rule.REQUIRED_FIELD_ADDED
        yield pair.change(rule, "properties", name, detail=name)
    for name in sorted(before - after):
        if name in pair.new.get("properties", {}):
            yield pair.change(Rule.FIELD_MADE_OPTIONAL, "properties", name, detail=name)


def _rest(pair: Pair) -> Iterator[Change]:
    before, after = (schema.get("additionalProperties", True) for schema in (pair.old, pair.new))
    if before is not False and after is False:
        if pair.names is None or any(_shut_out(name, pair) for name in pair.names):
            yield pair.change(Rule.OBJECT_CLOSED, "additionalProperties")
    elif before is False and after is not False:
        yield pair.change(Rule.OBJECT_OPENED, "additionalProperties")
    elif before is not False:
        yield from pair.within.changes(before, after, pair.at("additionalProperties"))


def _shut_out(name: str, pair: Pair) -> bool:
    """Whether a field that no rule but the one for the rest speaks of was allowed before and is refused now."""
    described = name in pair.old.get("properties", {}) or name in pair.new.get("properties", {})
    return not described and elsewhere(name, pair.old) is not False and elsewhere(name, pair.new) is False


def _patterns(pair: Pair) -> Iterator[Change]:
    before, after = pair.old.get("patternProperties", {}), pair.new.get("patternProperties", {})
    rest = pair.new.get("additionalProperties", True)
    for pattern in _both(after, before):
        spot = ("patternProperties", pattern)
        if pattern in before and pattern in after:
            yield from pair.within.changes(before[pattern], after[pattern], pair.at(*spot))
        elif pattern in after:
            rule = Rule.FIELD_ADDED_TO_OPEN_OBJECT if _meets(pattern, pair) else Rule.OPTIONAL_FIELD_ADDED
            yield pair.change(rule, *spot, detail=pattern)
        elif rest is False:
            yield pair.change(Rule.FIELD_REMOVED, *spot, detail=pattern)
        else:
            yield pair.change(Rule.FIELD_CONSTRAINT_REMOVED, *spot, detail=pattern)
            yield from pair.within.breaking(before[pattern], rest, pair.at(*spot))


def _meets(pattern: str, pair: Pair) -> bool:
    """Whether a new name pattern can meet a field that was not at least as narrow before."""
    old = pair.old
    if pair.names is None:
        met = [rule for name, rule in old.get("properties", {}).items() if matches(pattern, name)]
        met += [*old.get("patternProperties", {}).values(), old.get("additionalProperties", True)]
    else:
        met = [said_of(name, old) for name in pair.names if matches(pattern, name)]
    return not all(pair.within.passes(rule, pair.new["patternProperties"][pattern]) for rule in met)


def _names(pair: Pair) -> Iterator[Change]:
    """Names are texts, whether their rule says so or not."""
    if "propertyNames" not in pair.old and "propertyNames" not in pair.new:
        return
    if pair.names is not None and pair.within.passes({"enum": sorted(pair.names)}, pair.new.get("propertyNames", True)):
        return
    before, after = (
        _of_texts(forms.of(schema.get("propertyNames", True)))
        for schema, forms in ((pair.old, pair.within.old), (pair.new, pair.within.new))
    )
    yield from pair.within.changes(before, after, pair.at("propertyNames"))


def _of_texts(form: Document) -> Document:
    return {**form, "type": "string"} if "string" in types(form) else {"not": {}}


def _dependent_required(pair: Pair) -> Iterator[Change]:
    before, after = pair.old.get("dependentRequired", {}), pair.new.get("dependentRequired", {})
    for name in _both(before, after):
        more = set(after.get(name, ())) - set(before.get(name, ())) - set(pair.old.get("required", ()))
        if more and (pair.names is None or name in pair.names):
            detail = ", ".join(sorted(more))
            yield pair.change(Rule.CONDITION_ADDED, "dependentRequired", name, detail=detail)
        elif set(before.get(name, ())) - set(after.get(name, ())):
            yield pair.change(Rule.CONDITION_REMOVED, "dependentRequired", name)

"""The rules for conditions: `allOf`, `anyOf`, `oneOf`, `not`, `if` and `dependentSchemas`.

A condition is harmless when it is the same as before or provably refuses no more.
"""

from collections.abc import Iterator
from typing import Any

from game_events_contract.compatibility.comparison import Pair
from game_events_contract.compatibility.references import resolve
from game_events_contract.compatibility.report import Change
from game_events_contract.compatibility.rules import CompatibilityRule as Rule
from game_events_contract.compatibility.unevaluated import REST_CONDITIONS
from game_events_contract.compatibility.values import canonical, listed, types
from game_events_contract.repository import Document

_CONDITIONS = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", *REST_CONDITIONS)


def condition_changes(pair: Pair) -> Iterator[Change]:
    for family in (_all_of, _any_of, _one_of, _not, _if, _dependent_schemas):
        yield from family(pair)


def _plain(schema: Document) -> Document:
    """What a schema says without its conditions."""
    return {keyword: value for keyword, value in schema.items() if keyword not in _CONDITIONS}


def _reached(old: Any, options: list[Any], pair: Pair) -> bool:
    """Whether everything that `old` allows provably passes one of the options."""
    return any(pair.within.passes(old, option, pair.names) for option in options)


def _all_of(pair: Pair) -> Iterator[Change]:
    before, after = pair.old.get("allOf", []), pair.new.get("allOf", [])
    known = [*before, _plain(pair.old)]
    implied = 0
    for index, condition in enumerate(after):
        if any(pair.within.passes(one, condition, pair.names) for one in known):
            implied += 1
            continue
        rule = Rule.CONDITION_CHANGED if index < len(before) else Rule.CONDITION_ADDED
        yield pair.change(rule, "allOf", str(index))
    if implied == len(after) and not pair.alike("allOf"):
        rule = Rule.CONDITION_REMOVED if len(after) < len(before) else Rule.CONDITION_LOOSENED
        yield pair.change(rule, "allOf")


def _any_of(pair: Pair) -> Iterator[Change]:
    before, after = pair.old.get("anyOf"), pair.new.get("anyOf")
    if after is None:
        if before is not None:
            yield pair.change(Rule.CONDITION_REMOVED, "anyOf")
        return
    plain = _plain(pair.old)
    branches = before if before is not None else pair.old.get("oneOf", [plain])
    stranded = not all(_reached(branch, after, pair) for branch in branches)
    if stranded and not _reached(plain, after, pair):
        yield pair.change(Rule.CONDITION_ADDED if before is None else Rule.CONDITION_CHANGED, "anyOf")
    elif not pair.alike("anyOf"):
        yield pair.change(Rule.CONDITION_LOOSENED, "anyOf")


def _one_of(pair: Pair) -> Iterator[Change]:
    before, after = pair.old.get("oneOf"), pair.new.get("oneOf")
    if after is None:
        if before is not None:
            yield pair.change(Rule.CONDITION_REMOVED, "oneOf")
        return
    if pair.alike("oneOf"):
        return
    branches = before if before is not None else pair.old.get("anyOf", [_plain(pair.old)])
    if all(_reached(branch, after, pair) for branch in branches) and _exclusive(after, pair.within.new_root):
        yield pair.change(Rule.CONDITION_LOOSENED, "oneOf")
    else:
        yield pair.change(Rule.CONDITION_ADDED if before is None else Rule.CONDITION_CHANGED, "oneOf")


def _exclusive(branches: list[Any], root: Document) -> bool:
    """Whether no value can match two of the branches, so that one more branch takes nothing away."""
    resolved = [resolve(branch, root) for branch in branches]
    return all(_disjoint(left, right, root) for index, left in enumerate(resolved) for right in resolved[index + 1 :])


def _disjoint(left: Document, right: Document, root: Document, depth: int = 8) -> bool:
    """Whether no value passes both, as far as `depth` levels of fields can tell."""
    if not types(left) & types(right):
        return True
    values = listed(left), listed(right)
    if values[0] is not None and values[1] is not None:
        return not {canonical(value) for value in values[0]} & {canonical(value) for value in values[1]}
    if depth == 0 or types(left) != {"object"} or types(right) != {"object"}:
        return False
    ours, theirs = left.get("properties", {}), right.get("properties", {})
    shared = set(left.get("required", ())) & set(right.get("required", ())) & ours.keys() & theirs.keys()
    return any(_disjoint(resolve(ours[name], root), resolve(theirs[name], root), root, depth - 1) for name in shared)


def _not(pair: Pair) -> Iterator[Change]:
    if "not" not in pair.new:
        if "not" in pair.old:
            yield pair.change(Rule.CONDITION_REMOVED, "not")
    elif "not" not in pair.old:
        yield pair.change(Rule.CONDITION_ADDED, "not")
    elif not pair.alike("not"):
        # What is forbidden now must have been forbidden before: the other way round.
        harmless = pair.within.contrary.passes(pair.new["not"], pair.old["not"])
        yield pair.change(Rule.CONDITION_LOOSENED if harmless else Rule.CONDITION_CHANGED, "not")


def _if(pair: Pair) -> Iterator[Change]:
    old, new = pair.old, pair.new
    if "if" not in old and "if" not in new:
        return
    if "if" not in new or not ("then" in new or "else" in new):
        yield pair.change(Rule.CONDITION_REMOVED, "if")
    elif "if" not in old:
        yield pair.change(Rule.CONDITION_ADDED, "if")
    elif not pair.alike("if"):
        yield pair.change(Rule.CONDITION_CHANGED, "if")
    else:
        for keyword in ("then", "else"):
            if not pair.within.passes(old.get(keyword, True), new.get(keyword, True), pair.names):
                yield pair.change(Rule.CONDITION_CHANGED, keyword)
            elif not pair.alike(keyword):
                yield pair.change(Rule.CONDITION_LOOSENED, keyword)


def _dependent_schemas(pair: Pair) -> Iterator[Change]:
    before, after = pair.old.get("dependentSchemas", {}), pair.new.get("dependentSchemas", {})
    for name in [*after, *(name for name in before if name not in after)]:
        if name not in after:
            yield pair.change(Rule.CONDITION_REMOVED, "dependentSchemas", name)
        elif not pair.within.passes(before.get(name, True), after[name], pair.names):
            rule = Rule.CONDITION_CHANGED if name in before else Rule.CONDITION_ADDED
            yield pair.change(rule, "dependentSchemas", name)
        elif name not in before or not pair.within.alike(before[name], after[name]):
            yield pair.change(Rule.CONDITION_LOOSENED, "dependentSchemas", name)

"""The rules for what a whole value is judged by: what it has to contain, and what nothing else has judged."""

from collections.abc import Iterator

from game_events_contract.compatibility.comparison import Pair
from game_events_contract.compatibility.names import evaluated_items, is_evaluated, longest, said_of
from game_events_contract.compatibility.report import Change
from game_events_contract.compatibility.rules import CompatibilityRule as Rule

_CONTAINED = ("minContains", "maxContains")
_EVALUATING = ("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "contains")
"""Beside `properties` and the like, what decides which fields and items are left to `unevaluated…`."""


def rest_changes(pair: Pair) -> Iterator[Change]:
    yield from _contained(pair)
    for keyword, harmless in (("unevaluatedItems", _items_left), ("unevaluatedProperties", _fields_left)):
        if keyword not in pair.new:
            if keyword in pair.old:
                yield pair.change(Rule.CONDITION_REMOVED, keyword)
        elif harmless(pair):
            if not pair.alike(keyword):
                yield pair.change(Rule.CONDITION_LOOSENED, keyword)
        else:
            yield pair.change(Rule.CONDITION_CHANGED if keyword in pair.old else Rule.CONDITION_ADDED, keyword)


def _contained(pair: Pair) -> Iterator[Change]:
    old, new = pair.old, pair.new
    if "contains" not in new:
        if "contains" in old:
            yield pair.change(Rule.CONDITION_REMOVED, "contains")
        return
    if pair.alike("contains", *_CONTAINED):
        return
    least, most = new.get("minContains", 1), new.get("maxContains")
    if "contains" not in old:
        if least > 0 or most is not None:
            yield pair.change(Rule.CONDITION_ADDED, "contains")
        return
    enough = least == 0 or (least <= old.get("minContains", 1) and pair.within.passes(old["contains"], new["contains"]))
    known = old.get("maxContains")
    few = most is None or (
        known is not None and known <= most and pair.within.contrary.passes(new["contains"], old["contains"])
    )
    keyword = next(name for name in ("contains", *_CONTAINED) if not pair.alike(name))
    yield pair.change(Rule.CONDITION_LOOSENED if enough and few else Rule.CONDITION_CHANGED, keyword)


def _fields_left(pair: Pair) -> bool:
    """Whether `unevaluatedProperties` provably refuses no field that was allowed before."""
    judging = pair.new["unevaluatedProperties"]
    if judging in (True, {}) or "additionalProperties" in pair.new:
        return True
    if pair.names is not None and all(
        is_evaluated(name, pair.new, pair.within.new) or pair.within.passes(said_of(name, pair.old), judging)
        for name in pair.names
    ):
        return True
    fewer = any(
        pair.old.get(names, {}).keys() - pair.new.get(names, {}).keys() for names in ("properties", "patternProperties")
    )
    return not fewer and "additionalProperties" not in pair.old and _as_much_left("unevaluatedProperties", pair)


def _items_left(pair: Pair) -> bool:
    """Whether `unevaluatedItems` provably refuses no item that was allowed before."""
    judging = pair.new["unevaluatedItems"]
    reached, most = evaluated_items(pair.new, pair.within.new), longest(pair.old)
    if judging in (True, {}) or reached is None or (most is not None and most <= reached):
        return True
    fewer = len(pair.new.get("prefixItems", ())) < len(pair.old.get("prefixItems", ()))
    return not fewer and "items" not in pair.old and _as_much_left("unevaluatedItems", pair)


def _as_much_left(keyword: str, pair: Pair) -> bool:
    """Whether what decides what is left is the same, and judges what is left no stricter."""
    same = keyword in pair.old and pair.alike(*_EVALUATING)
    return same and pair.within.passes(pair.old[keyword], pair.new[keyword])

"""The rules for what a whole value is judged by: what it has to contain, and what nothing else has judged."""

from collections.abc import Iterator

from game_events_contract.compatibility.comparison import Pair
from game_events_contract.compatibility.report import Change
from game_events_contract.compatibility.rules import CompatibilityRule as Rule

_UNEVALUATED = ("unevaluatedItems", "unevaluatedProperties")
_CONTAINED = ("minContains", "maxContains")
REST_CONDITIONS = ("contains", *_CONTAINED, *_UNEVALUATED)
_EVALUATING = ("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "contains")
"""Beside `properties` and the like, what decides which fields and items are left to `unevaluated…`."""


def rest_changes(pair: Pair) -> Iterator[Change]:
    for keyword in REST_CONDITIONS:
        if not pair.alike(keyword):
            yield pair.change(_rule(keyword, pair), keyword)
        elif keyword in _UNEVALUATED and keyword in pair.new and _more_left(keyword, pair):
            yield pair.change(Rule.CONDITION_CHANGED, keyword)


def _rule(keyword: str, pair: Pair) -> Rule:
    if keyword not in pair.old:
        return Rule.CONDITION_ADDED
    if keyword not in pair.new and keyword not in _CONTAINED:
        return Rule.CONDITION_REMOVED
    return Rule.CONDITION_CHANGED


def _more_left(keyword: str, pair: Pair) -> bool:
    """Whether `unevaluatedProperties` or `unevaluatedItems` may have more to judge than before."""
    old, new = pair.old, pair.new
    if keyword == "unevaluatedItems":
        rest, fewer = "items", len(new.get("prefixItems", ())) < len(old.get("prefixItems", ()))
    else:
        rest = "additionalProperties"
        fewer = any(
            old.get(names, {}).keys() - new.get(names, {}).keys() for names in ("properties", "patternProperties")
        )
    if rest in new or new[keyword] in (True, {}):
        return False
    return fewer or rest in old or not pair.alike(*_EVALUATING)

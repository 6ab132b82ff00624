"""The rules for arrays: their items, how many, and whether they repeat."""

from collections.abc import Iterator

from game_events_contract.compatibility.comparison import Pair
from game_events_contract.compatibility.limits import count_changes
from game_events_contract.compatibility.names import longest
from game_events_contract.compatibility.report import Change
from game_events_contract.compatibility.rules import CompatibilityRule as Rule


def array_changes(pair: Pair) -> Iterator[Change]:
    most = longest(pair.old)
    yield from count_changes(pair, "minItems", "maxItems", 0, most)
    before, after = bool(pair.old.get("uniqueItems")), bool(pair.new.get("uniqueItems"))
    if before and not after:
        yield pair.change(Rule.UNIQUE_ITEMS_DROPPED, "uniqueItems")
    elif after and not before and (most is None or most > 1):
        yield pair.change(Rule.UNIQUE_ITEMS_REQUIRED, "uniqueItems")
    yield from _items(pair, most)


def _items(pair: Pair, most: int | None) -> Iterator[Change]:
    before, after = pair.old.get("prefixItems", []), pair.new.get("prefixItems", [])
    rest_before, rest_after = pair.old.get("items", True), pair.new.get("items", True)
    described = max(len(before), len(after))
    for index in range(described):
        if most is None or index < most:
            yield from pair.within.changes(
                before[index] if index < len(before) else rest_before,
                after[index] if index < len(after) else rest_after,
                pair.at("prefixItems", str(index)),
            )
    if most is None or most > described:
        yield from pair.within.changes(rest_before, rest_after, pair.at("items"))

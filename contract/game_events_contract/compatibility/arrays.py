"""The rules for arrays: their items, how many, and whether they repeat."""

from collections.abc import Iterator

from game_events_contract.compatibility.comparison import Pair
from game_events_contract.compatibility.limits import count_changes
from game_events_contract.compatibility.report import Change
from game_events_contract.compatibility.rules import CompatibilityRule as Rule


def array_changes(pair: Pair) -> Iterator[Change]:
    yield from count_changes(pair, "minItems", "maxItems")
    before, after = bool(pair.old.get("uniqueItems")), bool(pair.new.get("uniqueItems"))
    if before != after:
        yield pair.change(Rule.UNIQUE_ITEMS_REQUIRED if after else Rule.UNIQUE_ITEMS_DROPPED, "uniqueItems")
    yield from _items(pair)


def _items(pair: Pair) -> Iterator[Change]:
    before, after = pair.old.get("prefixItems", []), pair.new.get("prefixItems", [])
    rest_before, rest_after = pair.old.get("items", True), pair.new.get("items", True)
    for index in range(max(len(before), len(after))):
        if index < pair.old.get("maxItems", index + 1):
            yield from pair.within.changes(
                before[index] if index < len(before) else rest_before,
                after[index] if index < len(after) else rest_after,
                pair.at("prefixItems", str(index)),
            )
    yield from pair.within.changes(rest_before, rest_after, pair.at("items"))

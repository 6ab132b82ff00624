"""The rules for values of any type: `type`, `enum`, `const`."""

import json
from collections.abc import Iterator
from typing import Any

from game_events_contract.compatibility.comparison import Pair
from game_events_contract.compatibility.report import Change
from game_events_contract.compatibility.rules import CompatibilityRule as Rule
from game_events_contract.compatibility.values import TYPES, canonical, listed, types
from game_events_contract.repository import SchemaVersion

_VERSION = ("properties", "schema_version")
"""Where an event names its own version, as a constant that every version changes."""


def type_changes(pair: Pair) -> Iterator[Change]:
    before, after = types(pair.old), types(pair.new)
    lost, gained = before - after, after - before
    if not before & after:
        yield pair.change(Rule.TYPE_CHANGED, "type", detail=f"{_names(before)} became {_names(after)}")
    elif lost:
        yield pair.change(Rule.TYPE_NARROWED, "type", detail=f"{_names(lost)} no longer allowed")
    if before & after and gained:
        yield pair.change(Rule.TYPE_WIDENED, "type", detail=f"{_names(gained)} now allowed too")


def _names(allowed: frozenset[str]) -> str:
    return "any type" if allowed >= TYPES else ", ".join(sorted(allowed))


def listed_changes(pair: Pair) -> Iterator[Change]:
    before, after = listed(pair.old), listed(pair.new)
    was_constant, is_constant = "const" in pair.old, "const" in pair.new
    keyword = "const" if is_constant or (was_constant and after is None) else "enum"
    if before is None and after is not None:
        rule = Rule.CONST_ADDED if is_constant else Rule.ENUM_ADDED
        yield pair.change(rule, keyword, detail=f"only {_values(after)} allowed")
    elif before is not None and after is None:
        rule = Rule.CONST_WIDENED if was_constant else Rule.ENUM_REMOVED
        yield pair.change(rule, keyword, detail="any value allowed")
    elif before is not None and after is not None:
        yield from _list_changes(pair, keyword, before, after)


def _list_changes(pair: Pair, keyword: str, before: list[Any], after: list[Any]) -> Iterator[Change]:
    known, allowed = {canonical(value) for value in before}, {canonical(value) for value in after}
    lost = [value for value in before if canonical(value) not in allowed]
    gained = [value for value in after if canonical(value) not in known]
    if lost and len(known) == 1 and len(allowed) == 1:
        if not _is_next_version(pair):
            yield pair.change(Rule.CONST_CHANGED, keyword, detail=f"{_values(before)} became {_values(after)}")
    elif not known & allowed:
        yield pair.change(Rule.ENUM_REPLACED, keyword, detail=f"{_values(lost)} no longer allowed")
    elif lost:
        yield pair.change(Rule.ENUM_VALUE_REMOVED, keyword, detail=f"{_values(lost)} no longer allowed")
    if known & allowed and gained:
        rule = Rule.CONST_WIDENED if "const" in pair.old else Rule.ENUM_VALUE_ADDED
        yield pair.change(rule, keyword, detail=f"{_values(gained)} now allowed")


def _values(values: list[Any]) -> str:
    shown = ", ".join(json.dumps(value, ensure_ascii=False) for value in values[:5])
    return f"{shown}, … ({len(values)})" if len(values) > 5 else shown


def _is_next_version(pair: Pair) -> bool:
    if pair.tokens != _VERSION:
        return False
    try:
        SchemaVersion.parse(pair.old.get("const", ""))
        SchemaVersion.parse(pair.new.get("const", ""))
    except (TypeError, ValueError):
        return False
    return True

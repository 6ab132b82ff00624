"""The rules for limits: of numbers, of texts, and of how many there may be of something."""

from collections.abc import Iterator
from fractions import Fraction

from game_events_contract.compatibility.comparison import Pair
from game_events_contract.compatibility.report import Change
from game_events_contract.compatibility.rules import CompatibilityRule as Rule
from game_events_contract.compatibility.values import types
from game_events_contract.repository import Document

_TEXT = {
    "pattern": (Rule.PATTERN_ADDED, Rule.PATTERN_REMOVED, Rule.PATTERN_CHANGED),
    "format": (Rule.FORMAT_ADDED, Rule.FORMAT_REMOVED, Rule.FORMAT_CHANGED),
}


def number_changes(pair: Pair) -> Iterator[Change]:
    integral = "number" not in types(pair.old)
    for keyword, sign in (("minimum", 1), ("maximum", -1)):
        before, after = (_limit(schema, keyword, sign, integral) for schema in (pair.old, pair.new))
        if before != after:
            tightened = after is not None and (before is None or after > before)
            yield pair.change(_bound(tightened), keyword)
    before_step, after_step = pair.old.get("multipleOf"), pair.new.get("multipleOf")
    if before_step != after_step:
        implied = before_step if before_step is not None else (1 if integral else None)
        loosened = after_step is None or (
            implied is not None and Fraction(str(implied)) % Fraction(str(after_step)) == 0
        )
        yield pair.change(Rule.MULTIPLE_OF_LOOSENED if loosened else Rule.MULTIPLE_OF_TIGHTENED, "multipleOf")


def _bound(tightened: bool) -> Rule:
    return Rule.BOUND_TIGHTENED if tightened else Rule.BOUND_LOOSENED


def _limit(schema: Document, keyword: str, sign: int, integral: bool) -> tuple[Fraction, bool] | None:
    """The bound as (value, exclusive), larger is tighter; None when there is none."""
    bounds: list[tuple[Fraction, bool]] = []
    if keyword in schema:
        bounds.append((sign * Fraction(str(schema[keyword])), False))
    exclusive = "exclusive" + keyword.capitalize()
    if exclusive in schema:
        bounds.append((sign * Fraction(str(schema[exclusive])), True))
    if integral:
        whole = [(value // 1 + 1) if strict else -(-value // 1) for value, strict in bounds]
        bounds = [(Fraction(value), False) for value in whole]
    return max(bounds, default=None)


def count_changes(pair: Pair, least: str, most: str) -> Iterator[Change]:
    """`minLength`/`maxLength` and the like: absent means 0 and unbounded."""
    before, after = pair.old.get(least, 0), pair.new.get(least, 0)
    if before != after:
        yield pair.change(_bound(after > before), least, detail=f"{before} became {after}")
    upper_before, upper_after = pair.old.get(most), pair.new.get(most)
    if upper_before != upper_after:
        tightened = upper_after is not None and (upper_before is None or upper_after < upper_before)
        yield pair.change(_bound(tightened), most, detail=f"{upper_before} became {upper_after}")


def text_changes(pair: Pair) -> Iterator[Change]:
    yield from count_changes(pair, "minLength", "maxLength")
    for keyword, (added, removed, changed) in _TEXT.items():
        before, after = pair.old.get(keyword), pair.new.get(keyword)
        if before != after:
            rule = added if before is None else removed if after is None else changed
            yield pair.change(rule, keyword, detail=f"{before} became {after}")

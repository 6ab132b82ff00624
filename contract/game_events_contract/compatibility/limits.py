"""The rules for limits: of numbers, of texts, and of how many there may be of something."""

from collections.abc import Iterator
from fractions import Fraction

from game_events_contract.compatibility.comparison import Pair
from game_events_contract.compatibility.regular import language
from game_events_contract.compatibility.report import Change
from game_events_contract.compatibility.rules import CompatibilityRule as Rule
from game_events_contract.compatibility.values import types
from game_events_contract.repository import Document

_PATTERN = (Rule.PATTERN_ADDED, Rule.PATTERN_REMOVED, Rule.PATTERN_CHANGED)
_FORMAT = (Rule.FORMAT_ADDED, Rule.FORMAT_REMOVED, Rule.FORMAT_CHANGED)


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


def count_changes(pair: Pair, least: str, most: str, fewest: int = 0, largest: int | None = None) -> Iterator[Change]:
    """`minLength`/`maxLength` and the like: absent means 0 and unbounded.

    `fewest` and `largest` are what the rest of the older schema already implies.
    """
    before, after = pair.old.get(least, 0), pair.new.get(least, 0)
    if before != after:
        yield pair.change(_bound(after > max(before, fewest)), least, detail=f"{before} became {after}")
    upper_before, upper_after = pair.old.get(most), pair.new.get(most)
    if upper_before != upper_after:
        known = min((bound for bound in (upper_before, largest) if bound is not None), default=None)
        tightened = upper_after is not None and (known is None or upper_after < known)
        yield pair.change(_bound(tightened), most, detail=f"{upper_before} became {upper_after}")


def text_changes(pair: Pair) -> Iterator[Change]:
    before, after = pair.old.get("pattern"), pair.new.get("pattern")
    matched = None if before is None else language(before, wide=True)
    shortest, longest = (0, None) if matched is None else (matched.shortest(), matched.longest())
    yield from count_changes(pair, "minLength", "maxLength", shortest, longest)
    if before != after:
        loosened = before is not None and after is not None and _matches_as_much(pair)
        yield pair.change(
            Rule.PATTERN_LOOSENED if loosened else _rule(before, after, *_PATTERN),
            "pattern",
            detail=f"{before} became {after}",
        )
    before, after = pair.old.get("format"), pair.new.get("format")
    if before != after:
        yield pair.change(_rule(before, after, *_FORMAT), "format", detail=f"{before} became {after}")


def _rule(before: str | None, after: str | None, added: Rule, removed: Rule, changed: Rule) -> Rule:
    return added if before is None else removed if after is None else changed


def _matches_as_much(pair: Pair) -> bool:
    """Whether the newer pattern provably matches all that the older did."""
    matched, matching = language(pair.old["pattern"], wide=True), language(pair.new["pattern"], wide=False)
    return matched is not None and matching is not None and matched.within(matching)

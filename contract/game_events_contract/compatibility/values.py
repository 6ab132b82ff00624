"""The rules for single values: types, listed values, bounds, patterns. Each yields (rule id, keyword, detail)."""

import json
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

import jsonschema_rs

from game_events_contract.repository import Document

Finding = tuple[str, str, str]

TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})


def canonical(value: Any) -> str:
    """Equal text for values that JSON Schema calls equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{canonical(value[key])}" for key in sorted(value)) + "}"
    return json.dumps(value)


def types(schema: Document) -> frozenset[str]:
    """The types a schema allows; `number` includes `integer`."""
    declared = schema.get("type")
    allowed = frozenset([declared] if isinstance(declared, str) else TYPES if declared is None else declared)
    return allowed | {"integer"} if "number" in allowed else allowed


def listed(schema: Document) -> list[Any] | None:
    """The finite list of values a schema allows by `const` and `enum`; None when it has neither."""
    values: list[Any] | None = schema.get("enum")
    if "const" not in schema:
        return values
    constant = canonical(schema["const"])
    return [schema["const"]] if values is None or constant in map(canonical, values) else []


@lru_cache(maxsize=4096)
def matches(pattern: str, name: str) -> bool:
    """Whether a regular expression of a schema finds something in a name, as the validator reads it."""
    return jsonschema_rs.Draft202012Validator({"pattern": pattern}).is_valid(name)


def type_findings(old: Document, new: Document) -> Iterator[Finding]:
    before, after = types(old), types(new)
    lost, gained = before - after, after - before
    if not before & after:
        yield "type-changed", "type", f"{_names(before)} became {_names(after)}"
    elif lost:
        yield "type-narrowed", "type", f"{_names(lost)} no longer allowed"
    if before & after and gained:
        yield "type-widened", "type", f"{_names(gained)} now allowed too"


def _names(allowed: frozenset[str]) -> str:
    return "any type" if allowed >= TYPES else ", ".join(sorted(allowed))


def listed_findings(old: Document, new: Document) -> Iterator[Finding]:
    before, after = listed(old), listed(new)
    keyword = "const" if "const" in new or ("const" in old and after is None) else "enum"
    if before is None and after is not None:
        yield f"{keyword}-added", keyword, f"only {_values(after)} allowed"
    elif before is not None and after is None:
        yield ("const-widened" if "const" in old else "enum-removed"), keyword, "any value allowed"
    elif before is not None and after is not None:
        known, allowed = {canonical(value) for value in before}, {canonical(value) for value in after}
        lost = [value for value in before if canonical(value) not in allowed]
        gained = [value for value in after if canonical(value) not in known]
        if lost and len(known) == 1 and len(allowed) == 1:
            yield "const-changed", keyword, f"{_values(before)} became {_values(after)}"
        elif not known & allowed:
            yield "enum-replaced", keyword, f"{_values(lost)} no longer allowed"
        elif lost:
            yield "enum-value-removed", keyword, f"{_values(lost)} no longer allowed"
        if known & allowed and gained:
            yield ("const-widened" if "const" in old else "enum-value-added"), keyword, f"{_values(gained)} now allowed"


def _values(values: list[Any]) -> str:
    shown = ", ".join(json.dumps(value, ensure_ascii=False) for value in values[:5])
    return f"{shown}, … ({len(values)})" if len(values) > 5 else shown


def number_findings(old: Document, new: Document) -> Iterator[Finding]:
    integral = "number" not in types(old)
    for keyword, sign in (("minimum", 1), ("maximum", -1)):
        before, after = _limit(old, keyword, sign, integral), _limit(new, keyword, sign, integral)
        if before != after:
            tightened = after is not None and (before is None or after > before)
            yield "bound-tightened" if tightened else "bound-loosened", keyword, ""
    before_step, after_step = old.get("multipleOf"), new.get("multipleOf")
    if before_step != after_step:
        implied = before_step if before_step is not None else (1 if integral else None)
        loosened = after_step is None or (
            implied is not None and Fraction(str(implied)) % Fraction(str(after_step)) == 0
        )
        yield "multiple-of-loosened" if loosened else "multiple-of-tightened", "multipleOf", ""


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


def count_findings(old: Document, new: Document, least: str, most: str) -> Iterator[Finding]:
    """`minLength`/`maxLength` and the like: absent means 0 and unbounded."""
    before, after = old.get(least, 0), new.get(least, 0)
    if before != after:
        yield "bound-tightened" if after > before else "bound-loosened", least, f"{before} became {after}"
    upper_before, upper_after = old.get(most), new.get(most)
    if upper_before != upper_after:
        tightened = upper_after is not None and (upper_before is None or upper_after < upper_before)
        yield "bound-tightened" if tightened else "bound-loosened", most, f"{upper_before} became {upper_after}"


def text_findings(old: Document, new: Document) -> Iterator[Finding]:
    yield from count_findings(old, new, "minLength", "maxLength")
    for keyword in ("pattern", "format"):
        before, after = old.get(keyword), new.get(keyword)
        if before != after:
            kind = "added" if before is None else "removed" if after is None else "changed"
            yield f"{keyword}-{kind}", keyword, f"{before} became {after}"

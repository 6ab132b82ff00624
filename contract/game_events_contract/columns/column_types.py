"""What type a field has as a column: decided by what its schema says, and by nothing else.

| the schema says | the column is |
|---|---|
| `boolean` | boolean |
| `integer` | bigint |
| `number` | double |
| `string` of `format` date, date-time | date; timestamp, in UTC |
| `string` with `x-decimal` | decimal, with the precision and the scale that it names |
| any other `string` | varchar |
| one of these or `null` | the same: a NULL says that there is no value |
| `integer` or `number` | double |
| scalars of several types | varchar, the value as it was written |
| an array, a map, an object with several shapes, anything | json |
"""

from collections.abc import Iterable, Mapping
from typing import Any

from game_events_contract.compatibility.references import resolve
from game_events_contract.compatibility.values import listed, matches
from game_events_contract.keywords import Keyword
from game_events_contract.repository import Document
from game_events_contract.walk import as_document

UNSAID = {
    "null": "null",
    "boolean": "boolean",
    "integer": "bigint",
    "number": "double",
    "string": "varchar",
    "array": "json",
    "object": "json",
}
"""By JSON type, the column of a schema that says no more than the type."""
FORMATS = {"date": "date", "date-time": "timestamp"}
AMOUNT = r"^(0|[1-9][0-9]{0,13})(\.[0-9]{1,4})?$"
"""The pattern of money in `schemas/common` before it said `x-decimal`: what refers to it keeps its column."""
MOST_DIGITS = 38
"""No warehouse has decimals with more."""
NO_DECIMALS = (
    "",
    "a",
    "A",
    "_",
    "-",
    " ",
    "4a",
    "a4",
    "4.99a",
    "4,99",
    "1.2.3",
    "00",
    "007",
    "01.5",
    "4.",
    ".5",
    "1e3",
)
_DEPTH = 16

Kinds = Mapping[str, str]
"""The JSON types that a schema admits, each with the column type of its values."""


def column_type(schema: Any, root: Document) -> str:
    """The column type of a field's schema; `root` is the self-contained document it stands in."""
    found = set(_kinds(schema, root, _DEPTH).values()) - {"null"}
    if len(found) == 1:
        return found.pop()
    if not found or "json" in found:
        return "json"
    if found == {"bigint", "double"}:
        return "double"
    return "varchar"


def admits(schema: Any, root: Document) -> frozenset[str]:
    """The JSON types that a field's schema admits."""
    return frozenset(_kinds(schema, root, _DEPTH))


def _kinds(schema: Any, root: Document, depth: int) -> Kinds:
    if depth == 0:
        return UNSAID
    said = resolve(as_document(schema), root)
    kinds = {kind: _refined(kind, said) for kind in _declared(said)}
    for condition in said.get("allOf", ()):
        kinds = _both(kinds, _kinds(condition, root, depth - 1))
    for keyword in ("anyOf", "oneOf"):
        if keyword in said:
            kinds = _both(kinds, _either(_kinds(branch, root, depth - 1) for branch in said[keyword]))
    return kinds


def _declared(schema: Document) -> set[str]:
    values = listed(schema)
    declared = schema.get("type", list(UNSAID))
    allowed = {declared} if isinstance(declared, str) else set(declared)
    if values is None:
        return allowed - {"integer"} if "number" in allowed and "type" not in schema else allowed
    found = {_type_of(value) for value in values}
    return {kind for kind in found if kind in allowed or (kind == "integer" and "number" in allowed)}


def _type_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def _refined(kind: str, schema: Document) -> str:
    """The column of one JSON type, with what the keywords for that type say of it."""
    match kind:
        case "string" if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        case "string" if listed(schema) is None and decimal_of(schema) is not None:
            precision, scale = decimal_of(schema) or (0, 0)
            return f"decimal({precision},{scale})"
    return UNSAID[kind]


def _both(one: Kinds, other: Kinds) -> dict[str, str]:
    """What passes two schemas: the types both admit, and of each the more telling column."""
    common = {kind for kind in one if kind in other}
    if "number" in one and "integer" in other:
        common.add("integer")
    if "integer" in one and "number" in other:
        common.add("integer")
    merged = {}
    for kind in common:
        said = [kinds[kind] for kinds in (one, other) if kind in kinds and kinds[kind] != UNSAID[kind]]
        merged[kind] = said[0] if said else UNSAID[kind]
    return merged


def _either(branches: Iterable[Kinds]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for branch in branches:
        for kind, column in branch.items():
            merged[kind] = column if merged.get(kind, column) == column else UNSAID[kind]
    return merged


def decimal_of(schema: Document) -> tuple[int, int] | None:
    """Precision and scale, where the schema says that its text is a decimal. A pattern alone says no such thing: what
    looks like a number may be a version, and 1.10 is not 1.1 there.
    """
    match schema.get(Keyword.DECIMAL):
        case {"precision": int(precision), "scale": int(scale), **more} if not more:
            return (precision, scale) if 0 <= scale <= precision <= MOST_DIGITS and precision > 0 else None
    return (18, 4) if schema.get("pattern") == AMOUNT else None


def admits_more(schema: Document, precision: int, scale: int) -> str | None:
    """A text that the schema lets in and that no such decimal is, to the last digit; None where there is none."""
    whole = ["4" * count for count in range(precision - scale + 1, MOST_DIGITS + 2)]
    fractions = [f"4.{'0' * count}5" for count in range(scale, MOST_DIGITS + 1)]
    pattern, longest = schema.get("pattern", ""), schema.get("maxLength", 2 * MOST_DIGITS)
    texts = (text for text in (*NO_DECIMALS, *whole, *fractions) if len(text) <= longest)
    return next((text for text in texts if matches(pattern, text)), None)

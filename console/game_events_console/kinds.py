"""What a value is, in words, as its schema has it. Pure."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
KINDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}
FORMATS = {
    "date-time": "a date and time with an offset",
    "date": "a date",
    "uuid": "a UUID",
    "uri": "an address",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
}
BOUNDS = (
    ("minLength", "maxLength"),
    ("minimum", "maximum"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)
FEW = 4


def kind_of(schema: Schema) -> str:
    """`text`, `a whole number or null`, `a UUID`; empty where the schema does not say."""
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    kinds = schema.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    return " or ".join(KINDS[one] for one in kinds if one in KINDS)


def holds(schema: Any) -> str:
    """The same for a column of a table: `text, 1 to 128`, `ios, android, web, windows … (7)`."""
    if not isinstance(schema, Mapping):
        return ""
    if "const" in schema:
        return f"“{schema['const']}”"
    if "enum" in schema:
        shown = ", ".join(str(one) for one in schema["enum"][:FEW])
        return shown if len(schema["enum"]) <= FEW else f"{shown} … ({len(schema['enum'])})"
    forms = next((schema[name] for name in ("anyOf", "oneOf") if name in schema), ())
    kind = kind_of(schema) or " or ".join(dict.fromkeys(filter(None, map(holds, forms))))
    bounds = () if schema.get("format") in FORMATS else (_between(schema, *names) for names in BOUNDS)
    return ", ".join(filter(None, (kind.removeprefix("a ").removeprefix("an "), *bounds)))


def _between(schema: Schema, least: str, most: str) -> str:
    low, high = schema.get(least), schema.get(most)
    if low is not None and high is not None:
        return f"{low:,}" if low == high else f"{low:,} to {high:,}"
    if high is not None:
        return f"up to {high:,}"
    return "" if low is None else f"{low:,} or more"

"""Small schemas that the cases are put together from."""

from typing import Any

TEXT = {"type": "string", "maxLength": 64}
INT = {"type": "integer", "minimum": -1000, "maximum": 1000}
NUMBER = {"type": "number", "minimum": -1000, "maximum": 1000}
FLAG = {"type": "boolean"}
NULL = {"type": "null"}
KEYS = {"maxLength": 16, "pattern": "^[a-z0-9_-]+$"}


def items(schema: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": schema, "maxItems": 8, **more}


def record(fields: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": fields,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def mapping(schema: Any, **more: Any) -> dict[str, Any]:
    return {"type": "object", "maxProperties": 8, "propertyNames": KEYS, "additionalProperties": schema, **more}


COINS = record({"kind": {"type": "string", "const": "coins"}, "amount": INT}, "kind", "amount", title="Coins")
HAT = record({"kind": {"type": "string", "const": "hat"}, "name": TEXT}, "kind", "name", title="Hat")
NODE = record({"label": TEXT, "children": items({"$ref": "#/$defs/node"})}, "label")

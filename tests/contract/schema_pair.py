"""A labelled pair of schemas, and the words that schemas of pairs are put together from."""

from typing import Any, NamedTuple

ADDITION, REVISION, MODEL = "ADDITION", "REVISION", "MODEL"
Schema = dict[str, Any]


class _None:
    """No witness: nothing breaks."""


HARMLESS = _None()


class Pair(NamedTuple):
    name: str
    old: Any
    new: Any
    bump: str
    witness: Any = HARMLESS

    @property
    def breaking(self) -> bool:
        return self.witness is not HARMLESS

    def __str__(self) -> str:
        return self.name


def closed(required: tuple[str, ...] = (), **fields: Any) -> Schema:
    return {**opened(required, **fields), "additionalProperties": False}


def opened(required: tuple[str, ...] = (), **fields: Any) -> Schema:
    return {"type": "object", "properties": fields, **({"required": list(required)} if required else {})}


def within(value: Schema) -> Schema:
    return closed(a=value)


TEXT: Schema = {"type": "string"}
NUM: Schema = {"type": "number"}
INT: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
LIST: Schema = {"type": "array"}
DEFS: Schema = {"$ref": "#/$defs/d"}


def of(kind: Schema, **keywords: Any) -> Schema:
    return {**kind, **keywords}

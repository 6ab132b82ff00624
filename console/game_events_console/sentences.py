"""What a rule means, in one sentence each: about the event, with what would be right where that is known.

`{field}`, `{event}` and `{version}` stand for what was sent. The contract's own message, which knows the
value, follows.
"""

from collections.abc import Mapping
from typing import Any

SENTENCES: Mapping[str, str] = {
    # JSON Schema
    "type": "{field} is of another type than the contract says",
    "required": "{field} is missing",
    "additionalProperties": "{field} is no field of {event} {version}",
    "unevaluatedProperties": "{field} is no field of {event} {version}",
    "enum": "{field} has a value that is not in its list",
    "const": "{field} must have one value, and has another",
    "pattern": "{field} is not written as it must be",
    "format": "{field} is not written in its format",
    "date-time": "{field} is no date and time with an offset",
    "minLength": "{field} is too short",
    "maxLength": "{field} is too long",
    "minimum": "{field} is too small",
    "maximum": "{field} is too large",
    "exclusiveMinimum": "{field} is too small",
    "exclusiveMaximum": "{field} is too large",
    "multipleOf": "{field} is no multiple of what it must be",
    "minItems": "{field} has too few items",
    "maxItems": "{field} has too many items",
    "uniqueItems": "{field} has the same item twice",
    "contains": "{field} has no item of the kind that it must have",
    "minContains": "{field} has too few items of one kind",
    "maxContains": "{field} has too many items of one kind",
    "items": "{field} has an item where there may be none",
    "prefixItems": "{field} has an item in the wrong place",
    "unevaluatedItems": "{field} has an item where there may be none",
    "minProperties": "{field} has too few fields",
    "maxProperties": "{field} has too many fields",
    "propertyNames": "{field} has a field whose name is not allowed",
    "dependentRequired": "{field} asks for another field, which is missing",
    "dependentSchemas": "{field} does not go with another field",
    "anyOf": "{field} fits none of its forms",
    "oneOf": "{field} fits none of its forms, or several",
    "allOf": "{field} breaks one of its rules",
    "not": "{field} has a value that it must not have",
    "false": "{field} must not be there",
    "if": "{field} does not go with the other fields",
    "then": "{field} does not go with the other fields",
    "else": "{field} does not go with the other fields",
    "$ref": "{field} breaks its definition",
    "schema": "{field} breaks the contract",
    # the pipeline's own
    "unknown-event-type": "There is no event of this type",
    "unknown-schema-version": "There is no such version of {event}",
    "retired-schema-version": "{event} {version} is retired and not taken any more",
    "event-too-old": "It happened too long ago",
    "event-in-future": "It happens later than now by the server's clock",
    "forbidden-game": "The key may not write events of this game",
    "forbidden-event-type": "The key may not write events of this type",
    "too-large": "The event is too large",
    "too-deep": "It is nested deeper than any event",
    "too-many-values": "It holds too many values to say which is wrong",
    "duplicate-key": "{field} stands in it twice",
    "malformed": "It is no JSON",
    "truncated": "Only its beginning was kept",
    "damaged": "The stored line is not what was written",
    "unreadable": "The stored line cannot be read",
}


def field_of(pointer: str) -> str:
    """`/device/os` as people say it: `device.os`; `the event` for the whole."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    return ".".join(steps) or "the event"


def sentence(reason: Mapping[str, Any], event_type: str | None, version: str | None) -> str:
    """The plain sentence; a rule that a newer server knows and this console does not is said by its message."""
    text = SENTENCES.get(str(reason.get("rule")))
    if text is None:
        return str(reason.get("message") or reason.get("rule"))
    said = text.format(
        field=field_of(str(reason.get("pointer") or "")), event=event_type or "the event", version=version or ""
    )
    return said[0].upper() + said[1:] if said.startswith("the event") else said

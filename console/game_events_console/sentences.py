"""What a rule means, in one sentence each: about the event, with what would be right where its schema says that.

`{field}`, `{event}` and `{version}` stand for what was sent. The contract's own message, which knows the
value, follows.
"""

from collections.abc import Mapping
from typing import Any

from game_events_console.right import right

SENTENCES: Mapping[str, str] = {
    # JSON Schema
    "type": "{field} must be of another type",
    "required": "{field} is missing",
    "additionalProperties": "{field} is no field of {event} {version}",
    "unevaluatedProperties": "{field} is no field of {event} {version}",
    "enum": "{field} has a value that is not in its list",
    "const": "{field} must have another value",
    "pattern": "{field} is not written as it must be",
    "format": "{field} is not written in its format",
    "minLength": "{field} is too short",
    "maxLength": "{field} is too long",
    "minimum": "{field} is too small",
    "maximum": "{field} is too large",
    "exclusiveMinimum": "{field} is too small",
    "exclusiveMaximum": "{field} is too large",
    "multipleOf": "{field} is no multiple of what it must be",
    "minItems": "{field} has too few items",
    "maxItems": "{field} has too many items",
    "uniqueItems": "{field} has the same item twice; each may be there once",
    "contains": "{field} has no item of the kind that it must have",
    "minContains": "{field} has too few items of one kind",
    "maxContains": "{field} has too many items of one kind",
    "items": "{field} is an item where there may be none; leave it out",
    "unevaluatedItems": "{field} has an item more than it may have; leave it out",
    "minProperties": "{field} has too few fields",
    "maxProperties": "{field} has too many fields",
    "dependentRequired": "{field} asks for another field, which is missing",
    "anyOf": "{field} fits none of its forms",
    "oneOf": "{field} fits none of its forms, or several",
    "not": "{field} has a value that it must not have",
    "false": "{field} must not be there; leave it out",
    "schema": "{field} breaks the contract",
    # the pipeline's own
    "unknown-event-type": "There is no event of this type",
    "unknown-schema-version": "There is no such version of {event}",
    "retired-schema-version": "{event} {version} is retired and not taken any more",
    "date-time": "{field} is no moment of the calendar",
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
    rule, pointer = str(reason.get("rule")), str(reason.get("pointer") or "")
    said = text.format(field=field_of(pointer), event=event_type or "the event", version=version or "")
    said = said[0].upper() + said[1:] if said.startswith("the event") else said
    would_be = right(rule, pointer, event_type, version)
    if rule == "type" and would_be:  # short, for a narrow column: that the type is another one is said by its name
        return said.replace("of another type", would_be)
    return f"{said}: {would_be}" if would_be else said

"""An event as the bytes that go out, made once."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, TypeAdapter

from game_events.errors import Event, InvalidBatchError, InvalidEventError

_EVENT_TYPE = re.compile(r"(?!batch$)[a-z][a-z0-9_]*")
_LONGEST_ID = 128
"""Characters of an event_id that the server repeats in its receipt."""


class MadeEvent(dict[str, Any]):
    """An event made of keywords, as it is sent: what its schema has taken, so it holds nothing but JSON."""


_write_json = TypeAdapter(dict[str, Any]).serializer.to_json
"""In a quarter of the time that json.dumps takes."""


class Encoded(NamedTuple):
    """One event on its way."""

    event: Event
    """As it was given."""
    event_type: str
    event_id: str | None
    """By which its receipt is known; None when the server has no id to repeat."""
    data: bytes
    """JSON."""


def encode(event: Event, pins: Mapping[str, str]) -> Encoded:
    """`pins` are the versions, by event type, of mappings that name none.

    InvalidEventError when it is no event, names no event type, or JSON cannot hold it."""
    if type(event) is MadeEvent:
        try:
            return Encoded(event, event["event_type"], event["event_id"], _write_json(event))
        except ValueError as error:
            raise _unwritable(event, error) from error
    if isinstance(event, BaseModel):
        event_type, event_id = getattr(event, "event_type", None), getattr(event, "event_id", None)
    elif isinstance(event, Mapping):
        event_type, event_id = event.get("event_type"), event.get("event_id")
    else:
        raise InvalidEventError(f"an event is an event object or a mapping, not {_a(event)}")
    if not isinstance(event_type, str) or not _EVENT_TYPE.fullmatch(event_type):
        raise _about(event, f"event_type is {event_type!r}; it names the event, say 'install'")
    if event_type in pins and isinstance(event, Mapping) and "schema_version" not in event:
        event = {**event, "schema_version": pins[event_type]}
    event_id = str(event_id) if isinstance(event_id, UUID) else event_id
    known = isinstance(event_id, str) and len(event_id) <= _LONGEST_ID
    return Encoded(event, event_type, event_id if known else None, _json(event))


def encode_all(events: object, pins: Mapping[str, str]) -> list[Encoded]:
    """Of any iterable of events. InvalidBatchError when it is none or empty."""
    if isinstance(events, BaseModel | Mapping):
        raise InvalidBatchError("this is one event; send it with send_event, or give a list of events")
    try:
        given = list(events)  # type: ignore[call-overload] # whatever it is
    except TypeError:
        raise InvalidBatchError(f"a batch is a list, or another iterable, of events, not {_a(events)}") from None
    if not given:
        raise InvalidBatchError("a batch holds at least one event, and this one none")
    return [encode(event, pins) for event in given]


def _json(event: Event) -> bytes:
    try:
        if isinstance(event, BaseModel):
            return event.model_dump_json().encode()
        text = json.dumps(dict(event), ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
        return text.encode()
    except (RecursionError, TypeError, ValueError) as error:
        raise _unwritable(event, error) from error


def _unwritable(event: Event, error: Exception) -> InvalidEventError:
    return _about(event, f"the event cannot be written as JSON: {error}")


def _plain(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{value!r} is no JSON value; write amounts and times as text")


def _about(event: Event, message: str) -> InvalidEventError:
    error = InvalidEventError(message)
    error.events = [event]
    return error


def _a(value: object) -> str:
    return "None" if value is None else f"{type(value).__name__} {str(value)[:40]!r}"

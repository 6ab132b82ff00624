"""The events of a body, one after the other, so that no step of reading them takes long.

A usual batch is decoded at once, which is quickest. What is large, full of floats or odd is walked over without being
parsed: each event is cut out, and decoded when it is reached.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from typing import Any, Protocol

import msgspec
from game_events_models.http import FieldError

from game_events_api.contract.decode import (
    TooManyFloats,
    decode,
    decode_quickly,
    encode,
    malformed,
    no_key_is_lost,
    refuse_duplicate_keys,
)
from game_events_api.errors import Problem, RequestRefused

MAX_BATCH = 500
AT_ONCE_BYTES = 320 * 1024
"""A usual batch of 500 has fewer; decoding as many takes 12 ms at worst, 1 ms as a rule."""
SPELLING = 2
"""An event may be spelled in so many times the bytes it may hold: white space and escapes are no part of it."""
SKIPPED_BYTES = 1024 * 1024
"""A larger value in a batch is not even skipped."""
STEP_BYTES = 64 * 1024
_OPENING = re.compile(rb'[ \t\n\r]*+\{[ \t\n\r]*+"events"[ \t\n\r]*+:[ \t\n\r]*+\[[ \t\n\r]*+')
_FRAME = b'{"events":[%b]}'
_skip = msgspec.json.Decoder(msgspec.Raw).decode
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")

Event = tuple[dict[str, Any] | None, bytes]
"""Decoded, and encoded again; or None and what was sent, when that is too large to be looked at."""


class Events(Protocol):
    """Iterating raises RequestRefused where an event is not JSON, or no object, or names a key twice."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Event]: ...


class OneByOne:
    """Decoded when it is reached."""

    def __init__(self, body: bytes, spans: Sequence[tuple[int, int]] | None, max_event_bytes: int) -> None:
        self._body = body
        self._spans = spans
        self._largest = SPELLING * max_event_bytes

    def __len__(self) -> int:
        return 1 if self._spans is None else len(self._spans)

    def __iter__(self) -> Iterator[Event]:
        if self._spans is None:
            yield self._event(self._body, Problem.INVALID_EVENT, "")
            return
        for index, (begin, end) in enumerate(self._spans):
            yield self._event(self._body[begin:end], Problem.INVALID_BATCH, f"/events/{index}")

    def _event(self, sent: bytes, problem: Problem, pointer: str) -> Event:
        if len(sent) > self._largest and len(sent := sent.strip(b" \t\n\r")) > self._largest:
            return None, sent
        event = decode(sent)
        if not isinstance(event, dict):
            raise _refused(problem, pointer, "type", "an event is a JSON object")
        encoded = encode(event)
        refuse_duplicate_keys(sent, encoded)
        return event, encoded


def single(body: bytes, max_event_bytes: int) -> Events:
    """The body as the one event."""
    return OneByOne(body, None, max_event_bytes)


def batch(body: bytes, max_event_bytes: int) -> Generator[None, None, Events]:
    """The events of `{"events": […]}`; RequestRefused 400 or 422 when it is none. Each step is short."""
    if len(body) <= AT_ONCE_BYTES:
        try:
            events = _events(decode_quickly(body))
            yield
            encoded = [encode(event) for event in events]
            if no_key_is_lost(body, _FRAME % b",".join(encoded)):
                return list(zip(events, encoded, strict=True))
        except TooManyFloats:
            pass
        yield
    return OneByOne(body, (yield from _spans(body)), max_event_bytes)


def _events(document: Any) -> list[dict[str, Any]]:
    if not isinstance(document, dict) or "events" not in document:
        raise _no_batch()
    if len(document) > 1:
        message = "a batch has 'events' and nothing else"
        raise _refused(Problem.INVALID_BATCH, "", "additionalProperties", message)
    events = document["events"]
    if not isinstance(events, list):
        raise _refused(Problem.INVALID_BATCH, "/events", "type", "events is an array")
    if not 1 <= len(events) <= MAX_BATCH:
        raise _wrong_number(len(events))
    for index, event in enumerate(events):
        if not isinstance(event, dict):
            raise _refused(Problem.INVALID_BATCH, f"/events/{index}", "type", "an event is a JSON object")
    return events


def _spans(body: bytes) -> Generator[None, None, list[tuple[int, int]]]:
    """Where each event stands."""
    opening = _OPENING.match(body, 0, STEP_BYTES)
    if opening is None:
        raise _no_batch()
    spans: list[tuple[int, int]] = []
    begin, stepped = opening.end(), 0
    if body[begin : begin + 1] == b"]":
        raise _wrong_number(0)
    view = memoryview(body)
    while True:
        end = yield from _end(view, begin, len(spans))
        spans.append((begin, end))
        if len(spans) > MAX_BATCH:
            raise _wrong_number(len(spans))
        if end - stepped > STEP_BYTES:
            stepped = end
            yield
        if body[end] != ord(","):
            break
        begin = end + 1
    if body[end] != ord("]") or body[end + 1 :].strip(b" \t\n\r") != b"}":
        raise RequestRefused(
            Problem.MALFORMED_JSON, f"the body is not JSON, or has more than 'events', after byte {end}"
        )
    return spans


def _end(view: memoryview, begin: int, index: int) -> Generator[None, None, int]:
    """Where what follows the value at `begin` begins.

    The decoder says so by the message alone, which counts from 1; a longer piece is tried where the value goes on.
    """
    for length in (STEP_BYTES, SKIPPED_BYTES):
        try:
            _skip(view[begin : begin + length])
        except msgspec.DecodeError as error:
            if trailing := _TRAILING.search(str(error)):
                return begin + int(trailing[1]) - 1
            if begin + length >= len(view) or "truncated" not in str(error):
                raise malformed(error) from None
        except RecursionError as error:
            raise malformed(error) from None
        if begin + length >= len(view):
            raise RequestRefused(Problem.MALFORMED_JSON, "the body is not JSON: Input data was truncated")
        yield
    message = f"an event of {SKIPPED_BYTES:,} bytes or more; take it out"
    raise _refused(Problem.CONTENT_TOO_LARGE, f"/events/{index}", "too-large", message)


def _no_batch() -> RequestRefused:
    return _refused(Problem.INVALID_BATCH, "", "required", 'a batch is an object {"events": [...]}')


def _wrong_number(number: int) -> RequestRefused:
    message = f"a batch holds 1 to {MAX_BATCH} events, this one {number if number <= MAX_BATCH else 'more'}"
    return _refused(Problem.INVALID_BATCH, "/events", "maxItems" if number else "minItems", message)


def _refused(problem: Problem, pointer: str, rule: str, message: str) -> RequestRefused:
    return RequestRefused(problem, message, errors=[FieldError(pointer=pointer, rule=rule, message=message)])

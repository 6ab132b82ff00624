"""A batch is read at once or walked over, and either way it is the same batch, or none for the same reason."""

import json
from collections.abc import Generator
from typing import Any

import pytest
from game_events_api.contract import body_events
from game_events_api.contract.body_events import AT_ONCE_BYTES, SKIPPED_BYTES, SPELLING, STEP_BYTES, Events
from game_events_api.contract.decode import FEW_FLOATS, encode
from game_events_api.edge.long_work import at_once
from game_events_api.errors import Problem, RequestRefused
from hypothesis import given
from hypothesis import strategies as st

LARGEST = 1_000
EVENT = {"a": [1, {"b": '"}],{'}], "c": "é\n"}


def walked(body: bytes) -> Events:
    """The batch as it is read when it is large."""
    return body_events.OneByOne(body, at_once(body_events._spans(body)), LARGEST)


def read(body: bytes) -> Events:
    return at_once(body_events.batch(body, LARGEST))


def outcome(body: bytes, way: Any) -> Any:
    """The events of a body, or the problem."""
    try:
        return list(way(body))
    except RequestRefused as refused:
        return refused.problem


WORDS = {
    "one": b'{"events":[{"a":1}]}',
    "spaced": b' \n{ "events" :\t[ {"a" : 1} , {"b":[]}\r\n] } \n',
    "nested": json.dumps({"events": [EVENT] * 3}).encode(),
    "no events": b'{"events":[]}',
    "a list": b'[{"events":[{}]}]',
    "another name": b'{"event":[{}]}',
    "events is an object": b'{"events":{}}',
    "an event is a number": b'{"events":[{},1]}',
    "an event is text": b'{"events":["{}"]}',
    "one name more": b'{"events":[{}],"x":1}',
    "twice": b'{"events":[{}],"events":[{}]}',
    "a key twice": b'{"events":[{"a":1,"a":2}]}',
    "a key twice, spelled in two ways": b'{"events":[{"a":1,"\\u0061":2}]}',
    "an escaped colon": b'{"events":[{"a":"\\u003a"}]}',
    "a comma behind the last": b'{"events":[{},]}',
    "no comma": b'{"events":[{} {}]}',
    "no end": b'{"events":[{}',
    "no end of an event": b'{"events":[{"a":[',
    "no bracket": b'{"events":[{}}',
    "no brace": b'{"events":[{}]',
    "more behind it": b'{"events":[{}]}x',
    "another document behind it": b'{"events":[{}]}{}',
    "an infinite number": b'{"events":[{},{"a":1e999}]}',
    "half a character": b'{"events":[{"a":"\\ud800"}]}',
    "no UTF-8": b'{"events":[{"a":"\xff"}]}',
    "too deep": b'{"events":[{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}]}",
    "nothing": b"",
    "nonsense": b"{events",
}


@pytest.mark.parametrize("body", WORDS.values(), ids=WORDS.keys())
def test_a_batch_that_is_walked_over_is_what_it_is_when_it_is_read_at_once(body: bytes) -> None:
    expected, found = outcome(body, read), outcome(body, walked)
    if isinstance(expected, Problem) and isinstance(found, Problem):
        return  # either is right about a body with two faults
    assert found == expected


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(
    st.lists(st.dictionaries(st.text(), values, max_size=5), min_size=1, max_size=8), st.sampled_from([None, 1, "\t"])
)
def test_any_batch_is_read_as_what_it_is(events: list[Any], indent: Any) -> None:
    body = json.dumps({"events": events}, indent=indent).encode()
    for way in (read, walked):
        assert [json.loads(encoded) for _, encoded in way(body)] == events


def spread(events: int, size: int) -> bytes:
    """A batch of events of about so many bytes."""
    return json.dumps({"events": [{"n": number, "text": "x" * size} for number in range(events)]}).encode()


def test_a_large_batch_is_walked_over_in_steps_that_are_short() -> None:
    body = spread(500, 900)
    assert len(body) > AT_ONCE_BYTES
    reading = body_events.batch(body, LARGEST)
    steps = 0
    try:
        while True:
            next(reading)
            steps += 1
    except StopIteration as done:
        events = done.value
    assert steps >= len(body) // STEP_BYTES // 2
    assert [event["n"] for event, _ in events if event is not None] == list(range(500))


def test_a_batch_full_of_floats_is_walked_over_too() -> None:
    body = json.dumps({"events": [{"n": [0.5] * FEW_FLOATS}, {"n": 0.5}]}).encode()
    assert isinstance(at_once(body_events.batch(body, 64 * 1024)), body_events.OneByOne)


def test_more_than_500_are_counted_before_any_is_decoded() -> None:
    body = b'{"events":[' + b"{}," * 300_000 + b"{}]}"
    with pytest.raises(RequestRefused) as refused:
        read(body)
    assert (refused.value.problem, refused.value.errors[0].rule) == (Problem.INVALID_BATCH, "maxItems")


def test_an_event_far_over_the_limit_is_handed_on_as_it_was_sent_and_the_others_are_read() -> None:
    large = encode({"x": "y" * SPELLING * LARGEST})
    small = encode({"a": 1})
    body = b'{"events":[%b]}' % b",".join([small, large, *[encode({"x": "y" * 1_900})] * 200])
    assert len(body) > AT_ONCE_BYTES
    first, second, *_ = read(body)
    assert first == ({"a": 1}, small)
    assert second == (None, large)
    assert list(body_events.single(large, LARGEST)) == [(None, large)]


def test_a_value_that_is_not_even_skipped_refuses_the_batch() -> None:
    body = b'{"events":[{},{"a":"' + b"x" * SKIPPED_BYTES + b'"}]}'
    with pytest.raises(RequestRefused) as refused:
        read(body)
    assert (refused.value.problem, refused.value.errors[0].pointer) == (Problem.CONTENT_TOO_LARGE, "/events/1")


@pytest.mark.parametrize("cut", range(-3, 4))
def test_an_event_that_ends_where_a_step_does_is_whole(cut: int) -> None:
    filling = "x" * (STEP_BYTES - len('{"a":""}') + cut)
    body = json.dumps({"events": [{"a": filling}, {"b": 1}]}, separators=(",", ":")).encode() + b" " * AT_ONCE_BYTES
    events: Generator[None, None, Events] = body_events.batch(body, 64 * 1024)
    assert [event for event, _ in at_once(events)] == [{"a": filling}, {"b": 1}]

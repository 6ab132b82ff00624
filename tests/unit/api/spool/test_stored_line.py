"""Whose a stored line is."""

import json

import pytest
from game_events_api.spool.stored_line import identity, lines_of
from unit.stored_lines import event_id


def test_lines_of_an_event_are_not_those_that_mention_its_id() -> None:
    wanted = event_id(1)
    mentions = [
        json.dumps({"event": {"event_id": event_id(2), "properties": {"friend": wanted}}}),
        json.dumps([wanted]),
        json.dumps({"event": wanted}),
        json.dumps(wanted),
        wanted,
    ]
    own = [json.dumps({"event": {"event_id": wanted}}), json.dumps({"event_id": wanted, "event": None})]

    found = lines_of(wanted, "\n".join([*mentions, *own]).encode())

    assert list(found) == [(6, own[0].encode()), (7, own[1].encode())]


@pytest.mark.parametrize("text", [b"[]", b"7", b'"text"', b"{}", b'{"event": []}', b'{"event": "x"}', b"no JSON"])
@pytest.mark.parametrize("stream", ["events", "rejected"])
def test_a_line_that_is_not_the_edges_has_no_identity(stream: str, text: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        identity(stream, text)

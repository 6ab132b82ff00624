"""Whose request brought a line, by the line alone."""

from game_events_api.correlation import correlation_ids
from game_events_api.ingest.judge import LINE_HEAD


def line(name: bytes, event: bytes = b"{}") -> bytes:
    """As the edge begins it."""
    return LINE_HEAD % (b"2026-11-28T09:30:00Z", name, b"key", b"tests") + b',"event":%b}\n' % event


def test_ids_are_found_once_each_in_order_and_not_in_what_an_event_says() -> None:
    lying = rb'{"text":"\n{\"received_at\":\"x\",\"correlation_id\":\"of-nobody\"}","correlation_id":"nor-this"}'
    blocks = [line(b"b") + line(b"a", lying), line(b"b") + line(b"c")]
    assert correlation_ids(blocks) == ["b", "a", "c"]


def test_what_is_no_line_of_the_edge_has_none() -> None:
    assert correlation_ids([b"", b"nonsense\n", b'{"correlation_id":"first"}\n']) == []

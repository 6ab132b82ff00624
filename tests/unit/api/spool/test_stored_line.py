"""Whose a stored line is."""

import json
from collections import Counter

import pytest
from game_events_api.ledger_key import LedgerKey
from game_events_api.spool.stored_line import counted_as, identity, lines_of
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


NAMED = LedgerKey("chess", "install", "1-0-0", "2026-11-20T12")


def test_a_line_stands_under_its_own_names_where_they_are_counted() -> None:
    assert counted_as(NAMED, Counter({NAMED: 1, LedgerKey("go", "install", "1-0-0", NAMED.hour): 1})) == NAMED


def test_a_line_whose_names_are_not_believed_stands_under_fewer() -> None:
    nameless = LedgerKey("", "install", "1-0-0", NAMED.hour)

    assert counted_as(NAMED, Counter({nameless: 1})) == nameless


def test_a_line_of_a_game_that_is_not_counted_by_name_stands_under_the_others() -> None:
    others = LedgerKey("*", "install", "1-0-0", NAMED.hour)

    assert counted_as(NAMED, Counter({LedgerKey("go", "install", "1-0-0", NAMED.hour): 1, others: 1})) == others
    assert counted_as(NAMED, Counter({NAMED: 1, others: 1})) == NAMED


def test_a_key_whose_lines_all_have_their_place_takes_no_more() -> None:
    nameless = LedgerKey("", "", "", NAMED.hour)

    assert counted_as(NAMED, Counter({NAMED: 0, nameless: 1})) == nameless

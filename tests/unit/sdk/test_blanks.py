"""Blanks of versions: what keywords make of them."""

import uuid

import pytest
from game_events import InvalidEventError
from game_events.blanks import Blank, Facts
from game_events_models.optional import ABSENT
from unit.sdk.fake_server import INSTALL, FakeServer

NOON = "2026-11-21T12:00:00Z"


def test_a_field_of_which_null_is_a_value_is_null_or_left_out() -> None:
    blank = Blank("game_events_models", "install", "1-0-0", Facts(nullable=("campaign",)))
    taken = blank.judged({}, {**INSTALL, "event_time": NOON, "campaign": ABSENT})
    assert taken is not None
    assert ("campaign" in taken, taken["event_time"]) == (False, NOON)
    assert blank.judged({}, {**INSTALL, "campaign": "spring"}) is not None
    assert blank.judged({}, {**INSTALL, "campaign": None}) is None  # this version's schema has no null there
    with pytest.raises(InvalidEventError, match="/campaign"):
        blank.modelled({}, {**INSTALL, "campaign": None})


def test_an_attribute_that_is_called_otherwise_is_sent_as_its_field() -> None:
    blank = Blank("game_events_models", "install", "1-0-0", Facts(renamed={"campaign_": "campaign"}))
    taken = blank.judged({"campaign_": "spring", "unknown": 1}, INSTALL)
    assert taken is not None
    assert (taken["campaign"], "campaign_" in taken, "unknown" in taken) == ("spring", False, False)


def test_what_json_cannot_hold_is_told_by_the_call() -> None:
    with FakeServer().client() as client, pytest.raises(InvalidEventError, match="cannot be written as JSON"):
        client.send_install_event(**INSTALL, properties={"half": "\ud800"})


def test_a_uuid_is_an_id_by_keyword_and_in_a_mapping() -> None:
    server, ids = FakeServer(), [uuid.uuid4(), uuid.uuid4()]
    with server.client() as client:
        client.send_install_event(**INSTALL, event_id=ids[0])  # type: ignore[arg-type]
        sent = server.events[0]
        client.send_event({**sent, "event_id": ids[1]})
    assert [event["event_id"] for event in server.events] == [str(event_id) for event_id in ids]

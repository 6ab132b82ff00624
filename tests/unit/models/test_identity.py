"""What makes two copies one event, and what does not."""

import json
from datetime import datetime
from typing import Any

import msgspec
import pytest
from game_events_models.identity import fingerprint, fingerprint_of_line, number

EVENT: dict[str, Any] = {
    "event_id": "019ab1c2-7f00-7abc-8def-0123456789ab",
    "event_type": "purchase",
    "schema_version": "1-0-0",
    "event_time": "2026-11-21T09:30:00.120Z",
    "game_id": "puzzle-quest",
    "product_name": "1,000 café",
    "quantity": 1,
    "price": "4.99",
    "device": {"os": "Android", "model": "Pixel"},
    "properties": {"level": 10, "score": 1.5, "done": True},
}
decode = msgspec.json.Decoder(float_hook=number).decode


def of(text: str) -> str:
    event = decode(text)
    return fingerprint(event, datetime.fromisoformat(event["event_time"])).hex()


def spelled(**changed: Any) -> str:
    return json.dumps(EVENT | changed)


def backwards(value: Any) -> Any:
    return {key: backwards(value[key]) for key in reversed(value)} if isinstance(value, dict) else value


@pytest.mark.parametrize(
    "copy",
    [
        json.dumps(backwards(EVENT)),
        json.dumps(EVENT, indent=2),
        json.dumps(EVENT, ensure_ascii=False),
        spelled().replace("caf", "\\u0063\\u0061f"),
        spelled().replace('"quantity": 1', '"quantity": 1.0'),
        spelled().replace('"quantity": 1', '"quantity": 1e0'),
        spelled().replace('"level": 10', '"level": 1E+1'),
        spelled().replace('"level": 10', '"level": 100e-1'),
        spelled().replace("1.5", "1.50"),
        spelled(event_time="2026-11-21T09:30:00.12Z"),
        spelled(event_time="2026-11-21T09:30:00.120000+00:00"),
        spelled(event_time="2026-11-21T18:30:00.12+09:00"),
        spelled(schema_version="1-1-0"),
    ],
)
def test_another_spelling_is_the_same_event(copy: str) -> None:
    assert of(copy) == of(spelled())


@pytest.mark.parametrize(
    "changed",
    [
        {"event_id": "019ab1c2-7f00-7abc-8def-0123456789ac"},
        {"game_id": "space-miner"},
        {"event_type": "refund"},
        {"event_time": "2026-11-21T09:30:00.121Z"},
        {"price": "4.990"},
        {"quantity": 2},
        {"quantity": "1"},
        {"quantity": True},
        {"product_name": "1,000 cafe\u0301"},
        {"device": {"os": "Android", "model": "Pixel", "locale": "ja"}},
        {"device": {"os": "Pixel", "model": "Android"}},
        {"properties": {"level": 10, "score": 1.25, "done": True}},
        {"properties": {}},
        {"country_code": "JP"},
    ],
)
def test_other_content_is_another_event(changed: dict[str, Any]) -> None:
    assert of(spelled(**changed)) != of(spelled())


def test_a_stored_line_without_a_fingerprint_gets_the_one_that_the_edge_would_have_written() -> None:
    line = json.dumps({"received_at": "2026-11-21T09:30:01Z", "schema": "purchase/1-0-0", "event": EVENT})
    assert fingerprint_of_line(line) == of(spelled())


def test_fingerprints_stay_what_they_are_for_ever() -> None:
    """They are stored: an upgrade that changes one would count events twice."""
    assert of(spelled()) == "11fa3d5dae1edd690ea3eac446a7ec26"
    large = {"event_time": "2026-11-21T09:30:00Z", "n": 2**70}
    assert of(json.dumps(large)) == "94a7a295c2cfd3909ba4806e4a4c6495"


@pytest.mark.parametrize(
    "line", ["", "[]", "1", "{}", '{"event":[]}', '{"event":{"event_time":[1]}}', "[" * 10_000, "\udcff"]
)
def test_what_is_no_stored_line_has_a_fingerprint_of_its_text(line: str) -> None:
    assert len(fingerprint_of_line(line)) == 32
    assert fingerprint_of_line(line) != fingerprint_of_line(line + " x")


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.0", 1), ("-0.0", 0), ("1e3", 1000), ("1.5", 1.5), ("1e19", 10**19), ("1e20", 1e20), ("1e308", 1e308)],
)
def test_a_whole_number_is_an_int_as_far_as_json_writers_agree(text: str, value: float) -> None:
    assert (number(text), type(number(text))) == (value, type(value))


@pytest.mark.parametrize("text", ["1e309", "-1e400"])
def test_a_number_that_no_double_holds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no double holds"):
        number(text)

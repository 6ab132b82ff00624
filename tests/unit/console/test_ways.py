"""What the way of an event says, of whatever it passed."""

from typing import Any

from game_events_console.rendering import fragment
from game_events_console.ways import way_in

NOTHING: dict[str, Any] = dict.fromkeys(
    ("at", "file", "row", "block", "sink", "reason", "attempts", "table", "event_date", "counts_as")
)
EVENT: dict[str, Any] = {
    "document": {"event_time": "2026-11-28T09:00:00.000Z", "platform": "ios"},
    "verdict": "accepted",
    "received_at": "2026-11-28T09:00:01.000000Z",
    "effective_time": None,
    "build": "1.4.2",
    "event_type": "purchase",
    "schema_version": "1-0-0",
    "judged_as": "purchase/1-1-0",
    "reasons": [],
    "key_id": "k1",
    "correlation_id": "c-1",
}


def sighting(stage: str, **details: Any) -> dict[str, Any]:
    return {"stage": stage, **NOTHING, **details}


def test_a_purchase_is_told_from_the_device_to_what_it_counts_as() -> None:
    money = {"currency": "JPY", "amount": "1500", "amount_base": "9.54"}
    places = [
        sighting("spool", file="spool-0.db", block=7, at="2026-11-28T09:00:01.500000Z"),
        sighting("lake", file="events/a.gz", row=30, at="2026-11-28T09:00:01.700000Z"),
        sighting("raw", file="events/a.gz", row=30, at="2026-11-28T09:00:24.100000Z"),
        sighting("staged", file="events/a.gz", row=30),
        sighting("fact", table="fct_purchases", event_date="2026-11-28", counts_as=money),
    ]
    way = way_in(EVENT, places, complete=True)
    assert [(step.name, step.at) for step in way.steps] == [
        ("Device", "09:00:00"),
        ("Edge", "09:00:01.000"),
        ("Accepted as purchase 1-1-0", "same instant"),
        ("Waits in the spool", "+0.5 s"),
        ("Lake", "+0.7 s"),
        ("Warehouse, raw", "+23.1 s"),
        ("fct_purchases", "2026-11-28"),
    ]
    assert way.steps[-1].kind == "end"
    assert {name: value for name, value in (way.counts_as or {}).items() if value} == money
    told = fragment("event_parts.html", "worth", way.counts_as)
    assert "JPY 1,500" in told
    assert "9.54" in told
    assert way.complete


def test_what_went_wrong_is_a_stop_with_its_reason() -> None:
    dead = sighting("dead-letter", sink="firehose", attempts=3, reason="InvalidArgument: no")
    late = sighting("quarantined", reason="its currency is not known")
    *_, letter, quarantined = way_in(EVENT, [dead, late], complete=False).steps
    assert letter.says == "firehose would not take it after 3 attempts: InvalidArgument: no"
    assert (quarantined.kind, quarantined.says) == ("stop", "it is no fact: its currency is not known")
    refused = EVENT | {"verdict": "rejected", "reasons": [{"rule": "required", "pointer": "/price"}]}
    *_, told = way_in(refused, [], complete=True).steps
    assert told.says == "purchase 1-0-0, rule required at /price; the sender was told"

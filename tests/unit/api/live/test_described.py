"""What is shown of an event follows its schema, whichever keywords describe a field."""

from typing import Any

import pytest
from game_events_api.live import described
from game_events_api.live.described import event_place
from game_events_api.live.masking import DOTS, masked
from game_events_models import contract

TEXT = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "properties": {
        "scores": {"additionalProperties": {"type": "integer"}},
        "tags": {"items": TEXT},
        "pair": {"prefixItems": [TEXT, {"properties": {"known": TEXT}}]},
        "by_country": {"patternProperties": {"^[A-Z]{2}$": {"properties": {"shown": TEXT}}}},
        "friends": {"items": {"properties": {"level": TEXT, "name": TEXT}}},
        "mails": {"additionalProperties": TEXT},
        "tree": {"$ref": "#/$defs/tree"},
    },
    "allOf": [{"if": {}, "then": {"properties": {"sometimes": TEXT}}, "else": {"properties": {"else": TEXT}}}],
    "dependentSchemas": {"tags": {"properties": {"dependent": TEXT}}},
    "oneOf": [{"properties": {"one": TEXT}}],
}
MARKS = {"/friends/*/name": "other", "/mails/*": "other"}


@pytest.fixture(autouse=True)
def event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "versions", lambda: {"made": ("1-0-0",)})
    monkeypatch.setattr(contract, "inlined_schema", lambda event_type, version: SCHEMA)
    monkeypatch.setattr(contract, "personal_data", lambda event_type, version: MARKS)
    monkeypatch.setattr(described, "_event_place", described._event_place.__wrapped__)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"scores": {"a": 1}, "tags": ["x"]}, {"scores": {"a": 1}, "tags": ["x"]}),
        ({"sometimes": "x", "else": "x", "dependent": "x", "one": "x"},) * 2,
        ({"pair": ["x", {"known": "x", "new": "x"}]}, {"pair": ["x", {"known": "x", "new": DOTS}]}),
        ({"by_country": {"DE": {"shown": "x", "new": "x"}}}, {"by_country": {"DE": {"shown": "x", "new": DOTS}}}),
        ({"friends": [{"level": "x", "name": "x"}, "x"]}, {"friends": [{"level": "x", "name": DOTS}, DOTS]}),
        ({"friends": "x", "mails": {"a": "x", "b": None}}, {"friends": DOTS, "mails": {"a": DOTS, "b": None}}),
        ({"tree": {"tree": {}}}, {"tree": DOTS}),
        ({"tags": {"a": "x"}, "scores": [1]}, {"tags": {"a": DOTS}, "scores": [DOTS]}),
        ({"new": "x", "game_id": ["x"]}, {"new": DOTS, "game_id": [DOTS]}),
    ],
)
def test_only_what_the_contract_describes_and_does_not_mark_is_shown(sent: Any, shown: Any) -> None:
    assert masked(sent, event_place("made", "1-0-0")) == shown


def test_of_an_unknown_event_only_its_envelope_is_shown() -> None:
    sent = {"event_type": "new", "schema_version": "1-0-0", "game_id": "g", "tags": ["x"]}
    shown = {"event_type": DOTS, "schema_version": DOTS, "game_id": "g", "tags": DOTS}
    assert masked(sent, event_place("new", "1-0-0")) == shown
    assert masked(sent, event_place(["new"], None)) == shown
    of_version = masked(sent | {"event_type": "made"}, event_place("made", "9-0-0"))
    assert (of_version["event_type"], of_version["schema_version"]) == ("made", DOTS)

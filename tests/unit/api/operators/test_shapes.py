"""Operators are answered within the contract's bounds, whatever is stored."""

import json
from pathlib import Path
from typing import Any

import pytest
from game_events_api.operators.shapes import cut
from game_events_models import http
from unit.api.recovery.kept_events import of_lines


def test_a_text_is_cut_where_its_shape_ends() -> None:
    row = cut(http.ReasonCount, {"game_id": "g" * 999, "event_type": "install", "reason": "x" * 9_999, "events": 3})

    assert (len(row.game_id), row.event_type, len(row.reason), row.events) == (128, "install", 4096, 3)


@pytest.mark.parametrize(
    "edited",
    [
        {"event_id": 5},
        {"event_id": "e" * 4_000, "correlation_id": ["c"]},
        {"reasons": "none"},
        {"reasons": [None, {"rule": "pattern", "pointer": 1}]},
        {"reasons": [{"rule": "r" * 999, "pointer": "/p" * 999}]},
        {"received_at": None, "key_id": {}, "game_id": 1.5},
        {},
    ],
)
def test_a_line_that_somebody_edited_in_the_lake_does_not_hide_its_page(tmp_path: Path, edited: dict[str, Any]) -> None:
    archive = of_lines(tmp_path, json.dumps(edited).encode())

    (kept,) = archive.waiting()

    assert cut(http.RejectedEvent, kept.fields).name == kept.name

"""The pace of a replay and what it reports."""

from collections import Counter

import pytest
from game_events_api.recovery import Pace, Report
from game_events_api.recovery.recheck import Fails
from unit.api.delivery.simulation import SimulatedClock


def test_a_replay_keeps_its_pace() -> None:
    clock = SimulatedClock()
    pace = Pace(100.0, monotonic=clock.monotonic, sleep=clock.advance)

    for _ in range(10):
        pace.after(50)

    assert clock.monotonic() == pytest.approx(5.0)


def test_a_report_names_the_most_frequent_failure_first() -> None:
    report = Report(5, 2, Counter({Fails("enum", "/store"): 1, Fails("type", "/store"): 3}))

    assert report.document == {
        "events": 9,
        "passed": 5,
        "repeated": 2,
        "refused": [
            {"rule": "type", "message": "/store", "events": 3},
            {"rule": "enum", "message": "/store", "events": 1},
        ],
    }

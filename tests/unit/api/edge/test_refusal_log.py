"""Refusals leave a trace, and a flood of them leaves few."""

import logging

import pytest
from game_events_api.edge.refusal_log import MAX_REASONS, SECONDS, RefusalLog
from game_events_api.metrics import Metrics


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="game_events_api")
    return caplog


def test_the_first_of_each_reason_and_key_is_logged_and_a_flood_is_counted(said: pytest.LogCaptureFixture) -> None:
    metrics, clock = Metrics(), Clock()
    log = RefusalLog(metrics, clock)
    for number in range(1000):
        log.refused("unauthorized", "", f"c-{number}", status=401)
    log.refused("enum", "key-1", "c-a", event_type="install")
    log.refused("enum", "key-2", "c-b", event_type="install")
    assert [(vars(one)["reason"], vars(one)["correlation_id"]) for one in said.records] == [
        ("unauthorized", "c-0"),
        ("enum", "c-a"),
        ("enum", "c-b"),
    ]
    clock.now += SECONDS
    log.refused("unauthorized", "", "c-z", status=401)
    assert (vars(said.records[-1])["correlation_id"], vars(said.records[-1])["spared"]) == ("c-z", 999)
    assert metrics.snapshot().counters["game_events_log_lines_spared", "unauthorized"] == 999


def test_what_is_remembered_is_bounded(said: pytest.LogCaptureFixture) -> None:
    log = RefusalLog(Metrics(), Clock())
    for number in range(MAX_REASONS + 1):
        log.refused("enum", f"key-{number}", "c")
    log.refused("enum", "key-1", "c")
    assert len(said.records) == MAX_REASONS + 1
    log.refused("enum", "key-0", "c")
    assert len(said.records) == MAX_REASONS + 2, "the oldest was forgotten"

"""Counts that outlive the process that made them."""

import json
from pathlib import Path

import pytest
from game_events_api.metrics import Metrics, SnapshotFile, snapshots
from game_events_api.metrics.definitions import BREAKER_OPEN, REQUEST_SECONDS, REQUESTS
from game_events_api.metrics.snapshots import Buckets

ACCEPTED = ("game_events_requests", "install", "202")


def counting(file: SnapshotFile) -> Metrics:
    metrics = Metrics("spool-0", wall=lambda: 1000.0)
    metrics.go_on_from(file.read())
    return metrics


def test_who_comes_after_a_dead_process_counts_on(tmp_path: Path) -> None:
    file = SnapshotFile(tmp_path, "spool-0")
    for _ in range(3):
        metrics = counting(file)
        metrics.counts[REQUESTS, "install", 202] += 5
        metrics.observe(REQUEST_SECONDS, "event", 0.004, 2)
        for _ in range(2):  # writing it twice counts nothing twice
            file.write(metrics.snapshot())

    ((process, snapshot),) = snapshots(tmp_path)
    assert process == "spool-0"
    assert snapshot.counters[ACCEPTED] == 15
    (buckets,) = snapshot.histograms.values()
    assert (sum(buckets.counts), buckets.counts[2]) == (6, 6)
    assert buckets.sum == pytest.approx(0.024)


def test_a_value_lies_in_the_bucket_that_its_bound_says(tmp_path: Path) -> None:
    metrics = Metrics("spool-0")
    for seconds in (0.0, *REQUEST_SECONDS.bounds, 1e9):
        metrics.observe(REQUEST_SECONDS, "event", seconds)

    (buckets,) = metrics.snapshot().histograms.values()
    assert buckets.counts == [2, *[1] * (len(REQUEST_SECONDS.bounds) - 1), 1]


def test_a_gauge_is_of_now(tmp_path: Path) -> None:
    file, metrics = SnapshotFile(tmp_path, "delivery"), Metrics("delivery")
    for state in (1.0, 0.0):
        metrics.read(BREAKER_OPEN, lambda state=state: state, "lake")  # type: ignore[misc]
        file.write(metrics.snapshot())
        ((_, snapshot),) = snapshots(tmp_path)
        assert snapshot.gauges["game_events_breaker_open", "lake"] == state


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"counters": [[]], "gauges": [], "histograms": []}'])
def test_a_file_that_holds_no_counts_stops_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "spool-0.json").write_text(content)
    file = SnapshotFile(tmp_path, "spool-0")

    assert list(snapshots(tmp_path)) == []
    metrics = counting(file)
    metrics.counts[REQUESTS, "install", 202] += 1
    file.write(metrics.snapshot())
    ((_, snapshot),) = snapshots(tmp_path)
    assert snapshot.counters[ACCEPTED] == 1


def test_a_disk_that_takes_nothing_costs_figures_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "metrics").write_text("no folder")
    file = SnapshotFile(tmp_path, "spool-0")
    for _ in range(3):
        file.write(Metrics("spool-0").snapshot())
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_buckets_of_other_bounds_are_not_added_up() -> None:
    assert Buckets([1, 2], 3.0).plus(Buckets([1, 2, 3], 9.0)) == Buckets([1, 2], 3.0)


def test_what_is_written_is_json_of_names_and_numbers(tmp_path: Path) -> None:
    metrics = Metrics("spool-0", wall=lambda: 1000.0)
    metrics.counts[REQUESTS, "install", 202] += 1
    SnapshotFile(tmp_path, "spool-0").write(metrics.snapshot())

    document = json.loads((tmp_path / "metrics" / "spool-0.json").read_text())
    assert ["game_events_requests", "install", "202", 1.0] in document["counters"]
    assert document["written_at"] == 1000.0

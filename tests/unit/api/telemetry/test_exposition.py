"""One scrape for all processes that share a data folder."""

import re
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from game_events_api.admission.key_database import open_keys
from game_events_api.admission.key_file import KeyFile
from game_events_api.metrics import DEFINITIONS, Metrics, SnapshotFile
from game_events_api.metrics.definitions import IN_FLIGHT_BYTES, REQUEST_SECONDS, REQUESTS
from game_events_api.telemetry import Exposition
from prometheus_client.parser import text_string_to_metric_families
from unit.api.delivery.spool_maker import NOON, SpoolMaker, line, rejected_line

Samples = dict[tuple[str, tuple[str, ...]], float]


def samples(exposition: Exposition) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(exposition.text().decode())
        for sample in family.samples
    }


def counted(data_dir: Path, process: str, requests: int, written_at: float = 1000.0) -> None:
    metrics = Metrics(process, wall=lambda: written_at)
    metrics.counts[REQUESTS, "install", 202] += requests
    metrics.observe(REQUEST_SECONDS, "event", 0.02, requests)
    metrics.read(IN_FLIGHT_BYTES, lambda: 7.0, process)
    SnapshotFile(data_dir, process).write(metrics.snapshot())


def test_what_processes_counted_is_added_up(tmp_path: Path) -> None:
    counted(tmp_path, "spool-0", 3)
    counted(tmp_path, "spool-1", 4)

    told = samples(Exposition(tmp_path, wall=lambda: 1001.0))
    assert told["game_events_requests_total", ("202", "install")] == 7
    assert told["game_events_request_seconds_count", ("event",)] == 7
    assert told["game_events_request_seconds_bucket", ("0.01", "event")] == 0
    assert told["game_events_request_seconds_bucket", ("0.025", "event")] == 7
    assert told["game_events_in_flight_bytes", ("spool-0",)] == told["game_events_in_flight_bytes", ("spool-1",)] == 7
    assert told["game_events_process_report_age_seconds", ("spool-1",)] == 1


def test_a_process_that_is_gone_keeps_its_counts_and_has_no_gauges(tmp_path: Path) -> None:
    counted(tmp_path, "spool-0", 3, written_at=900.0)

    told = samples(Exposition(tmp_path, wall=lambda: 1000.0))
    assert told["game_events_requests_total", ("202", "install")] == 3
    assert ("game_events_in_flight_bytes", ("spool-0",)) not in told
    assert told["game_events_process_report_age_seconds", ("spool-0",)] == 100


def test_events_are_as_many_as_the_ledger_counts(tmp_path: Path) -> None:
    one, other = SpoolMaker(tmp_path, "spool-0"), SpoolMaker(tmp_path, "spool-1")
    one.append([line(1), line(2)], [line(3)])
    other.append([line(4)])
    other.append([rejected_line(5, {"event_type": "install", "schema_version": "1-0-0"})], stream="rejected")

    told = samples(Exposition(tmp_path, wall=lambda: NOON.timestamp() + 60))
    assert told["game_events_events_total", ("1-0-0", "accepted", "install")] == 4
    assert told["game_events_events_total", ("1-0-0", "install", "rejected")] == 1
    assert told["game_events_waiting_events", ("events",)] == 4
    assert told["game_events_waiting_events", ("rejected",)] == 1
    assert told["game_events_oldest_waiting_seconds", ()] == 60
    assert told["game_events_ledger_difference", ()] == 0


def test_what_is_lost_shows_as_a_difference(tmp_path: Path) -> None:
    maker = SpoolMaker(tmp_path)
    maker.append([line(1), line(2)], [line(3)])
    with closing(sqlite3.connect(maker.path)) as db, db:
        db.execute("DELETE FROM blocks WHERE id = 1")

    told = samples(Exposition(tmp_path))
    assert told["game_events_ledger_difference", ()] == 2
    assert told["game_events_waiting_events", ("rejected",)] == 0, "of a stream with nothing to deliver too"


def test_no_counter_falls_while_a_spool_file_is_away(tmp_path: Path) -> None:
    maker = SpoolMaker(tmp_path)
    maker.append([line(1), line(2)])
    exposition = Exposition(tmp_path)
    counters = {key: value for key, value in samples(exposition).items() if key[0].endswith("_total")}
    maker.path.rename(tmp_path / "away")

    assert counters.items() <= samples(exposition).items()
    maker.path.write_bytes(b"no spool file " * 100)
    told = samples(exposition)
    assert told["game_events_events_total", ("1-0-0", "accepted", "install")] == 2
    assert told["game_events_unreadable_spool_files", ()] == 1


def test_scrapes_in_the_same_moment_hinder_none(tmp_path: Path) -> None:
    counted(tmp_path, "spool-0", 3)
    exposition = Exposition(tmp_path, wall=lambda: 1001.0)
    done: list[bytes] = []

    def scrape(number: int) -> None:
        for part in range(5):
            counted(tmp_path, f"other-{number}-{part}", 1)
            done.append(exposition.text())

    threads = [threading.Thread(target=scrape, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 20
    assert samples(exposition)["game_events_requests_total", ("202", "install")] == 23


def test_keys_are_counted_by_state_and_a_damaged_file_is_said(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    keys.create("one")
    keys.revoke(keys.create("two").split("_")[2])

    told = samples(Exposition(tmp_path))
    assert [told["game_events_keys", (state,)] for state in ("usable", "expired", "revoked")] == [1, 0, 1]
    keys.path.write_text("{")
    told = samples(Exposition(tmp_path))
    assert told["game_events_key_file_fault", ()] == 1
    assert ("game_events_keys", ("usable",)) not in told


def test_keys_in_postgresql_that_does_not_answer_are_a_fault_too(tmp_path: Path) -> None:
    exposition = Exposition(tmp_path, open_keys(tmp_path, "postgresql://keys@127.0.0.1:1/keys"))
    assert samples(exposition)["game_events_key_file_fault", ()] == 1


def test_every_metric_is_described_whether_or_not_it_has_a_value(tmp_path: Path) -> None:
    text = Exposition(tmp_path).text().decode()
    described = set(re.findall(r"^# HELP (\S+) \S", text, re.MULTILINE))
    assert described == {definition.exposed for definition in DEFINITIONS}

"""The real delivery process over real files."""

import gzip
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import lake_ids, wait_until
from game_events_api import ledger
from game_events_cli.main import app
from game_events_devtools.firehose_emulator import DirectoryDestination, Fault, FirehoseEndpoint, S3Destination
from s3_server import CREDENTIALS, REGION, S3Server, s3_server
from typer.testing import CliRunner
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.stored_lines import event_id

DEADLINE_S = 30.0


@contextmanager
def delivery(data_dir: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    settings = {"GAME_EVENTS_DATA_DIR": str(data_dir), "GAME_EVENTS_LINGER_SECONDS": "0.1", **environment}
    with (data_dir / "delivery.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "game_events_api.delivery"], env={**os.environ, **settings}, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_spools_that_appear_at_run_time_are_drained(tmp_path: Path) -> None:
    SpoolMaker(tmp_path, "orphan").append([line(1)])
    with delivery(tmp_path):
        wait_until(lambda: ledger.waiting(tmp_path) == 0)
        SpoolMaker(tmp_path, "late").append([line(2)])
        wait_until(lambda: ledger.read(tmp_path).total("delivered") == 2)

    assert lake_ids(tmp_path) == Counter({event_id(1): 1, event_id(2): 1})


def test_sigterm_flushes_what_was_lingering(tmp_path: Path) -> None:
    status = tmp_path / "delivery" / "status.json"
    with delivery(tmp_path, GAME_EVENTS_LINGER_SECONDS="3600") as process:
        wait_until(status.exists)
        SpoolMaker(tmp_path).append([line(1), line(2)])
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE_S) == 0

    assert sum(lake_ids(tmp_path).values()) == 2
    assert ledger.waiting(tmp_path) == 0
    assert json.loads(status.read_text())["waiting_blocks"] == 0


def test_a_second_process_does_not_drain_the_same_directory(tmp_path: Path) -> None:
    status = tmp_path / "delivery" / "status.json"
    with delivery(tmp_path):
        wait_until(status.exists)
        status.unlink()
        with delivery(tmp_path) as second:
            wait_until(status.exists)
            assert second.poll() is None, "it waits for the first to end"
            assert not (tmp_path / "lake").exists()


def test_an_unknown_sink_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with delivery(tmp_path, GAME_EVENTS_SINK="kafka") as process:
        assert process.wait(DEADLINE_S) == 2

    assert "give one of lake, firehose, s3, or a list of them" in (tmp_path / "delivery.log").read_text()


def firehose_settings(url: str) -> dict[str, str]:
    return {
        "GAME_EVENTS_SINK": "firehose",
        "GAME_EVENTS_FIREHOSE_ENDPOINT_URL": url,
        "GAME_EVENTS_AWS_REGION": REGION,
        **CREDENTIALS,
    }


def s3_settings(s3: S3Server) -> dict[str, str]:
    return {
        "GAME_EVENTS_SINK": "s3",
        "GAME_EVENTS_S3_BUCKET": s3.bucket,
        "GAME_EVENTS_S3_PREFIX": "game",
        "GAME_EVENTS_S3_ENDPOINT_URL": s3.url,
        "GAME_EVENTS_AWS_REGION": REGION,
        **CREDENTIALS,
    }


def test_boto3_delivers_both_streams_through_faults(tmp_path: Path) -> None:
    maker = SpoolMaker(tmp_path)
    maker.append(*([line(block * 10 + number) for number in range(10)] for block in range(200)))
    maker.append([rejected_line(1, {"event_id": event_id(1)})], stream="rejected")
    with FirehoseEndpoint(DirectoryDestination(tmp_path / "lake")) as endpoint:
        endpoint.faults.extend(
            [
                Fault("refuse", code="ServiceUnavailableException", status=503),
                Fault("store-then-reset"),
                Fault("malformed"),
                Fault("fail-records", count=3, code="InternalFailure"),
                Fault("reset"),
            ]
        )
        with delivery(tmp_path, **firehose_settings(endpoint.url)):
            wait_until(lambda: ledger.waiting(tmp_path) == 0)
        endpoint.flush()

    counts = ledger.read(tmp_path)
    assert (counts.total("delivered"), counts.total("rejected_delivered")) == (2000, 1)
    assert set(lake_ids(tmp_path)) == {event_id(number) for number in range(2000)}


@pytest.mark.parametrize("sink", ["lake", "firehose", "s3"])
def test_killed_again_and_again_it_loses_nothing_and_the_lake_sink_doubles_nothing(tmp_path: Path, sink: str) -> None:
    maker = SpoolMaker(tmp_path)
    with FirehoseEndpoint(DirectoryDestination(tmp_path / "lake")) as endpoint, s3_server() as s3:
        settings = {"GAME_EVENTS_LINGER_SECONDS": "0", "GAME_EVENTS_POLL_SECONDS": "0.001"}
        if sink != "lake":
            settings |= firehose_settings(endpoint.url) if sink == "firehose" else s3_settings(s3)
        for moment in range(6):
            with delivery(tmp_path, **settings):
                before = ledger.read(tmp_path).total("delivered")
                for block in range(40):  # killed while it delivers these
                    maker.append([line(moment * 400 + block * 10 + number) for number in range(10)])
                wait_until(lambda before=before: ledger.read(tmp_path).total("delivered") > before)  # type: ignore[misc]
        with delivery(tmp_path, **settings):
            wait_until(lambda: ledger.waiting(tmp_path) == 0)
        endpoint.flush()
        for key, data in s3.contents.items():
            path = tmp_path / "lake" / key.removeprefix("game/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    arrived = lake_ids(tmp_path)
    assert set(arrived) == {event_id(number) for number in range(2400)}
    assert ledger.read(tmp_path).total("delivered") == 2400
    if sink != "firehose":
        assert set(arrived.values()) == {1}


def test_what_firehose_could_not_deliver_is_shown_and_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**CREDENTIALS, "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    SpoolMaker(tmp_path).append([line(number) for number in range(10)], [line(number) for number in range(10, 20)])
    with s3_server() as s3, FirehoseEndpoint(S3Destination(s3.url), bucket=s3.bucket) as endpoint:
        settings = firehose_settings(endpoint.url) | {
            "GAME_EVENTS_FIREHOSE_ERROR_OUTPUT": f"s3://{s3.bucket}/errors/",
            "GAME_EVENTS_S3_ENDPOINT_URL": s3.url,
        }
        endpoint.faults.extend([Fault("undeliverable", code="Lambda.FunctionError")])
        with delivery(tmp_path, **settings):
            wait_until(lambda: ledger.waiting(tmp_path) == 0)
        endpoint.flush()
        with delivery(tmp_path, **settings):
            wait_until(lambda: ledger.read(tmp_path).total("dead_lettered") == 20)

        run = CliRunner().invoke
        listed = run(app, ["dead-letters", "list", "--data-dir", str(tmp_path), "--json"])
        letters = [json.loads(text) for text in listed.stdout.splitlines()]
        (place,) = {letter["lies_in"] for letter in letters}
        assert place.startswith(f"s3://{s3.bucket}/errors/processing-failed/")
        sent = run(app, ["dead-letters", "replay", "--data-dir", str(tmp_path), "--json"])
        assert json.loads(sent.stdout)["passed"] == 20
        with delivery(tmp_path, **settings):
            wait_until(lambda: ledger.waiting(tmp_path) == 0)
        endpoint.flush()

        stored = [gzip.decompress(data) for key, data in s3.contents.items() if key.startswith("events/")]
        lake = ["--lake", f"s3://{s3.bucket}", "--s3-endpoint-url", s3.url]
        reconciled = run(app, ["reconcile", "--data-dir", str(tmp_path), *lake])
    assert sorted(b"".join(stored).splitlines(True)) == sorted(line(number) for number in range(20))
    assert reconciled.exit_code == 0, reconciled.output

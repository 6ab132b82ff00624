"""Rejected and undeliverable events come back into lake and warehouse, with their identity, and the ledger balances."""

import json
from pathlib import Path
from typing import Any

from game_events_api import ledger
from game_events_api.delivery.engine import Engine
from game_events_api.delivery.lake_sink import LakeSink
from game_events_api.recovery import RejectedEvents
from game_events_cli.main import app
from game_events_warehouse.build import build
from typer.testing import CliRunner
from unit.api.delivery.spool_maker import NOON, SpoolMaker, rejected_line
from unit.api.recovery.kept_events import ANY_GAME, bury, install, repaired
from unit.stored_lines import event_id


def deliver(root: Path) -> None:
    engine = Engine(root, [LakeSink(root / "lake", linger=0.0)])
    engine.step()
    assert engine.drained()
    engine.close()


def run(*arguments: str) -> Any:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_faulty_builds_events_are_repaired_by_a_revision_and_a_replay(tmp_path: Path) -> None:
    maker = SpoolMaker(tmp_path)
    faulty = [rejected_line(number, install(number, install_source="influencer")) for number in range(300)]
    hopeless = [rejected_line(number, install(number, install_source=7)) for number in range(300, 320)]
    maker.append(faulty[:150], faulty[150:] + hopeless, stream="rejected")
    deliver(tmp_path)
    archive = RejectedEvents(tmp_path, key_of=lambda key_id: ANY_GAME)

    report = archive.replay(archive.waiting(), repaired())

    assert (report.passed, report.failed.total(), report.repeated) == (300, 20, 0)
    deliver(tmp_path)
    assert ledger.read(tmp_path).total("accepted") == ledger.read(tmp_path).total("delivered") == 300
    database = tmp_path / "warehouse" / "warehouse.duckdb"
    built = build(lake=str(tmp_path / "lake"), database=database)
    assert built.raw_events == 300
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute("select event_id::varchar, received_at from stg_events").fetchall()
    assert {row[0] for row in rows} == {event_id(number) for number in range(300)}
    assert {row[1] for row in rows} == {NOON.replace(tzinfo=None)}


def test_dead_letters_that_are_sent_again_are_delivered_and_reconcile(tmp_path: Path) -> None:
    bury(tmp_path, range(5), "InvalidArgumentException: no")
    here = ("--data-dir", str(tmp_path))
    counts = ledger.read(tmp_path)
    assert (counts.total("accepted"), counts.total("dead_lettered"), counts.total("delivered")) == (5, 5, 0)

    assert run("dead-letters", "replay", *here)["passed"] == 5
    deliver(tmp_path)

    counts = ledger.read(tmp_path)
    assert (counts.total("accepted"), counts.total("dead_lettered"), counts.total("delivered")) == (5, 0, 5)
    assert run("reconcile", *here)["reconciled"]


def test_rejected_events_are_found_in_lake_and_spool(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append([rejected_line(1, install(1)), rejected_line(2, "{", rule="json")], stream="rejected")
    deliver(tmp_path)
    SpoolMaker(tmp_path).append([rejected_line(3, install(3, game_id="chess"))], stream="rejected")

    found = CliRunner().invoke(app, ["rejected", "list", "--data-dir", str(tmp_path), "--json"]).stdout.splitlines()

    assert [json.loads(text)["correlation_id"] for text in found] == ["r-1", "r-2", "r-3"]

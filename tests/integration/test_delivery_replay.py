"""Refused and undeliverable events come back: once, with their identity, and the ledger balances."""

import copy
import gzip
import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from game_events_api import ledger, rfc3339
from game_events_api.admission.keys import ApiKey, KeyFile
from game_events_api.contract.catalog import Catalog, Schema, published
from game_events_api.delivery.engine import Engine
from game_events_api.delivery.lake_sink import LakeSink
from game_events_api.delivery.spools import Spools
from game_events_api.ingest.device_clock import DeviceClock
from game_events_api.ingest.judge import Accepted, Judge, Rejected, Request
from game_events_api.ingest.lines import head
from game_events_api.ledger.balance import compare
from game_events_api.recovery import rejected
from game_events_api.recovery.replay import Pace, Verdicts
from game_events_api.spool.blocks import DeadLetter, Settled
from game_events_cli.main import app
from game_events_models import contract
from game_events_warehouse.build import build
from jsonschema_rs import Draft202012Validator
from typer.testing import CliRunner
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import NOON, SpoolMaker, line, rejected_line
from unit.stored_lines import event_id


def install(number: int, **fields: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(line(number))["event"]
    return {**event, **fields}


def anything(key_id: str, game_id: str) -> bool:
    return True


def deliver(root: Path) -> None:
    engine = Engine(root, [LakeSink(root / "lake", linger=0.0)])
    engine.step()
    assert engine.drained()
    engine.close()


def run(*arguments: str) -> Any:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def repaired() -> Verdicts:
    """The published contract with one revision more: install/9-0-0 knows one source more."""
    newest = contract.versions()["install"][-1]
    schema = copy.deepcopy(contract.schema("install", newest))
    schema["properties"]["schema_version"]["const"] = "9-0-0"
    schema["properties"]["install_source"]["enum"] = [*schema["properties"]["install_source"]["enum"], "influencer"]

    revision = Schema(
        event_type="install",
        version="9-0-0",
        label=b"install/9-0-0",
        validator=Draft202012Validator(schema, validate_formats=True),
        lifecycle=contract.lifecycle("install", newest),
    )
    return Verdicts(Catalog([*published(), revision]), "install/9-0-0")


def test_a_faulty_builds_events_are_repaired_by_a_revision_and_a_replay(tmp_path: Path) -> None:
    maker = SpoolMaker(tmp_path)
    faulty = [rejected_line(number, install(number, install_source="influencer")) for number in range(300)]
    hopeless = [rejected_line(number, install(number, install_source=7)) for number in range(300, 320)]
    maker.append(faulty[:150], faulty[150:] + hopeless, stream="rejected")
    deliver(tmp_path)
    text = b"".join(gzip.decompress(path.read_bytes()) for path in (tmp_path / "lake" / "rejected").rglob("*.gz"))
    items = list(rejected.refused(text.splitlines(keepends=True)))

    some = [*items[:10], *items[:3]]
    for wanted, before in ((some, 3), (items, 10), (items, 300)):
        foreseen = rejected.dry_run(tmp_path, wanted, repaired(), anything)
        real, repeated = rejected.replay(tmp_path, wanted, repaired(), anything, pace=Pace(None))
        assert (real, repeated) == foreseen
        assert repeated == before, "nothing is sent twice"
    assert sum(number for verdict, number in real.items() if verdict.passes) == 300
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


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (json.dumps(install(1))[:-1] + ', "game_id": "chess"}', "duplicate-key"),
        (json.dumps({**install(1), "properties": None}).replace("null", "[" * 300 + "]" * 300), "too-deep"),
        ("[" * 5000 + "]" * 5000, "malformed"),
        (json.dumps(install(1)) + "]", "malformed"),
    ],
)
def test_what_the_edge_would_not_read_is_not_replayed_and_stops_nothing(tmp_path: Path, raw: str, rule: str) -> None:
    lines = [rejected_line(1, raw), rejected_line(2, install(2))]

    counts, _ = rejected.dry_run(tmp_path, rejected.refused(lines), Verdicts(Catalog()), anything)

    assert {verdict.rule for verdict in counts} == {rule, ""}


def test_a_replay_writes_no_game_that_the_key_may_not_write(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    bound, free = (key.split("_")[2] for key in (keys.create("a", games=("chess",)), keys.create("b")))
    keys.revoke(free)
    lines = [
        rejected_line(number, install(number)).replace(b'"k1"', f'"{key_id}"'.encode())
        for number, key_id in enumerate((bound, free, "unknown"))
    ]

    counts, _ = rejected.replay(
        tmp_path, rejected.refused(lines), Verdicts(Catalog()), rejected.granted(tmp_path), pace=Pace(None)
    )

    assert {verdict.rule: number for verdict, number in counts.items()} == {"": 1, "forbidden-game": 2}
    assert ledger.waiting(tmp_path) == 1


class Killed(BaseException):
    pass


def at_edge(event: dict[str, Any], sent_at: datetime | None = None, games: tuple[str, ...] = ("*",)) -> Any:
    """The edge's verdict on an event that arrives at noon."""
    key = ApiKey("k1", "tests", "production", games, ("ingest",), "", "2026-11-01T00:00:00Z")
    request = Request(
        key, DeviceClock.of(NOON, sent_at), "2026-11-20T12", head(rfc3339.text(NOON), "c-1", "k1", "tests"), {}
    )
    return Judge(Catalog(), 65_536).decide(event, request)


@pytest.mark.parametrize("version", ["1-0-0", "1-0-1", "1-0-2"])
def test_a_replay_stores_what_the_edge_would_have_stored(version: str) -> None:
    """The line to the byte, with the version that judged, and the ledger's key with the version that was named."""
    event = install(1, schema_version=version)
    original = at_edge(event)
    (item,) = rejected.refused([at_edge(event, games=("chess",)).line])

    verdict, line, key = rejected.judge(item, Verdicts(Catalog()), anything)

    assert verdict.passes
    assert (line, key) == (original.line, original.ledger)


@pytest.mark.parametrize("name", ["received_at", "correlation_id", "key_id", "ingested_by"])
def test_a_line_that_is_not_the_edges_is_not_replayed(name: str) -> None:
    document = json.loads(rejected_line(1, install(1)))
    del document[name]
    (item,) = rejected.refused([json.dumps(document).encode()])

    assert rejected.judge(item, Verdicts(Catalog()), anything)[0].rule == "unreadable"


@pytest.mark.parametrize("sent_at", [None, NOON + timedelta(days=3), NOON - timedelta(hours=5, microseconds=7)])
def test_a_replay_corrects_the_clock_as_the_edge_would_have_done(sent_at: datetime | None) -> None:
    """The device's clock is 3 days ahead, which is refused without Sent-At, or 5 hours behind."""
    occurred = (sent_at or NOON) - timedelta(minutes=2)
    sound = at_edge(install(1, event_time=occurred.isoformat()), sent_at)
    faulty = at_edge(install(1, event_time=occurred.isoformat(), install_source="influencer"), sent_at)
    assert isinstance(sound, Accepted)
    assert isinstance(faulty, Rejected)

    (item,) = rejected.refused([faulty.line])
    verdict, replayed, _ = rejected.judge(item, repaired(), anything)

    assert verdict.passes
    original = json.loads(sound.line)["effective_time"]
    assert original == "2026-11-20T11:58:00.000000Z"
    assert json.loads(replayed)["effective_time"] == original


def test_a_replay_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    lines = [rejected_line(number, install(number, install_source="influencer")) for number in range(450)]
    items = list(rejected.refused(lines))

    def die(_seconds: float) -> None:
        raise Killed

    with pytest.raises(Killed):
        rejected.replay(tmp_path, items, repaired(), anything, pace=Pace(1.0, clock=lambda: 0.0, sleep=die))
    assert [(entry["action"], entry["events"]) for entry in audit(tmp_path)] == [("rejected replay begins", 450)]
    sent = ledger.waiting(tmp_path)
    assert 0 < sent < 450

    _, repeated = rejected.replay(tmp_path, items, repaired(), anything, pace=Pace(None))

    assert repeated == sent
    assert ledger.waiting(tmp_path) == ledger.read(tmp_path).total("accepted") == 450


def audit(data_dir: Path) -> list[dict[str, Any]]:
    return [json.loads(entry) for entry in (data_dir / "delivery" / "audit.jsonl").read_text().splitlines()]


def test_a_replay_keeps_its_pace() -> None:
    clock = SimulatedClock()
    pace = Pace(100.0, clock=clock.monotonic, sleep=clock.advance)

    for _ in range(10):
        pace.after(50)

    assert clock.monotonic() == pytest.approx(5.0)


def test_a_truncated_document_is_not_replayed(tmp_path: Path) -> None:
    document = json.loads(rejected_line(1, install(1)))
    document["raw_bytes"] += 1
    (item,) = rejected.refused([json.dumps(document).encode()])

    (verdict,) = rejected.dry_run(tmp_path, [item], Verdicts(Catalog()), anything)[0]

    assert (verdict.passes, verdict.rule) == (False, "truncated")


def bury(root: Path, numbers: range, reason: str) -> None:
    """Make dead letters of these events, as the Firehose sink would."""
    SpoolMaker(root).append([line(number) for number in numbers])
    spools = Spools(root / "spool", ("firehose",), SimulatedClock())
    (spool,) = spools.refresh()
    (block,) = spool.read("firehose", "events", max_bytes=10**6)
    spool.settle("firehose", [Settled(block, [DeadLetter(text, reason, 3) for text in block.data.splitlines(True)])])
    spools.close()


def test_dead_letters_are_listed_counted_tried_and_sent_again_once(tmp_path: Path) -> None:
    bury(tmp_path, range(5), "InvalidArgumentException: no")
    here = ("--data-dir", str(tmp_path))
    counts = ledger.read(tmp_path)
    assert (counts.total("accepted"), counts.total("dead_lettered"), counts.total("delivered")) == (5, 5, 0)

    stats = run("dead-letters", "stats", *here)
    assert (stats["reason"], stats["events"]) == ("InvalidArgumentException", 5)
    foreseen = run("dead-letters", "replay", "--dry-run", *here)
    assert (foreseen["passed"], foreseen["events"]) == (5, 5)
    chosen = run("dead-letters", "replay", *here, "--where", f"event_id={event_id(3)}")
    assert chosen["passed"] == 1
    assert run("dead-letters", "replay", *here)["passed"] == 4
    assert run("dead-letters", "replay", *here)["events"] == 0

    deliver(tmp_path)
    counts = ledger.read(tmp_path)
    assert (counts.total("accepted"), counts.total("dead_lettered"), counts.total("delivered")) == (5, 0, 5)
    began, ended = audit(tmp_path)[::2], audit(tmp_path)[1::2]
    assert [entry["events"] for entry in began] == [entry["passed"] for entry in ended] == [1, 4, 0]
    assert CliRunner().invoke(app, ["reconcile", *here]).exit_code == 0


def test_refused_events_that_a_sink_refuses_balance(tmp_path: Path) -> None:
    """The sender's names are on the lines; the ledger counts by those that its API key and the contract know."""
    verdicts = [
        at_edge(install(number, game_id="chess", **faults), games=games)
        for number, (games, faults) in enumerate(
            [
                (("*",), {"platform": "abacus"}),
                (("chess",), {"platform": "abacus"}),
                (("chess",), {"schema_version": "9-9-9"}),
                (("*",), {"event_type": "invented"}),
            ]
            * 2
        )
    ]
    lines = [verdict.line for verdict in verdicts]
    assert len({verdict.ledger for verdict in verdicts}) == 4
    SpoolMaker(tmp_path).append_counted("rejected", lines, [verdict.ledger for verdict in verdicts])
    spools = Spools(tmp_path / "spool", ("firehose",), SimulatedClock())
    (spool,) = spools.refresh()
    (block,) = spool.read("firehose", "rejected", max_bytes=10**6)

    spool.settle("firehose", [Settled(block, [DeadLetter(text, "no", 3) for text in lines[:7]])])
    spools.close()

    counts, waiting = ledger.read(tmp_path), ledger.waiting(tmp_path)
    assert (counts.total("rejected"), counts.total("rejected_dead_lettered")) == (8, 7)
    assert (counts.total("rejected_delivered"), waiting) == (1, 0)
    (difference,) = compare(counts, {}, Counter(), {}, None)
    assert difference.kind == "lake", "only that the one delivered is in no lake here"

    here = ("--data-dir", str(tmp_path))
    assert run("dead-letters", "replay", *here)["passed"] == 7
    deliver(tmp_path)
    counts = ledger.read(tmp_path)
    assert (counts.total("rejected_dead_lettered"), counts.total("rejected_delivered")) == (0, 8)
    assert [one.kind for one in compare(counts, {}, Counter(), {}, None)] == ["lake"]


def test_rejected_events_are_found_by_field_in_lake_and_spool(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append([rejected_line(1, install(1)), rejected_line(2, "{", rule="json")], stream="rejected")
    deliver(tmp_path)
    SpoolMaker(tmp_path).append([rejected_line(3, install(3, game_id="chess"))], stream="rejected")
    here = ("--data-dir", str(tmp_path))

    unknown = CliRunner().invoke(app, ["rejected", "list", *here, "--where", "foo=bar"])
    assert (unknown.exit_code, unknown.output.count("\n")) == (2, 1), unknown.output
    assert "'foo'" in unknown.output

    found = CliRunner().invoke(app, ["rejected", "list", *here, "--json"]).stdout.splitlines()
    assert len(found) == 3
    table = CliRunner().invoke(app, ["rejected", "list", *here]).stdout
    assert all(json.loads(line)["name"] in table for line in found), "a name that is cut off is of no use to `show`"
    chess = run("rejected", "list", *here, "--where", "game_id=chess")
    assert chess["event_id"] == event_id(3)
    shown = CliRunner().invoke(app, ["rejected", "show", chess["name"], *here])
    assert json.loads(shown.stdout)["correlation_id"] == "r-3"
    assert CliRunner().invoke(app, ["rejected", "list", *here, "--where", "nonsense"]).exit_code == 2


def test_a_replayed_mark_and_its_block_are_one_transaction(tmp_path: Path) -> None:
    bury(tmp_path, range(1), "x")
    run("dead-letters", "replay", "--data-dir", str(tmp_path))

    with closing(sqlite3.connect(tmp_path / "spool" / "worker-0.db")) as db:
        assert db.execute("SELECT count(*) FROM dead_letters WHERE replayed_at IS NOT NULL").fetchone() == (1,)
        assert db.execute("SELECT events, data FROM blocks").fetchall() == [(1, line(0))]

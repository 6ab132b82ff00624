"""Rejected events come back as the edge would have stored them: once, and never into another's game."""

import gzip
import json
import tracemalloc
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from game_events_api import ledger
from game_events_api.admission import KeyFile
from game_events_api.errors import FileDamaged
from game_events_api.ingest.judge import Accepted, Rejected
from game_events_api.recovery import Pace, Recheck, RejectedEvents, Selection
from game_events_api.recovery.recheck import Fails, Passes, Rechecked
from game_events_api.recovery.rejected import LONGEST_LINE
from unit.api.delivery.spool_maker import NOON, SpoolMaker, rejected_line
from unit.api.recovery.kept_events import at_edge, audit_log, install, of_lines, repaired


def recheck(data_dir: Path, line: bytes, by: Recheck | None = None) -> Rechecked:
    archive = of_lines(data_dir, line)
    (one,) = archive.waiting()
    return archive.rechecker(by or Recheck())(one)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (json.dumps(install(1))[:-1] + ', "game_id": "chess"}', "duplicate-key"),
        (json.dumps({**install(1), "properties": None}).replace("null", "[" * 300 + "]" * 300), "too-deep"),
        ("[" * 50_000 + "]" * 50_000, "malformed"),
        (json.dumps(install(1)) + "]", "malformed"),
        ("[]", "type"),
    ],
)
def test_what_the_edge_would_not_read_is_not_replayed_and_stops_nothing(tmp_path: Path, raw: str, rule: str) -> None:
    archive = of_lines(tmp_path, rejected_line(1, raw), rejected_line(2, install(2)))

    report = archive.replay(archive.waiting(), Recheck(), dry_run=True)

    assert report.passed == 1
    assert [fails.rule for fails in report.failed] == [rule]


def test_a_replay_writes_no_game_that_the_key_may_not_write(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    bound, free = (key.split("_")[2] for key in (keys.create("a", games=("chess",)), keys.create("b")))
    keys.revoke(free)
    SpoolMaker(tmp_path).append(
        [
            rejected_line(number, install(number)).replace(b'"k1"', f'"{key_id}"'.encode())
            for number, key_id in enumerate((bound, free, "unknown"))
        ],
        stream="rejected",
    )
    archive = RejectedEvents(tmp_path)

    report = archive.replay(archive.waiting(), Recheck())

    assert report.passed == 1
    assert {fails.rule: number for fails, number in report.failed.items()} == {"forbidden-game": 2}
    assert ledger.read(tmp_path).total("accepted") == 1


def test_a_rejected_event_is_listed_with_the_game_that_its_key_may_write(tmp_path: Path) -> None:
    """Earlier releases kept the sender's word, without a fingerprint; the edge now keeps what is so."""
    bound = KeyFile(tmp_path / "keys.json").create("a", games=("chess",)).split("_")[2]
    older = [
        rejected_line(number, install(number, game_id=game)).replace(b'"k1"', f'"{key_id}"'.encode())
        for number, (game, key_id) in enumerate([("chess", bound), ("go", bound), ("chess", "unknown")])
    ]
    SpoolMaker(tmp_path).append([line.replace(b'"fingerprint":null,', b"") for line in older], stream="rejected")
    SpoolMaker(tmp_path).append([rejected_line(3, install(3, game_id="chess"))], stream="rejected")

    listed = list(RejectedEvents(tmp_path).waiting())

    assert [one.fields["game_id"] for one in listed] == ["chess", None, None, "chess"]
    seen = RejectedEvents(tmp_path).waiting(Selection(may_see=lambda game_id, event_type: game_id == "go"))
    assert list(seen) == []


def test_a_replay_stores_the_fingerprint_that_the_edge_gave_the_event(tmp_path: Path) -> None:
    rejected = at_edge(install(1, install_source="influencer"))
    assert isinstance(rejected, Rejected)
    content = json.loads(rejected.line)["fingerprint"]
    damaged = rejected.line.replace(content.encode(), b"no hexadecimal digits")
    for line in (rejected.line, rejected.line.replace(b'"fingerprint"', b'"x"'), damaged):
        passes = recheck(tmp_path, line, repaired())
        assert isinstance(passes, Passes)
        assert json.loads(passes.line)["fingerprint"] == content, "made anew, it is the same"


def test_a_key_that_was_granted_a_game_meanwhile_may_write_it(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    archive = RejectedEvents(tmp_path, lambda: [rejected_line(1, install(1)).rstrip()])
    assert archive.replay(archive.waiting(), Recheck(), dry_run=True).passed == 0

    known = keys.create("new").split("_")[2]
    keys.path.write_text(keys.path.read_text().replace(known, "k1"))

    assert archive.replay(archive.waiting(), Recheck(), dry_run=True).passed == 1


def test_a_replay_sends_no_event_of_a_type_that_its_key_is_not_for(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    for event_types in (("purchase",), ("purchase", "install")):
        keys.path.unlink(missing_ok=True)
        known = keys.create("shop", event_types=event_types).split("_")[2]
        keys.path.write_text(keys.path.read_text().replace(known, "k1"))
        archive = RejectedEvents(tmp_path, lambda: [rejected_line(1, install(1)).rstrip()])
        report = archive.replay(archive.waiting(), Recheck(), dry_run=True)
        refused = {fails.rule for fails in report.failed}
        assert (report.passed, refused) == ((1, set()) if "install" in event_types else (0, {"forbidden-event-type"}))


@pytest.mark.parametrize("version", ["1-0-0", "1-0-1", "1-0-2"])
def test_a_replay_stores_what_the_edge_would_have_stored(tmp_path: Path, version: str) -> None:
    """The line to the byte, with the version that judged, and the ledger's key with the version that was named."""
    event = install(1, schema_version=version)
    original = at_edge(event)

    rechecked = recheck(tmp_path, at_edge(event, games=("chess",)).line)

    assert rechecked == Passes(original.line, original.ledger)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *((name, None) for name in ("received_at", "correlation_id", "key_id", "ingested_by")),
        ("received_at", "yesterday"),
        ("received_at", "2026-11-20T12:00:00"),
    ],
)
def test_a_line_that_is_not_the_edges_is_not_replayed(tmp_path: Path, name: str, said: str | None) -> None:
    document = json.loads(rejected_line(1, install(1))) | {name: said}

    rechecked = recheck(tmp_path, json.dumps(document).encode())

    assert rechecked == Fails("unreadable", "the stored line is not what the edge writes")


def test_a_truncated_document_is_not_replayed(tmp_path: Path) -> None:
    document = json.loads(rejected_line(1, install(1)))
    document["raw_bytes"] += 1

    assert recheck(tmp_path, json.dumps(document).encode()) == Fails("truncated", "only its beginning was kept")


@pytest.mark.parametrize("sent_at", [None, NOON + timedelta(days=3), NOON - timedelta(hours=5, microseconds=7)])
def test_a_replay_corrects_the_time_as_the_edge_would_have_done(tmp_path: Path, sent_at: datetime | None) -> None:
    """The device's clock is 3 days ahead, which is rejected without Sent-At, or 5 hours behind."""
    occurred = (sent_at or NOON) - timedelta(minutes=2)
    sound = at_edge(install(1, event_time=occurred.isoformat()), sent_at)
    faulty = at_edge(install(1, event_time=occurred.isoformat(), install_source="influencer"), sent_at)
    assert isinstance(sound, Accepted)
    assert isinstance(faulty, Rejected)

    rechecked = recheck(tmp_path, faulty.line, repaired())

    assert isinstance(rechecked, Passes)
    original = json.loads(sound.line)["effective_time"]
    assert original == "2026-11-20T11:58:00.000000Z"
    assert json.loads(rechecked.line)["effective_time"] == original


def test_a_dry_run_foresees_the_replay_and_nothing_is_sent_twice(tmp_path: Path) -> None:
    lines = [rejected_line(number, install(number, install_source="influencer")) for number in range(8)]
    archive = of_lines(tmp_path, *lines, rejected_line(9, install(9, install_source=7)))
    everything = list(archive.waiting())

    for chosen, before in (([*everything[:3], everything[0]], 1), (everything, 3), (everything, 8)):
        foreseen = archive.replay(chosen, repaired(), dry_run=True)
        real = archive.replay(chosen, repaired())
        assert real == foreseen
        assert real.repeated == before

    assert (real.passed, real.failed.total()) == (8, 1)
    assert ledger.read(tmp_path).total("accepted") == ledger.waiting(tmp_path) == 8


class Killed(BaseException):
    pass


def test_a_replay_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    lines = [rejected_line(number, install(number, install_source="influencer")) for number in range(450)]
    archive = of_lines(tmp_path, *lines)

    def die(_seconds: float) -> None:
        raise Killed

    with pytest.raises(Killed):
        archive.replay(archive.waiting(), repaired(), pace=Pace(1.0, monotonic=lambda: 0.0, sleep=die))
    assert [(entry["action"], entry["events"]) for entry in audit_log(tmp_path)] == [("rejected replay begins", 450)]
    sent = ledger.waiting(tmp_path)
    assert 0 < sent < 450

    report = archive.replay(archive.waiting(), repaired())

    assert report.repeated == sent
    assert ledger.waiting(tmp_path) == ledger.read(tmp_path).total("accepted") == 450


def test_a_line_in_several_files_is_one_rejected_event(tmp_path: Path) -> None:
    line = rejected_line(1, install(1))
    SpoolMaker(tmp_path).append([line, rejected_line(2, "{")], stream="rejected")

    names = [one.name for one in of_lines(tmp_path, line, b"[1]", b"no JSON", b"").waiting()]

    assert len(names) == len(set(names)) == 2


def test_a_lake_file_is_read_line_by_line_and_a_line_of_any_length_is_not(tmp_path: Path) -> None:
    """It runs in the process of the admin port: a file of a megabyte may hold a gigabyte."""
    file = tmp_path / "lake" / "rejected" / "2026" / "a.gz"
    file.parent.mkdir(parents=True)
    much = (b" " * 63_999 + b"\n") * 1_000
    file.write_bytes(gzip.compress(rejected_line(1, install(1)) + much + rejected_line(2, install(2))))
    bomb = gzip.compress(rejected_line(3, install(3)) + b"{" * (LONGEST_LINE + 1))
    archive = RejectedEvents(tmp_path)
    tracemalloc.start()
    try:
        assert len(list(archive.waiting())) == 2
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    file.with_name("b.gz").write_bytes(bomb)
    with pytest.raises(FileDamaged, match=r"rejected/2026/b\.gz .*a line of it has over 16,777,216 bytes; restore it"):
        list(archive.waiting())

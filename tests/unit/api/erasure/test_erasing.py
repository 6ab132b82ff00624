"""A player who was erased is found nowhere, and everything else is as it was."""

import gzip
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock
from game_events_api.erasure import NAME, listed
from game_events_api.erasure import erasing as erasing_of_players
from game_events_api.errors import DataFolderInUse
from game_events_api.recovery import DeadLetters, Recheck, RejectedEvents
from game_events_api.spool import SpoolReader, letter_files
from game_events_api.spool.letter_files import inflated
from game_events_api.spool.replays import replay_file
from game_events_cli.main import app
from typer.testing import CliRunner
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.api.erasure.full_folder import (
    AS_BEFORE,
    GAME,
    PLAYER,
    SESSION,
    data_dir,
    differences,
    erase,
    erasing,
    events,
    filled,
    holding,
    known_by,
    of,
    of_player,
    raw,
)
from unit.api.recovery.kept_events import ANY_GAME, audit_log

__all__ = ["data_dir", "filled"]
runner = CliRunner()


class Died(BaseException):
    pass


def test_an_erased_player_is_found_in_no_byte_and_all_else_is_as_it_was(data_dir: Path) -> None:
    before = known_by(data_dir)
    assert len(holding(data_dir, PLAYER)) >= 7
    assert differences(data_dir) == AS_BEFORE
    outcome = erase(data_dir)
    assert outcome.faults == []
    assert holding(data_dir, PLAYER, SESSION, "ada@example.org") == []
    assert differences(data_dir) == AS_BEFORE
    assert known_by(data_dir) == before
    (token,) = of(data_dir, 2, 12, 13, 21, 22)
    assert token.startswith("erased-")
    others = [one["event"]["user_id"] for one in events(data_dir) if one["event"]["user_id"] != token]
    assert len(others) == 25
    assert all(name.startswith("player-") for name in others)


def test_of_deleted_rows_nothing_is_left_in_free_pages(data_dir: Path) -> None:
    spool = data_dir / "spool" / "worker-0.db"
    with closing(sqlite3.connect(spool)) as db:
        packed = [row[0] for row in db.execute("SELECT data FROM blocks WHERE length(data) < size")]
    assert packed
    erase(data_dir)
    data = spool.read_bytes()
    assert all(one not in data for one in packed)
    with closing(sqlite3.connect(spool)) as db:
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert not [path for path in spool.parent.glob("*.db-wal") if path.stat().st_size]


def test_a_rejected_event_is_sent_again_without_its_player_and_once(data_dir: Path) -> None:
    everybody = RejectedEvents(data_dir, key_of=lambda key_id: ANY_GAME)
    was_sent = next(one for one in everybody.waiting() if one.document["correlation_id"] == "r-4")
    with replay_file(data_dir) as replays:
        replays.remember([(was_sent.digest, None, 0.0)])
    erase(data_dir)
    with SpoolReader(data_dir / "spool" / "replay.db") as known:
        kept = {one.document["correlation_id"]: one for one in everybody.waiting()}
        assert known.was_replayed(kept["r-4"].digest)
        assert not known.was_replayed(kept["r-6"].digest)
    sent = json.loads(kept["r-6"].document["raw"])
    assert sent["user_id"].startswith("erased-")
    assert kept["r-6"].document["raw_bytes"] == len(kept["r-6"].document["raw"].encode())
    assert kept["r-5"].document["raw"] == ""


HOSTILE = [
    *(
        opened * deep + closed * deep
        for deep in (300, 480, 700, 960, 5000)
        for opened, closed in (("[", "]"), ('{"a":', "}"))
    ),
    *(r'"\ud800"', "NaN", "1e999", "9" * 5000),
]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_a_player_is_erased_from_whatever_somebody_sent_in_their_name(data_dir: Path, value: str) -> None:
    sent = f'{json.dumps(raw(7))[:-1]}, "more": {value}}}'
    SpoolMaker(data_dir, "hostile").append([rejected_line(7, sent, rule="too-deep", pointer="")], stream="rejected")
    assert len(holding(data_dir, PLAYER)) >= 8
    outcome = erase(data_dir)
    assert outcome.faults == []
    assert holding(data_dir, PLAYER, SESSION) == []


def test_a_dead_letter_passes_as_before(data_dir: Path) -> None:
    erase(data_dir)
    report = DeadLetters(data_dir).replay(DeadLetters(data_dir).waiting(), Recheck(), dry_run=True)
    assert (report.passed, report.failed) == (5, {})


def steps_of(data_dir: Path) -> list[str]:
    steps: list[str] = []
    erase(data_dir, step=steps.append)
    return steps


def test_one_that_dies_at_any_step_is_finished_by_the_next(filled: Path, tmp_path: Path) -> None:
    number = len(steps_of(Path(shutil.copytree(filled, tmp_path / "whole"))))
    assert number > 10
    for at in range(number):
        data_dir = Path(shutil.copytree(filled, tmp_path / f"dies-{at}"))
        before = known_by(data_dir)
        left = iter(range(at))

        def step(what: str, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise Died(what)

        with pytest.raises(Died):
            erase(data_dir, step=step)
        assert erase(data_dir).faults == []
        assert holding(data_dir, PLAYER, SESSION) == []
        assert known_by(data_dir) == before
        assert differences(data_dir) == AS_BEFORE
        assert len(of(data_dir, 2, 12, 13, 21, 22)) == 1, "one that goes on makes the same tokens"


@pytest.mark.parametrize(("kind", "same"), [("erase", False), ("anonymise", True)])
def test_what_comes_later_is_erased_again_and_known_as_the_same_player_only_of_a_pseudonym(
    data_dir: Path, kind: str, same: bool
) -> None:
    erase(data_dir, kind)
    (first,) = of(data_dir, 2, 21)
    SpoolMaker(data_dir).append([of_player(60), line(62)])
    SpoolMaker(data_dir).append([rejected_line(63, raw(63))], stream="rejected")
    assert holding(data_dir, PLAYER)
    assert erasing(data_dir).again().faults == []
    assert holding(data_dir, PLAYER, SESSION) == []
    (second,) = of(data_dir, 60)
    assert (second == first) is same
    assert of(data_dir, 2, 21) == {first}


def test_one_that_was_anonymised_can_be_erased(data_dir: Path) -> None:
    erase(data_dir, "anonymise")
    (pseudonym,) = of(data_dir, 2)
    SpoolMaker(data_dir).append([of_player(60)])
    erase(data_dir)
    assert holding(data_dir, pseudonym, PLAYER) == []
    (token,) = of(data_dir, 2, 21, 60)
    assert token.startswith("erased-")
    assert erase(data_dir, "anonymise").faults == []
    assert of(data_dir, 2, 60) == {token}, "what is gone cannot come back as a pseudonym"


def test_a_player_of_another_game_stays(data_dir: Path) -> None:
    document = json.loads(of_player(70))
    document["event"]["game_id"] = "chess"
    SpoolMaker(data_dir).append([json.dumps(document).encode() + b"\n"])
    erase(data_dir)
    assert of(data_dir, 70) == {PLAYER}


def test_neither_the_list_nor_the_record_names_a_player(data_dir: Path) -> None:
    erase(data_dir)
    assert holding(data_dir, PLAYER, hashlib.sha256(PLAYER.encode()).hexdigest()) == []
    begun, done = audit_log(data_dir)
    assert (begun["action"], begun["by"], begun["players"], begun["game_id"]) == ("erase begins", "ada", 1, GAME)
    assert (done["action"], done["by"]) == ("erase", "ada")
    assert (done["lake"], done["spool"]) == (5, 6)
    (one,) = listed(data_dir / NAME)
    assert (one.asked_by, one.asked_at, one.done_at) == ("ada", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z")
    with closing(sqlite3.connect(data_dir / NAME)) as db:
        assert db.execute("SELECT * FROM under_way").fetchall() == []


@pytest.mark.parametrize("lock", ["server.lock", "delivery/delivery.lock", "spool/worker-0.lock"])
def test_a_folder_that_a_server_uses_is_left_alone(data_dir: Path, lock: str) -> None:
    (data_dir / "delivery").mkdir(exist_ok=True)
    with FileLock(data_dir / lock), pytest.raises(DataFolderInUse, match="stop it"):
        erase(data_dir)
    assert not (data_dir / NAME).exists()
    assert holding(data_dir, PLAYER)


def test_a_lake_file_that_holds_too_much_is_named_and_the_rest_is_erased(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing_of_players, "LARGEST", 100_000)
    (data_dir / "lake" / "events" / "bomb.gz").write_bytes(gzip.compress(b"\n" * 100_001))
    outcome = erase(data_dir)
    advice = "restore it or move it out of the lake"
    assert outcome.faults == [f"events/bomb.gz cannot be unpacked: it holds over 100,000 bytes of lines; {advice}"]
    assert holding(data_dir, PLAYER) == []


def test_dead_letters_of_which_a_part_cannot_be_read_are_left_and_named(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is written anew: what is not read would be gone."""
    files = sorted((data_dir / "spool" / "dead-letters").glob("*.gz"))
    before = [file.read_bytes() for file in files]
    assert before
    monkeypatch.setattr(letter_files, "inflated", lambda data: (inflated(data)[0][:-9], False))
    outcome = erase(data_dir)
    assert [file.read_bytes() for file in files] == before
    assert any("2 of its 3 letters can be read" in fault for fault in outcome.faults), outcome.faults


def test_what_cannot_be_looked_into_is_named_and_the_rest_is_erased(data_dir: Path) -> None:
    (data_dir / "lake" / "events" / "torn.gz").write_bytes(b"\x1f\x8bno")
    folder = data_dir / "spool" / "damaged"
    folder.mkdir()
    (folder / "worker-9.json").write_text("{}")
    outcome = erase(data_dir)
    assert [fault.split()[0] for fault in outcome.faults] == ["events/torn.gz", "spool/damaged/worker-9"]
    assert holding(data_dir, PLAYER) == []


def test_a_backup_of_before_is_erased_again_when_it_is_restored(data_dir: Path, tmp_path: Path) -> None:
    backups, restored = tmp_path / "backups", tmp_path / "restored"
    assert runner.invoke(app, ["backup", "--data-dir", str(data_dir), "--to", str(backups)]).exit_code == 0
    command = ["erase-player", PLAYER, "--game", GAME, "--data-dir", str(data_dir), "--backups", str(backups)]
    assert runner.invoke(app, command).exit_code == 0
    answer = runner.invoke(app, ["restore", "--from", str(backups), "--data-dir", str(restored)])
    assert answer.exit_code == 0, answer.output
    assert "1 players were erased again" in answer.stderr
    assert holding(restored, PLAYER, SESSION) == []
    assert known_by(restored) == known_by(data_dir)


def test_former_bytes_of_the_lake_leave_the_backups_with_the_last_backup_that_names_them(
    data_dir: Path, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    backup = ["backup", "--data-dir", str(data_dir), "--to", str(backups)]
    assert runner.invoke(app, backup).exit_code == 0
    (first,) = (backups / "backups").iterdir()
    erase(data_dir)
    assert runner.invoke(app, backup).exit_code == 0
    assert holding(backups / "lake", PLAYER), "the first backup has them still"
    shutil.rmtree(first)
    assert runner.invoke(app, backup).exit_code == 0
    assert holding(backups, PLAYER) == []
    assert runner.invoke(app, ["restore", "--from", str(backups), "--check"]).exit_code == 0


def test_a_folder_without_its_lake_or_without_anything_is_not_called_erased(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    shutil.rmtree(data_dir / "lake")
    for folder, said in ((data_dir, "give it with --lake"), (tmp_path / "empty", "no spool and no lake")):
        answer = runner.invoke(app, ["erase-player", PLAYER, "--game", GAME, "--data-dir", str(folder)])
        assert (answer.exit_code, said in answer.stderr) == (2, True), answer.stderr
        assert not (folder / NAME).exists()


def test_the_command_says_what_is_missing(data_dir: Path) -> None:
    for arguments in ([PLAYER], ["--again", PLAYER, "--game", GAME], []):
        assert runner.invoke(app, ["erase-player", *arguments, "--data-dir", str(data_dir)]).exit_code == 2
    answer = runner.invoke(app, ["erase-player", "nobody", "--game", GAME, "--data-dir", str(data_dir)])
    assert (answer.exit_code, "no line of theirs" in answer.stderr) == (0, True)
    with FileLock(data_dir / "spool" / "worker-0.lock"):
        answer = runner.invoke(app, ["erase-player", "-", "--game", GAME, "--data-dir", str(data_dir)], input=PLAYER)
    assert (answer.exit_code, "stop it" in answer.stderr) == (75, True)

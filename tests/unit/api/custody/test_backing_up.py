"""A backup has what a data folder holds, of one moment, whatever happens meanwhile."""

import os
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from game_events_api import ledger
from game_events_api.custody import HOLDINGS, BackupBusy, BackupUnusable, Outcome, back_up, backing_up, check, restore
from game_events_api.custody.holdings import files_of
from game_events_api.recovery import DeadLetters, Recheck
from game_events_api.spool import Elsewhere, copy_spool, letter_files
from game_events_api.spool.spool_file import SpoolFile
from unit.api.custody.samples import (
    MAKERS,
    NOON,
    contents,
    deliver,
    ids,
    make_audit,
    make_keys,
    make_lake,
    make_spool,
    write,
)
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.api.recovery.kept_events import bury
from unit.stored_lines import event_id


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda holding: holding.name)
def test_each_holding_comes_back_as_it_was(holding: object, data_dir: Path, backups: Path, tmp_path: Path) -> None:
    name = holding.name  # type: ignore[attr-defined]
    MAKERS[name](data_dir)
    assert list(files_of(holding, data_dir)), "the sample is of this holding"  # type: ignore[arg-type]
    outcome = back_up(data_dir, backups)
    assert outcome.faults == []
    restore(backups, tmp_path / "restored")
    assert contents(tmp_path / "restored") == contents(data_dir)


def test_all_of_them_come_back_together_private_and_reconciled(data_dir: Path, backups: Path, tmp_path: Path) -> None:
    for make in MAKERS.values():
        make(data_dir)
    former = os.umask(0)
    try:
        back_up(data_dir, backups)
        restore(backups, tmp_path / "restored")
    finally:
        os.umask(former)
    assert contents(tmp_path / "restored") == contents(data_dir)
    for folder in (backups, tmp_path / "restored"):
        assert [path for path in folder.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    before, after = ledger.read(data_dir), ledger.read(tmp_path / "restored")
    assert (before.total("accepted"), before.total("delivered")) == (after.total("accepted"), after.total("delivered"))


def test_what_is_in_the_log_of_a_spool_that_is_open_is_in_the_backup(
    data_dir: Path, backups: Path, tmp_path: Path
) -> None:
    maker = SpoolMaker(data_dir)
    maker.append([line(1)])
    with closing(sqlite3.connect(maker.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM blocks").fetchall()  # nothing moves out of the log meanwhile
        maker.append([line(2)])
        back_up(data_dir, backups)
    restore(backups, tmp_path / "restored")
    assert ids(tmp_path / "restored") == {event_id(1), event_id(2)}


def test_an_event_that_moves_into_the_lake_meanwhile_is_there_once(
    data_dir: Path, backups: Path, tmp_path: Path
) -> None:
    make_spool(data_dir)

    def after_the_spool(path: str) -> None:
        if path.startswith("spool/"):
            deliver(data_dir)

    back_up(data_dir, backups, progress=after_the_spool)
    restore(backups, tmp_path / "restored")
    assert ledger.waiting(data_dir) == 0
    assert ledger.waiting(tmp_path / "restored") == 2
    assert not list((tmp_path / "restored").rglob("*.gz")), "a file of events that wait would double them"
    deliver(tmp_path / "restored")
    assert ledger.read(tmp_path / "restored").total("delivered") == 2


def test_a_file_that_was_announced_and_written_and_not_confirmed_doubles_nothing(
    data_dir: Path, backups: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_spool(data_dir)
    with monkeypatch.context() as patch:
        patch.setattr(SpoolFile, "fulfil", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            deliver(data_dir)
    back_up(data_dir, backups)
    restore(backups, tmp_path / "restored")
    deliver(tmp_path / "restored")
    assert ledger.read(tmp_path / "restored").total("delivered") == 2
    assert len(list((tmp_path / "restored" / "lake").rglob("*.gz"))) == 1


def test_folders_on_other_disks_are_followed_by_their_links(data_dir: Path, backups: Path, tmp_path: Path) -> None:
    for name in ("spool", "lake"):
        (tmp_path / f"disk of {name}").mkdir()
        data_dir.mkdir(exist_ok=True)
        (data_dir / name).symlink_to(tmp_path / f"disk of {name}")
    (tmp_path / "disk of lake" / "round").symlink_to(data_dir)
    make_spool(data_dir)
    make_lake(data_dir)
    back_up(data_dir, backups)
    restore(backups, tmp_path / "restored")
    assert ledger.waiting(tmp_path / "restored") == ledger.waiting(data_dir)
    assert ledger.read(tmp_path / "restored").total("delivered") == ledger.read(data_dir).total("delivered") > 0
    assert len(list((tmp_path / "restored" / "lake").rglob("*.gz"))) == len(
        list((data_dir / "lake" / "events").rglob("*.gz"))
    )


def test_a_lake_file_is_copied_once_for_all_backups(data_dir: Path, backups: Path, tmp_path: Path) -> None:
    make_lake(data_dir)
    first = back_up(data_dir, backups, now=lambda: NOON)
    again = back_up(data_dir, backups, now=lambda: NOON + timedelta(hours=1))
    SpoolMaker(data_dir, "more").append([line(4)])
    deliver(data_dir)
    third = back_up(data_dir, backups, now=lambda: NOON + timedelta(hours=2))

    lake_bytes = sum(path.stat().st_size for path in (data_dir / "lake").rglob("*") if path.is_file())
    assert first.new_bytes == first.bytes
    assert sum(path.stat().st_size for path in (backups / "lake").rglob("*") if path.is_file()) == lake_bytes
    assert again.bytes - again.new_bytes == first.bytes - spool_bytes(backups, first)
    assert third.files == again.files + 2  # a spool file and a lake file
    for outcome in (first, again, third):
        restore(backups, tmp_path / outcome.name, outcome.name)
        assert len(list((tmp_path / outcome.name / "lake").rglob("*.gz"))) == (2 if outcome is third else 1)


def spool_bytes(backups: Path, outcome: Outcome) -> int:
    files = backups / "backups" / outcome.name / "files"
    return sum(path.stat().st_size for path in files.rglob("*") if path.is_file())


def test_a_lake_file_that_was_changed_is_named_and_earlier_backups_keep_theirs(
    data_dir: Path, backups: Path, tmp_path: Path
) -> None:
    make_lake(data_dir)
    first = back_up(data_dir, backups, now=lambda: NOON)
    (file,) = (data_dir / "lake").rglob("*.gz")
    former = file.read_bytes()
    file.write_bytes(former[:-1])
    second = back_up(data_dir, backups, now=lambda: NOON + timedelta(hours=1))
    assert len(second.faults) == 1
    assert file.name in second.faults[0]
    for outcome, expected in ((first, former), (second, former[:-1])):
        restore(backups, tmp_path / outcome.name, outcome.name)
        (restored,) = (tmp_path / outcome.name / "lake").rglob("*.gz")
        assert restored.read_bytes() == expected


def test_a_lake_file_that_is_missing_is_named_unless_the_lake_is_elsewhere(data_dir: Path, backups: Path) -> None:
    make_lake(data_dir)
    (file,) = (data_dir / "lake").rglob("*.gz")
    file.unlink()
    (fault,) = back_up(data_dir, backups, now=lambda: NOON).faults
    assert file.name in fault
    assert back_up(data_dir, backups, lake_here=False, now=lambda: NOON + timedelta(hours=1)).faults == []


def test_a_damaged_spool_is_taken_byte_for_byte_and_named(data_dir: Path, backups: Path, tmp_path: Path) -> None:
    make_spool(data_dir)
    (path,) = (data_dir / "spool").glob("*.db")
    damaged = b"SQLite format 3\0" + os.urandom(path.stat().st_size - 16)
    path.write_bytes(damaged)
    (fault,) = back_up(data_dir, backups).faults
    assert path.name in fault
    restore(backups, tmp_path / "restored")
    assert (tmp_path / "restored" / "spool" / path.name).read_bytes() == damaged


def test_the_audit_log_ends_with_a_whole_line(data_dir: Path, backups: Path, tmp_path: Path) -> None:
    make_audit(data_dir)
    whole = (data_dir / "delivery" / "audit.jsonl").read_bytes()
    with (data_dir / "delivery" / "audit.jsonl").open("ab") as file:
        file.write(b'{"at": ')
    back_up(data_dir, backups)
    restore(backups, tmp_path / "restored")
    assert (tmp_path / "restored" / "delivery" / "audit.jsonl").read_bytes() == whole


def test_a_backup_that_died_is_no_backup_and_the_next_one_removes_it(data_dir: Path, backups: Path) -> None:
    make_keys(data_dir)
    make_spool(data_dir)

    def die(path: str) -> None:
        if path == "keys.json":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(data_dir, backups, progress=die)
    with pytest.raises(BackupUnusable, match="no backup yet"):
        check(backups)
    write(backups / "backups" / ".2026-11-27" / "files" / "keys.json", b"of one that was killed")
    outcome = back_up(data_dir, backups)
    assert [path.name for path in (backups / "backups").iterdir()] == [outcome.name]


def test_two_backups_do_not_write_at_once(data_dir: Path, backups: Path) -> None:
    make_keys(data_dir)
    back_up(data_dir, backups)
    with FileLock(backups / "backups.lock"), pytest.raises(BackupBusy):
        back_up(data_dir, backups)


@pytest.mark.parametrize("where", ["data", "data/backups", "."])
def test_a_backup_within_what_it_copies_is_refused(data_dir: Path, tmp_path: Path, where: str) -> None:
    make_keys(data_dir)
    with pytest.raises(BackupUnusable, match="lie in one another"):
        back_up(data_dir, tmp_path / where)


def test_a_folder_with_something_else_in_it_is_not_written_to(data_dir: Path, tmp_path: Path) -> None:
    make_keys(data_dir)
    write(tmp_path / "photos" / "cat", b"")
    with pytest.raises(BackupUnusable, match="cat"):
        back_up(data_dir, tmp_path / "photos")


def test_nothing_but_what_is_made_anew_is_left_out(data_dir: Path, backups: Path) -> None:
    for make in MAKERS.values():
        make(data_dir)
    SpoolMaker(data_dir, "rejected").append([rejected_line(1, {"event_id": event_id(1)})], stream="rejected")
    made_anew = {"spool/a.lock", "delivery/delivery.lock", "server.log", "keys.tmp", "warehouse/dbt/a", "keys.lock"}
    made_anew.add("metrics/spool-0.json")
    for name in made_anew:
        write(data_dir / name, b"")
    outcome = back_up(data_dir, backups)
    taken = {item.path for item in check(backups, outcome.name).items}
    there = {path.relative_to(data_dir).as_posix() for path in data_dir.rglob("*") if path.is_file()}
    left = {name for name in there - taken if not name.endswith((".db-wal", ".db-shm", ".mark"))}
    assert left - {"delivery/status.json", "delivery/audit.head", "delivery/audit.lock"} == made_anew


@pytest.mark.parametrize("meanwhile", ["moved", "sent again"])
def test_dead_letters_that_move_while_the_spool_is_copied_come_back_once(
    data_dir: Path, backups: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    """Files are taken before the spool and after it; its copy says which count."""
    bury(data_dir, range(6), "x", name="burier")
    letters = DeadLetters(data_dir)
    monkeypatch.setattr(letter_files, "LETTERS", 2)
    with closing(sqlite3.connect(data_dir / "spool" / "burier.db", isolation_level=None)) as db:
        letter_files.move_out(db, data_dir / "spool" / "burier.db", 0)

        def after_a_change(path: Path, target: Path) -> Elsewhere:
            if meanwhile == "sent again":
                letters.replay(list(letters.waiting())[:2], Recheck())
            letter_files.move_out(db, path, 0)
            return copy_spool(path, target)

        monkeypatch.setattr(backing_up, "copy_spool", after_a_change)
        outcome = back_up(data_dir, backups)

    restored = tmp_path / "restored"
    restore(backups, restored)
    files = [path for path in restored.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert (outcome.faults, outcome.files) == ([], len(files))
    assert [letter.name for letter in DeadLetters(restored).waiting()] == [letter.name for letter in letters.waiting()]
    assert ledger.letter_faults(restored) == {}

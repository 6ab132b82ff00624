"""A spool file as others than its owner read it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from game_events_api.ledger_key import LedgerKey
from game_events_api.spool import SpoolReader, readers, spool_files
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.api.recovery.kept_events import bury
from unit.stored_lines import event_id

KEY = LedgerKey("puzzle-quest", "install", "1-0-0", "2026-11-20T12")


def test_a_file_without_tables_reads_as_empty(tmp_path: Path) -> None:
    """Its owner is creating it, or delivery has not seen it yet."""
    path = tmp_path / "new.db"
    path.touch()
    with SpoolReader(path) as spool:
        assert (spool.waiting(), list(spool.lines("events")), list(spool.manifest())) == (0, [], [])
        assert (list(spool.dead_letters()), spool.dead_lettered().total(), spool.was_replayed("0")) == ([], 0, False)
        assert spool.counts().waiting["events"].total() == 0


def test_a_file_that_is_none_of_sqlites_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database " * 100)
    with pytest.raises(sqlite3.DatabaseError):
        SpoolReader(tmp_path / "text.db")


def test_only_files_are_spools_whatever_the_folder_is_called(tmp_path: Path) -> None:
    data_dir = tmp_path / "da#ta%41"
    SpoolMaker(data_dir).append([line(1)])
    os.mkfifo(data_dir / "spool" / "pipe.db")
    (data_dir / "spool" / "folder.db").mkdir()
    (data_dir / "spool" / "loop.db").symlink_to("loop.db")

    assert [spool.waiting() for spool in readers(data_dir)] == [1]
    assert [path.name for path in spool_files(data_dir)] == ["worker-0.db"]
    assert [path.name for path in tmp_path.iterdir()] == ["da#ta%41"]


def test_ledger_and_waiting_lines_are_counted_by_key(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append([line(1), line(2)], [line(3)])
    SpoolMaker(tmp_path).append([rejected_line(4, "{")], stream="rejected")
    with SpoolReader(tmp_path / "spool" / "worker-0.db") as spool:
        counts = spool.counts()
        assert counts.stages["accepted"] == counts.waiting["events"] == {KEY: 3}
        assert counts.waiting["rejected"].total() == 1
        assert spool.waiting() == 4
        assert list(spool.lines("events")) == [line(number).rstrip() for number in (1, 2, 3)]


def test_an_event_is_found_in_its_block_and_as_a_dead_letter(tmp_path: Path) -> None:
    bury(tmp_path, range(3), "InvalidArgument: no")
    SpoolMaker(tmp_path).append([line(5), line(1)])
    with SpoolReader(tmp_path / "spool" / "worker-0.db") as spool:
        assert [(block.stream, block.data) for _, block in spool.blocks()] == [("events", line(5) + line(1))]
        (letter,) = spool.dead_letters(event_id(1))
        assert (letter.event_id, letter.line, letter.key) == (event_id(1), line(1), KEY)
        assert len(list(spool.dead_letters())) == 3
        assert spool.dead_lettered() == {KEY: 3}


def test_a_reader_sees_what_its_owner_has_not_moved_from_the_log_into_the_file(tmp_path: Path) -> None:
    maker = SpoolMaker(tmp_path)
    with closing(sqlite3.connect(maker.path)) as owner:
        owner.execute("PRAGMA wal_autocheckpoint = 0")
        maker.append([line(1)])
        assert [spool.waiting() for spool in readers(tmp_path)] == [1]

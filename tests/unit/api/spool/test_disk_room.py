"""What is left of a disk is delivery's: a commit has to leave room for the log and for what is deleted."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from game_events_api.spool.ddl import open_for_writing
from game_events_api.spool.disk_room import MARGIN_BYTES, MIB, PLENTY_BYTES, DiskRoom, bring_log_in


def has(folder: Path, monkeypatch: pytest.MonkeyPatch, *, free: int, total: int, size: int = 0) -> bool:
    disk = SimpleNamespace(f_bavail=free // 4096, f_frsize=4096, f_blocks=total // 4096)
    with monkeypatch.context() as patch:
        patch.setattr(os, "statvfs", lambda _: disk)
        return DiskRoom(folder).has(size)


@pytest.mark.parametrize(
    ("free", "total", "size", "room"),
    [
        (PLENTY_BYTES + 2 * MIB, 8 * PLENTY_BYTES, MIB // 2, True),
        (MARGIN_BYTES + 2 * MIB, 8 * PLENTY_BYTES, MIB, True),
        (MARGIN_BYTES + 2 * MIB - 4096, 8 * PLENTY_BYTES, MIB, False),
        (0, 8 * PLENTY_BYTES, 0, False),
        (4 * MIB, 9 * MIB, MIB // 4, True),
        (3 * MIB, 9 * MIB, MIB // 4, False),
    ],
)
def test_a_margin_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, total: int, size: int, room: bool
) -> None:
    assert has(tmp_path, monkeypatch, free=free, total=total, size=size) is room


def test_what_stands_in_the_logs_has_its_place_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("spool-0.db-wal", "spool-1.db-wal"):
        (tmp_path / name).write_bytes(bytes(MIB))
    free = MARGIN_BYTES + 2 * MIB
    assert has(tmp_path, monkeypatch, free=free, total=8 * PLENTY_BYTES)
    assert not has(tmp_path, monkeypatch, free=free - 4096, total=8 * PLENTY_BYTES)


def test_the_log_is_brought_in_and_gives_its_place_back_and_patience_is_as_before(tmp_path: Path) -> None:
    with closing(open_for_writing(tmp_path / "a.db")) as connection:
        connection.execute("CREATE TABLE t AS SELECT randomblob(100000) AS data")
        log = tmp_path / "a.db-wal"
        assert log.stat().st_size > 100_000
        patience = connection.execute("PRAGMA busy_timeout").fetchone()
        with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM t").fetchone()
            bring_log_in(connection)
            assert log.stat().st_size > 100_000, "a reader has it"
        bring_log_in(connection)
        assert log.stat().st_size == 0
        assert connection.execute("PRAGMA busy_timeout").fetchone() == patience

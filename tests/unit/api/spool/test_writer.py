"""The spool's writer: group commit, failures, recovery."""

import asyncio
import contextlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from game_events_api.errors import SpoolUnavailable
from game_events_api.spool import Spool
from game_events_api.spool.ddl import open_for_writing, require_spool
from unit.api.spool.writer_scenario import entry, run, store, stored


def ledger(path: Path) -> dict[tuple[str, str], int]:
    with closing(sqlite3.connect(path)) as connection:
        return {(row[0], row[1]): row[2] for row in connection.execute("SELECT stage, event_type, count FROM ledger")}


def test_what_was_answered_is_on_disk_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.db"

    async def scenario(spool: Spool) -> None:
        await asyncio.gather(*(store(spool, entry(b"%d\n" % number, duplicates=2)) for number in range(100)))
        assert stored(path) == b"".join(b"%d\n" % number for number in range(100))

    run(path, scenario)
    assert ledger(path) == {("accepted", "install"): 100, ("duplicate", "purchase"): 200}


def test_closing_stores_what_still_waits(tmp_path: Path) -> None:
    path = tmp_path / "a.db"

    async def scenario(spool: Spool) -> None:
        store(spool, entry(b"first\n"))
        store(spool, entry(b"second\n"))

    run(path, scenario)
    assert stored(path) == b"first\nsecond\n"


class Failing:
    """A connection that fails at COMMIT as often as it is told."""

    def __init__(self, path: Path, errors: list[Exception]) -> None:
        self._real = open_for_writing(path)
        self._errors = errors

    def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        if statement == "COMMIT" and self._errors:
            raise self._errors.pop(0)
        return self._real.execute(statement, *values)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError("disk I/O error"),
        OSError(5, "EIO"),
        sqlite3.OperationalError("disk is full"),
        MemoryError(),
    ],
)
def test_a_failed_commit_stores_nothing_says_so_and_the_next_one_recovers(tmp_path: Path, error: Exception) -> None:
    path = tmp_path / "a.db"

    async def scenario(spool: Spool) -> None:
        with pytest.raises(SpoolUnavailable):
            await store(spool, entry(b"lost\n"))
        assert stored(path) == b""
        await store(spool, entry(b"kept\n"))

    errors = [error]
    run(path, scenario, connect=lambda p: Failing(p, errors))
    assert stored(path) == b"kept\n"
    assert ledger(path) == {("accepted", "install"): 1}


def test_pending_bytes_are_bounded_and_given_back(tmp_path: Path) -> None:
    async def scenario(spool: Spool) -> None:
        first = store(spool, entry(b"x" * 60 + b"\n"))
        with pytest.raises(SpoolUnavailable, match="keep up"):
            store(spool, entry(b"x" * 60 + b"\n"))
        await first
        await store(spool, entry(b"x" * 60 + b"\n"))

    run(tmp_path / "a.db", scenario, max_pending_bytes=100)


def test_a_full_spool_refuses_and_notices_the_room_that_delivery_makes(tmp_path: Path) -> None:
    path = tmp_path / "a.db"

    async def scenario(spool: Spool) -> None:
        with contextlib.suppress(SpoolUnavailable):
            while True:
                await store(spool, entry(*[b"x" * 200_000 + b"\n"] * 4))
        assert spool.full
        with pytest.raises(SpoolUnavailable, match="wait for delivery"):
            await store(spool, entry(b"x\n"))
        with closing(sqlite3.connect(path, isolation_level=None)) as delivery:
            delivery.execute("DELETE FROM blocks")
        async with asyncio.timeout(10):
            while spool.full:
                await asyncio.sleep(0.01)
        await store(spool, entry(b"x\n"))

    run(path, scenario, max_bytes=4 << 20)


def test_an_owned_file_is_left_alone_and_an_orphan_is_adopted(tmp_path: Path) -> None:
    limits = {"max_bytes": 1 << 30, "max_pending_bytes": 1 << 20}
    first, second = Spool.claim(tmp_path, **limits), Spool.claim(tmp_path, **limits)
    assert first.path != second.path
    first.close()
    third = Spool.claim(tmp_path, **limits)
    assert third.path == first.path
    second.close()
    third.close()


def test_a_closed_spool_refuses(tmp_path: Path) -> None:
    async def scenario(spool: Spool) -> None:
        await asyncio.to_thread(spool.close)
        with pytest.raises(SpoolUnavailable, match="shutting down"):
            store(spool, entry(b"x\n"))

    run(tmp_path / "a.db", scenario)


def test_a_spool_of_a_newer_version_is_left_alone_and_another_is_begun(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    newer = tmp_path / "spool-0.db"
    open_for_writing(newer).close()
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version = 0x03030303")
    before = newer.read_bytes()

    spool = Spool.claim(tmp_path, max_bytes=2**30, max_pending_bytes=2**20)
    try:
        assert spool.path == tmp_path / "spool-1.db"
    finally:
        spool.close()
    assert newer.read_bytes() == before
    assert "a newer version wrote it, in format 3; start that version again" in caplog.text
    with pytest.raises(sqlite3.DatabaseError, match="a newer version wrote it"):
        require_spool(newer)

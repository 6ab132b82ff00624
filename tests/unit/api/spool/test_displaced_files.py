"""A spool file that is deleted, moved or replaced under its writer, or that cannot be opened."""

import asyncio
import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from game_events_api.errors import SpoolUnavailable
from game_events_api.spool import Spool
from game_events_api.spool.ddl import open_for_writing
from unit.api.spool.writer_scenario import entry, run, store, stored


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


def remove(path: Path, *, with_log: bool) -> None:
    for name in [path, *((Path(f"{path}-wal"), Path(f"{path}-shm")) if with_log else ())]:
        name.unlink()


class DeletedAt:
    """A connection during whose statement its file is deleted, once: the worst moment."""

    def __init__(self, path: Path, statements: list[str]) -> None:
        self._real = open_for_writing(path)
        self._path = path
        self._statements = statements

    def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        if self._statements and statement.startswith(self._statements[0]):
            self._statements.clear()
            remove(self._path, with_log=True)
        return self._real.execute(statement, *values)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@pytest.mark.parametrize("statement", ["BEGIN", "INSERT INTO blocks", "COMMIT"])
def test_nothing_is_acknowledged_into_a_file_that_is_deleted_meanwhile(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "a.db"
    statements: list[str] = []

    async def scenario(spool: Spool) -> None:
        await store(spool, entry(b"before\n"))
        statements.append(statement)
        with pytest.raises(SpoolUnavailable, match="deleted or replaced"):
            await store(spool, entry(b"refused\n"))
        await store(spool, entry(b"after\n"))

    run(path, scenario, connect=lambda p: DeletedAt(p, statements))
    assert stored(path) == b"after\n"


@pytest.mark.parametrize("with_log", [True, False])
@pytest.mark.parametrize("replaced", [True, False])
def test_a_deleted_file_is_opened_anew_before_anything_is_acknowledged(
    tmp_path: Path, with_log: bool, replaced: bool
) -> None:
    path = tmp_path / "a.db"

    async def scenario(spool: Spool) -> None:
        await store(spool, entry(*[b"before\n"] * 100))
        delivery = sqlite3.connect(path)  # has the former file open, and its log's index
        assert delivery.execute("SELECT count(*) FROM blocks").fetchone() == (1,)
        remove(path, with_log=with_log)
        if replaced:
            open_for_writing(path).close()
        acknowledged = b""
        for number in range(50):
            text = b"%d\n" % number
            with contextlib.suppress(SpoolUnavailable):
                await store(spool, entry(text))
                acknowledged += text
        assert acknowledged.count(b"\n") >= 49
        assert stored(path) == acknowledged
        delivery.close()
        assert stored(path) == acknowledged, "closing the former file takes nothing from the new one"

    run(path, scenario)


@pytest.mark.parametrize("noticed", ["while nobody sends", "by the next sender"])
def test_what_was_acknowledged_is_in_the_file_that_was_moved(tmp_path: Path, noticed: str) -> None:
    path, moved = tmp_path / "a.db", tmp_path / "moved.db"

    async def scenario(spool: Spool) -> None:
        await store(spool, entry(b"before\n"))
        path.rename(moved)
        if noticed == "by the next sender":
            with pytest.raises(SpoolUnavailable):
                await store(spool, entry(b"refused\n"))
        else:
            await until(path.exists)
        await store(spool, entry(b"after\n"))

    run(path, scenario)
    assert stored(moved) == b"before\n"
    assert stored(path) == b"after\n"


def test_another_valid_file_put_in_its_place_does_not_get_its_log(tmp_path: Path) -> None:
    path, other = tmp_path / "a.db", tmp_path / "other.db"

    async def scenario(spool: Spool) -> None:
        await store(spool, entry(b"early\n"))
        with closing(sqlite3.connect(path)) as db, closing(sqlite3.connect(other)) as backup:
            db.backup(backup)
        for number in range(100):
            await store(spool, entry(b"lost with the file %d\n" % number))
        other.replace(path)
        acknowledged = [b"early\n"]
        for number in range(100):
            with contextlib.suppress(SpoolUnavailable):
                await store(spool, entry(b"%d\n" % number))
                acknowledged.append(b"%d\n" % number)
        assert len(acknowledged) >= 100
        assert stored(path) == b"".join(acknowledged)

    run(path, scenario)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_replaced_while_it_is_opened_is_not_written_to(tmp_path: Path) -> None:
    path, others = tmp_path / "a.db", [tmp_path / f"{number}.db" for number in range(3)]
    for other in others:
        open_for_writing(other).close()

    def connect(path: Path) -> sqlite3.Connection:
        connection = open_for_writing(path)
        if others and path.with_suffix(".moved").exists():
            others.pop().replace(path)
        return connection

    async def scenario(spool: Spool) -> None:
        await store(spool, entry(b"before\n"))
        path.rename(path.with_suffix(".moved"))
        acknowledged = b""
        for number in range(10):
            with contextlib.suppress(SpoolUnavailable):
                await store(spool, entry(b"%d\n" % number))
                acknowledged += b"%d\n" % number
        assert acknowledged.count(b"\n") >= 5
        assert stored(path) == acknowledged
        assert others == []

    run(path, scenario, connect=connect)


def test_a_folder_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "data" / "spool" / "a.db"
    path.parent.mkdir(parents=True)

    async def scenario(spool: Spool) -> None:
        lost: list[bool] = []
        spool.on_displaced = lambda: lost.append(True)
        await store(spool, entry(b"before\n"))
        shutil.rmtree(tmp_path / "data")
        await until(path.exists)
        await store(spool, entry(b"after\n"))
        assert lost == [True], "what was remembered of the former file is to be forgotten"
        assert spool.failure == ""

    run(path, scenario)
    assert stored(path) == b"after\n"


def test_a_file_that_cannot_be_opened_is_a_failure_until_it_can(tmp_path: Path) -> None:
    path = tmp_path / "data" / "a.db"
    path.parent.mkdir()

    async def scenario(spool: Spool) -> None:
        await store(spool, entry(b"before\n"))
        shutil.rmtree(path.parent)
        path.parent.write_text("in the way")
        await until(lambda: "cannot be used" in spool.failure)
        with pytest.raises(SpoolUnavailable):
            await store(spool, entry(b"refused\n"))
        path.parent.unlink()
        await until(lambda: spool.failure == "")
        await store(spool, entry(b"after\n"))

    run(path, scenario)
    assert stored(path) == b"after\n"


def test_a_deleted_file_is_replaced_while_nobody_sends(tmp_path: Path) -> None:
    path = tmp_path / "a.db"

    async def scenario(spool: Spool) -> None:
        remove(path, with_log=True)
        async with asyncio.timeout(10):
            while not path.exists() or spool.bytes_used == 0:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0)
        with contextlib.suppress(SpoolUnavailable):  # it may be between creating the file and taking it over
            await store(spool, entry(b"first\n"))
        await store(spool, entry(b"second\n"))

    run(path, scenario)
    assert stored(path).endswith(b"second\n")

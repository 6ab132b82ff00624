"""Data folders with something of every holding, and what is in them."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from game_events_api.admission.key_file import KeyFile
from game_events_api.audit import audit
from game_events_api.custody.holdings import MADE_ANEW, holding_of
from game_events_api.delivery.engine import Engine
from game_events_api.delivery.lake_sink import LakeSink
from game_events_api.erasure.erasures import Erasures
from game_events_api.spool import SpoolReader
from game_events_api.spool.letter_files import move_out
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.api.recovery.kept_events import bury

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def deliver(data_dir: Path) -> None:
    with closing(Engine(data_dir, [LakeSink(data_dir / "lake", linger=0)])) as engine:
        engine.step(flushing=True)
        engine.step(flushing=True)


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def make_warehouse(data_dir: Path) -> None:
    write(data_dir / "warehouse" / "warehouse.duckdb", b"the studio's rates")


def make_spool(data_dir: Path) -> None:
    SpoolMaker(data_dir).append([line(1), line(2)])


def make_damaged(data_dir: Path) -> None:
    write(data_dir / "spool" / "damaged" / "spool-0.db", b"no database")
    write(data_dir / "spool" / "damaged" / "spool-0.db-wal", b"no log")
    write(data_dir / "spool" / "damaged" / "spool-0.json", b"{}")


def make_keys(data_dir: Path) -> None:
    KeyFile(data_dir / "keys.json").create("a")


def make_audit(data_dir: Path) -> None:
    audit(data_dir, "replay", 0.0, "somebody", events=1)


def make_other(data_dir: Path) -> None:
    write(data_dir / "closings" / "2026-10.json", b"{}")


def make_lake(data_dir: Path) -> None:
    SpoolMaker(data_dir, "delivered").append([line(3)])
    deliver(data_dir)
    write(data_dir / "lake" / ".marker", b"this is the lake")


def make_letters(data_dir: Path) -> None:
    bury(data_dir, range(4, 6), "x", name="burier")
    path = data_dir / "spool" / "burier.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        move_out(db, path, 0)


def make_books(data_dir: Path) -> None:
    (data_dir / "warehouse").mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(data_dir / "warehouse" / "books.db")) as books, books:
        books.execute("create table studio_rates (currency text, rate text)")
        books.execute("insert into studio_rates values ('KWD', '3.2573')")


def make_erasures(data_dir: Path) -> None:
    with Erasures(data_dir) as erasures:
        erasures.ask("puzzle-quest", ["nobody"], "erase", "somebody", NOON)


MAKERS: dict[str, Callable[[Path], None]] = {
    "warehouse": make_warehouse,
    "books": make_books,
    "spool": make_spool,
    "damaged": make_damaged,
    "keys": make_keys,
    "audit": make_audit,
    "erasures": make_erasures,
    "other": make_other,
    "dead letters": make_letters,
    "lake": make_lake,
}


def contents(data_dir: Path) -> dict[str, object]:
    """What is to come back, by path: of a database what it says, of others their bytes."""
    found: dict[str, object] = {}
    for path in sorted(data_dir.rglob("*")):
        name = path.relative_to(data_dir).as_posix()
        if path.is_file() and holding_of(name) is not MADE_ANEW:
            found[name] = dump(path) if holding_of(name).how == "database" else path.read_bytes()
    return found


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def ids(data_dir: Path) -> set[str]:
    """Of the events that wait."""
    (path,) = (data_dir / "spool").glob("*.db")
    with SpoolReader(path) as spool:
        return {json.loads(text)["event"]["event_id"] for text in spool.lines("events")}

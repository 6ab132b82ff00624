"""A data folder with as many events as wanted: spooled in blocks, delivered by the lake sink, built like any other."""

import os
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

from game_events_api.ledger_key import LedgerKey
from game_events_api.spool.ddl import open_for_writing
from game_events_api.spool.rows import add_block, add_to_ledger

from warehouse import TODAY, build, line

BLOCK_EVENTS = 500
WAITING = 500
"""The last ones stay in the spool."""


def made(folder: Path, events: int) -> Path:
    """The folder; one that has a warehouse is taken as it is."""
    database = folder / "warehouse" / "warehouse.duckdb"
    if not database.exists():
        _spool(folder, 0, events - WAITING)
        _deliver(folder)
        database.parent.mkdir(parents=True, exist_ok=True)
        build(folder / "lake", database)
        _spool(folder, events - WAITING, events)
    return folder


def _spool(folder: Path, first: int, until: int) -> None:
    path = folder / "spool" / "spool-0.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    hour = f"{TODAY:%Y-%m-%dT%H}"
    with closing(open_for_writing(path)) as db:
        for begin in range(first, until, BLOCK_EVENTS):
            lines = [line(number, 365) for number in range(begin, min(begin + BLOCK_EVENTS, until))]
            counts: Counter[LedgerKey] = Counter(
                LedgerKey(f"game-{number % 3}", _between(text, '"event_type":"'), "1-0-0", hour)
                for number, text in zip(range(begin, begin + len(lines)), lines, strict=True)
            )
            db.execute("BEGIN")
            add_block(db, "events", TODAY.timestamp(), counts, "".join(lines).encode())
            add_to_ledger(db, "accepted", counts)
            db.execute("COMMIT")


def _between(text: str, before: str) -> str:
    return text.partition(before)[2].partition('"')[0]


def _deliver(folder: Path) -> None:
    """By the real process, until nothing waits."""
    environment = {**os.environ, "GAME_EVENTS_DATA_DIR": str(folder), "GAME_EVENTS_SINK": "lake"}
    command = [sys.executable, "-m", "game_events_cli.main", "drain", "--data-dir", str(folder)]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)

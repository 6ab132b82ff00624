"""The ledger over all spool files of a data directory, those of dead workers too."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, get_args

Stage = Literal[
    "accepted",
    "duplicate",
    "rejected",
    "rejected_dropped",
    "delivered",
    "dead_lettered",
    "rejected_delivered",
    "rejected_dead_lettered",
]
STAGES: tuple[Stage, ...] = get_args(Stage)


class Key(NamedTuple):
    game_id: str
    event_type: str
    schema_version: str
    hour: str
    """`YYYY-MM-DDTHH` of received_at, in UTC."""


@dataclass(frozen=True)
class Row:
    spool: str
    stage: str
    key: Key
    count: int


@dataclass(frozen=True)
class Ledger:
    rows: tuple[Row, ...]
    waiting: Mapping[str, Counter[Key]]
    """Per stream (`events`, `rejected`), what the spool still holds."""

    def total(self, stage: str) -> int:
        return sum(row.count for row in self.rows if row.stage == stage)

    def counts(self, stage: str) -> Counter[Key]:
        counts: Counter[Key] = Counter()
        for row in self.rows:
            if row.stage == stage:
                counts[row.key] += row.count
        return counts


def spool_files(data_dir: Path) -> list[Path]:
    return sorted(path for path in (data_dir / "spool").glob("*.db") if path.is_file())


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A spool file to read. Not `immutable`: its owner may be writing."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10.0)) as connection:
        yield connection


def tables(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def read(data_dir: Path) -> Ledger:
    """Every row of every spool file, each file read in one snapshot."""
    rows: list[Row] = []
    held: dict[str, Counter[Key]] = {"events": Counter(), "rejected": Counter()}
    for path in spool_files(data_dir):
        with opened(path) as connection:
            if not {"blocks", "ledger"} <= tables(connection):
                continue
            connection.execute("BEGIN")
            for stage, game_id, event_type, version, hour, count in connection.execute(
                "SELECT stage, game_id, event_type, schema_version, hour, count FROM ledger"
            ):
                rows.append(Row(path.name, stage, Key(game_id, event_type, version, hour), count))
            for stream, counts in connection.execute("SELECT stream, counts FROM blocks"):
                for game_id, event_type, version, hour, count in json.loads(counts):
                    held[stream][Key(game_id or "", event_type or "", version or "", hour)] += count
            connection.execute("COMMIT")
    return Ledger(tuple(rows), held)


def waiting(data_dir: Path) -> int:
    """Events, accepted and rejected, that are on disk here and not delivered yet."""
    total = 0
    for path in spool_files(data_dir):
        with opened(path) as connection:
            if "blocks" in tables(connection):
                total += connection.execute("SELECT coalesce(sum(events), 0) FROM blocks").fetchone()[0]
    return total

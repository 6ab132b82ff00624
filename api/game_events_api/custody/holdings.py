"""The one list of what a data folder holds, in the order in which a backup takes it.

The warehouse before the lake: what it has loaded is in the lake then. The books after the warehouse: they know of all
that it was built by. The spool before the lake: an event moves from
the one to the other, and is in the backup twice rather than never. Files of dead letters before the spool and again
after it: its copy says which of them are in force. Keys and records last: they know of all the rest.
A file that is in no pattern is taken as it is, so that what a later version adds is not forgotten.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

How = Literal["whole", "database", "appended", "lake", "never"]


@dataclass(frozen=True)
class Holding:
    """Files of one kind. `patterns` are paths below the data folder, in which `*` crosses slashes.

    `whole`: replaced by renames, or written once. `database`: SQLite's, written all the time. `appended`: to the last
    whole line. `lake`: files that are written once and never changed, each kept once for all backups. `never`: made
    anew by whoever needs it.
    """

    name: str
    patterns: tuple[str, ...]
    how: How
    what: str

    def has(self, path: str) -> bool:
        return any(fnmatchcase(path, pattern) for pattern in self.patterns)

    def may_be_below(self, folder: str) -> bool:
        """Whether it is worth while to look into a folder, say not into a lake for what is not of the lake."""
        top = folder.partition("/")[0]
        return any(pattern.partition("/")[0] in ("*", top) for pattern in self.patterns) and (
            self.how == "lake" or top != "lake"
        )


MADE_ANEW = Holding(
    "made anew",
    (
        *(
            "*.lock",
            "*.tmp",
            "*.db-wal",
            "*.db-shm",
            "*.db-journal",
            "spool/*.mark",
            "delivery/status.json",
            "delivery/audit.head",
            "metrics/*",
            "server.log",
        ),
        *("warehouse/dbt/*", "warehouse/.*", "*.restoring/*"),
    ),
    "never",
    "locks, logs, half-written files, SQLite's log (its file's copy has it), dbt's parse, delivery's status, counts,"
    " the head of the audit log (a restored one is read through)",
)
DAMAGED = Holding(
    "damaged", ("spool/damaged/*",), "whole", "damaged blocks and spool files that were set aside, with their logs"
)
WAREHOUSE = Holding(
    "warehouse",
    ("warehouse/*.duckdb",),
    "whole",
    "the published warehouse, which could be built anew from lake and books",
)
BOOKS = Holding(
    "books",
    ("warehouse/books.db",),
    "database",
    "the studio's own rates, closed months, the trail of what was published, repaired lines",
)
SPOOL = Holding(
    "spool",
    ("spool/*.db",),
    "database",
    "events that wait, dead letters, the ledger, what was replayed, which files the lake has",
)
LETTERS = Holding(
    "dead letters", ("spool/dead-letters/*",), "whole", "dead letters beyond those that the spool keeps in itself"
)
LAKE = Holding("lake", ("lake/*",), "lake", "delivered events and rejected events")
KEYS = Holding(
    "keys",
    ("keys.json", "keys-used.json", "keys-copy.json"),
    "whole",
    "API keys: digests, rights, last use; a copy of those in PostgreSQL",
)
AUDIT = Holding("audit", ("delivery/audit.jsonl",), "appended", "what operators did: replays, keys, erasures, backups")
ERASURES = Holding("erasures", ("erasures.db",), "database", "which players were erased, by digests that name nobody")
OTHER = Holding("other", ("*",), "whole", "whatever else lies in the folder")

HOLDINGS = (WAREHOUSE, BOOKS, LETTERS, SPOOL, DAMAGED, KEYS, AUDIT, ERASURES, OTHER, LAKE)
_FIRST_MATCH = (DAMAGED, MADE_ANEW, WAREHOUSE, BOOKS, LETTERS, SPOOL, KEYS, AUDIT, ERASURES, LAKE, OTHER)


def holding_of(path: str) -> Holding:
    """`path` is relative to the data folder, with slashes."""
    return next(holding for holding in _FIRST_MATCH if holding.has(path))


def files_of(holding: Holding, data_dir: Path) -> Iterator[str]:
    """Paths below the data folder; links are followed, to the folder of a spool or a lake on another disk too."""
    seen: set[str] = set()
    for folder, folders, names in os.walk(data_dir, followlinks=True):
        seen.add(os.path.realpath(folder))
        above = Path(folder).relative_to(data_dir)
        folders[:] = [
            name
            for name in sorted(folders)
            if holding.may_be_below((above / name).as_posix()) and os.path.realpath(Path(folder, name)) not in seen
        ]
        for name in sorted(names):
            path = (above / name).as_posix()
            if holding_of(path) is holding and Path(folder, name).is_file():
                yield path

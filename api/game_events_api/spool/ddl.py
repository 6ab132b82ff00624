"""The tables of a spool file. `blocks` and `ledger` are the edge's; delivery adds its own (`delivery/tables.py`)."""

import sqlite3
from pathlib import Path

DDL = """
CREATE TABLE IF NOT EXISTS blocks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  stream TEXT NOT NULL,        -- events | rejected
  created_at REAL NOT NULL,    -- Unix seconds
  events INTEGER NOT NULL,     -- lines in data
  counts TEXT NOT NULL,        -- JSON [[game_id, event_type, schema_version, hour, lines], …]
  data BLOB NOT NULL           -- NDJSON, every line ends with a newline
);
CREATE TABLE IF NOT EXISTS ledger (
  stage TEXT NOT NULL, game_id TEXT NOT NULL, event_type TEXT NOT NULL,
  schema_version TEXT NOT NULL, hour TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (stage, game_id, event_type, schema_version, hour)
) WITHOUT ROWID;
"""


def open_for_writing(path: Path) -> sqlite3.Connection:
    """The owner's connection; creates the file and its tables where they are missing.

    16 KiB pages hold a block in few of them. FULL: in WAL mode only that makes a commit survive a power cut.
    The caller holds the file's lock: two processes that switch one file to WAL at once fail with "locked".
    """
    if not path.exists():
        remove_log(path)
    connection = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA page_size = 16384")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.executescript(DDL)
    return connection


def remove_log(path: Path) -> None:
    """Log and index of a file that was deleted or moved, lest what stands at `path` next takes them for its own.

    Delivery may have them open, and keeps them.
    """
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)

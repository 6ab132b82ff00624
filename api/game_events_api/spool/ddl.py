"""The tables of a spool file: the worker that owns it makes the edge's, delivery adds its own."""

import sqlite3
from contextlib import closing
from pathlib import Path

from game_events_api.private_files import touch

EDGE_DDL = """
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

EDGE_COLUMNS = {
    "blocks": {"id", "stream", "created_at", "events", "counts", "data"},
    "ledger": {"stage", "game_id", "event_type", "schema_version", "hour", "count"},
}
"""What a file must have to be a spool."""

DELIVERY_DDL = """
CREATE TABLE IF NOT EXISTS deliveries (
  block_id INTEGER NOT NULL, sink TEXT NOT NULL,
  PRIMARY KEY (block_id, sink)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS intents (
  path TEXT PRIMARY KEY, sink TEXT NOT NULL, stream TEXT NOT NULL,
  first_id INTEGER NOT NULL, last_id INTEGER NOT NULL,
  events INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, counts TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lake_files (
  path TEXT PRIMARY KEY, stream TEXT NOT NULL, events INTEGER NOT NULL,
  bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, counts TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead_letters (
  id INTEGER PRIMARY KEY AUTOINCREMENT, block_id INTEGER NOT NULL, sink TEXT NOT NULL, stream TEXT NOT NULL,
  dead_at REAL NOT NULL, reason TEXT NOT NULL, attempts INTEGER NOT NULL,
  event_id TEXT,
  -- as the ledger counts it, so that a rejected event is without the names that its key or the contract does not know
  game_id TEXT NOT NULL, event_type TEXT NOT NULL, schema_version TEXT NOT NULL, hour TEXT NOT NULL,
  line BLOB NOT NULL,
  counted INTEGER NOT NULL DEFAULT 0,  -- 1: in the ledger as dead_lettered
  replayed_at REAL
);
"""


def open_for_writing(path: Path) -> sqlite3.Connection:
    """The owner's connection; creates the file and its tables where they are missing.

    16 KiB pages hold a block in few of them. FULL: in WAL mode only that makes a commit survive a power cut.
    The caller holds the file's lock: two processes that switch one file to WAL at once fail with "locked".
    """
    if not path.exists():
        remove_log(path)
        touch(path)
    connection = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA page_size = 16384")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.executescript(EDGE_DDL)
    return connection


def require_spool(path: Path) -> None:
    """Raises sqlite3.Error unless a worker has finished creating the file; changes nothing in it."""
    if not path.is_file():
        raise sqlite3.DatabaseError("no regular file")  # opening a pipe would wait for ever
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.1)) as connection:
        for table, expected in EDGE_COLUMNS.items():
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            if missing := expected - columns:
                raise sqlite3.DatabaseError(f"no spool file: {table} has no column {', '.join(sorted(missing))}")


def remove_log(path: Path) -> None:
    """Log and index of a file that was deleted or moved, lest what stands at `path` next takes them for its own.

    Delivery may have them open, and keeps them.
    """
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)

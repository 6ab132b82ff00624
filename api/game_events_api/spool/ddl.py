"""The tables of a spool file: the worker that owns it makes the edge's, delivery adds its own."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from game_events_api.private_files import touch
from game_events_api.spool.faults import SpoolDamaged, TooNew

EDGE_DDL = """
CREATE TABLE IF NOT EXISTS blocks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  stream TEXT NOT NULL,        -- events | rejected
  created_at REAL NOT NULL,    -- Unix seconds
  events INTEGER NOT NULL,     -- lines in data
  counts TEXT NOT NULL,        -- JSON [[game_id, event_type, schema_version, hour, lines], …]
  data BLOB NOT NULL,          -- NDJSON, every line ends with a newline; gzipped unless they are few
  size INTEGER,                -- bytes of the lines
  checksum INTEGER             -- spool/blocks.py: of the data and of the row
);
CREATE TABLE IF NOT EXISTS ledger (
  stage TEXT NOT NULL, game_id TEXT NOT NULL, event_type TEXT NOT NULL,
  schema_version TEXT NOT NULL, hour TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (stage, game_id, event_type, schema_version, hour)
) WITHOUT ROWID;
"""

FORMAT = 2
"""Of the file, in its header: 0 before blocks had checksums, then 2."""

ADDED = {
    "blocks": ("size INTEGER", "checksum INTEGER"),
    "deliveries": ("twin INTEGER",),
    "intents": ("checksum INTEGER",),
    "dead_letters": ("checksum INTEGER",),
}
"""Columns that files of the format before get; what stands in them already has none of it."""

EDGE_COLUMNS = {
    "blocks": {"id", "stream", "created_at", "events", "counts", "data"},
    "ledger": {"stage", "game_id", "event_type", "schema_version", "hour", "count"},
}
"""What a file must have to be a spool."""

DELIVERY_DDL = """
CREATE TABLE IF NOT EXISTS deliveries (
  block_id INTEGER NOT NULL, sink TEXT NOT NULL,
  twin INTEGER,  -- the block's id, negative: a byte that changes makes no other block delivered
  PRIMARY KEY (block_id, sink)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS intents (
  path TEXT PRIMARY KEY, sink TEXT NOT NULL, stream TEXT NOT NULL,
  first_id INTEGER NOT NULL, last_id INTEGER NOT NULL,
  events INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, counts TEXT NOT NULL,
  checksum INTEGER
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
  replayed_at REAL,                    -- of the format before: what is sent again goes
  checksum INTEGER                     -- of the line
);
CREATE INDEX IF NOT EXISTS dead_letters_of_block ON dead_letters (block_id);
CREATE INDEX IF NOT EXISTS dead_letters_of_event ON dead_letters (event_id);
CREATE TABLE IF NOT EXISTS dead_letter_bytes (bytes INTEGER NOT NULL);
INSERT INTO dead_letter_bytes SELECT * FROM (SELECT coalesce(sum(length(line)), 0) FROM dead_letters)
  WHERE NOT EXISTS (SELECT 1 FROM dead_letter_bytes);
CREATE TRIGGER IF NOT EXISTS dead_letter_kept AFTER INSERT ON dead_letters
  BEGIN UPDATE dead_letter_bytes SET bytes = bytes + length(NEW.line); END;
CREATE TRIGGER IF NOT EXISTS dead_letter_gone AFTER DELETE ON dead_letters
  BEGIN UPDATE dead_letter_bytes SET bytes = bytes - length(OLD.line); END;
CREATE TABLE IF NOT EXISTS letter_files (
  name TEXT PRIMARY KEY,            -- in spool/dead-letters/
  first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, letters INTEGER NOT NULL, sha256 TEXT NOT NULL,
  filed INTEGER NOT NULL DEFAULT 0  -- 1: in force; before, its letters are in dead_letters
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS letters_taken (
  id INTEGER PRIMARY KEY, twin INTEGER NOT NULL  -- the id, negative: a byte that changes takes no other letter
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
    try:
        connection.execute("PRAGMA page_size = 16384")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        require_format(connection)
        connection.executescript(EDGE_DDL)
        upgrade(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def require_format(db: sqlite3.Connection) -> None:
    """Raises TooNew for a file that a later version wrote, and SpoolDamaged where the header says nothing sensible."""
    (stated,) = db.execute("PRAGMA user_version").fetchone()
    if stated in (0, _stamp(FORMAT)):
        return
    if stated == _stamp(stated & 0xFF):
        raise TooNew(f"a newer version wrote it, in format {stated & 0xFF}; start that version again")
    raise SpoolDamaged(f"its header says format {stated}")


def upgrade(db: sqlite3.Connection) -> None:
    """Give a file of the format before what it lacks, as far as its tables are there."""
    present = {table: {row[1] for row in db.execute(f"PRAGMA table_info({table})")} for table in ADDED}
    missing = [
        (table, column)
        for table, columns in ADDED.items()
        for column in columns
        if present[table] and column.split()[0] not in present[table]
    ]
    if missing or db.execute("PRAGMA user_version").fetchone() != (_stamp(FORMAT),):
        db.execute("BEGIN IMMEDIATE")
        for table, column in missing:
            with suppress(sqlite3.OperationalError):  # another process was first
                db.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
        db.execute(f"PRAGMA user_version = {_stamp(FORMAT)}")
        db.execute("COMMIT")


def _stamp(number: int) -> int:
    """The format's number in each of four bytes: a byte that changes makes it no other format."""
    return number * 0x01010101


def require_spool(path: Path) -> None:
    """Raises sqlite3.Error unless a worker has finished creating the file; changes nothing in it."""
    if not path.is_file():
        raise sqlite3.DatabaseError("no regular file")  # opening a pipe would wait for ever
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.1)) as connection:
        require_format(connection)
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

"""Delivery's own tables inside a spool file; the edge's are `blocks` and `ledger`."""

EDGE_COLUMNS = {
    "blocks": {"id", "stream", "created_at", "events", "counts", "data"},
    "ledger": {"stage", "game_id", "event_type", "schema_version", "hour", "count"},
}
"""What a file must have to be a spool."""

DDL = """
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
  -- as the ledger counts it, so that a refused event is without the names that its key or the contract does not know
  game_id TEXT NOT NULL, event_type TEXT NOT NULL, schema_version TEXT NOT NULL, hour TEXT NOT NULL,
  line BLOB NOT NULL,
  counted INTEGER NOT NULL DEFAULT 0,  -- 1: in the ledger as dead_lettered
  replayed_at REAL
);
"""

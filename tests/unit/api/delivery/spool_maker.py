"""Writes spool files as the edge's worker does: one transaction per group, blocks and ledger together."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from game_events_api.ledger_key import LedgerKey
from game_events_api.spool.ddl import open_for_writing
from game_events_api.spool.rows import add_block, add_to_ledger
from unit.stored_lines import event_id, stamp

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def line(number: int, *, game: str = "puzzle-quest", received: datetime = NOON, padding: int = 0) -> bytes:
    """A stored line of an accepted event, newline included."""
    event: dict[str, Any] = {
        "event_id": event_id(number),
        "event_type": "install",
        "schema_version": "1-0-0",
        "event_time": stamp(received),
        "user_id": f"player-{number}",
        "session_id": f"session-{number}",
        "game_id": game,
        "platform": "android",
        "app_version": "1.4.2",
        "environment": "production",
        "install_source": "organic",
    }
    if padding:
        event["properties"] = {"padding": "x" * padding}
    document = {
        "received_at": stamp(received),
        "effective_time": stamp(received),
        "correlation_id": f"c-{number}",
        "key_id": "k1",
        "ingested_by": "game-events-api/0.1.0",
        "schema": "install/1-0-0",
        "event": event,
    }
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def rejected_line(
    number: int, raw: dict[str, Any] | str, *, rule: str = "enum", pointer: str = "/store", received: datetime = NOON
) -> bytes:
    """A stored line of a refused event."""
    event = raw if isinstance(raw, dict) else {}
    text = raw if isinstance(raw, str) else json.dumps(raw)
    document = {
        "received_at": stamp(received),
        "correlation_id": f"r-{number}",
        "key_id": "k1",
        "ingested_by": "game-events-api/0.1.0",
        "event_id": event.get("event_id"),
        "event_type": event.get("event_type"),
        "schema_version": event.get("schema_version"),
        "game_id": event.get("game_id"),
        "fingerprint": None,
        "reasons": [{"pointer": pointer, "rule": rule, "message": "not one of the known values"}],
        "raw": text,
        "raw_bytes": len(text.encode()),
    }
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


class SpoolMaker:
    """Appends to one spool file. `blocks` is one group of lines a block."""

    def __init__(self, data_dir: Path, name: str = "worker-0") -> None:
        self.path = data_dir / "spool" / f"{name}.db"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        open_for_writing(self.path).close()

    def append(self, *blocks: Sequence[bytes], stream: str = "events") -> None:
        for lines in blocks:
            documents = [json.loads(text) for text in lines]
            self.append_counted(stream, lines, [_key(stream, document) for document in documents])

    def append_counted(self, stream: str, lines: Sequence[bytes], keys: Sequence[LedgerKey]) -> None:
        """One block; `keys[i]` is what the ledger counts `lines[i]` by."""
        counts = Counter(keys)
        with closing(sqlite3.connect(self.path, isolation_level=None, timeout=10)) as db:
            db.execute("BEGIN IMMEDIATE")
            add_block(db, stream, NOON.timestamp(), counts, b"".join(lines))
            add_to_ledger(db, {"events": "accepted", "rejected": "rejected"}[stream], counts)
            db.execute("COMMIT")


def _key(stream: str, document: dict[str, Any]) -> LedgerKey:
    event = document["event"] if stream == "events" else document
    game_id = event["game_id"] if stream == "events" else ""  # no game of a refused event is believed
    return LedgerKey(game_id, event["event_type"] or "", event["schema_version"] or "", document["received_at"][:13])

"""Refused events: from the lake and the spool, against any published version, and back into the stream.

A replayed event keeps its event_id and its received_at. It enters through a spool file of its own,
`spool/replay.db`, together with the mark that it was replayed, in one transaction.
"""

import gzip
import hashlib
import json
import sqlite3
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock
from game_events_models.http import FieldError

from game_events_api import rfc3339
from game_events_api.admission.keys import KeyFile
from game_events_api.contract.decode import decode, encode, refuse_duplicate_keys
from game_events_api.errors import FileDamaged, RequestRefused
from game_events_api.ingest.device_clock import DeviceClock
from game_events_api.ingest.lines import accepted, head
from game_events_api.ledger_key import LedgerKey
from game_events_api.recovery.replay import Pace, Verdict, Verdicts, audit, totals
from game_events_api.spool.ddl import open_for_writing
from game_events_api.spool.reading import opened, spool_files, tables
from game_events_api.spool.rows import add_block, add_to_ledger

BLOCK_EVENTS = 200
HEAD = ("received_at", "correlation_id", "key_id", "ingested_by")
LOCK_SECONDS = 10.0
REPLAY_SPOOL = "replay.db"
REPLAYED = "CREATE TABLE IF NOT EXISTS replayed (line_sha256 TEXT PRIMARY KEY, event_id TEXT, at REAL) WITHOUT ROWID"


MayWrite = Callable[[str, str], bool]
"""Whether the key of this id may write events of this game."""


def granted(data_dir: Path) -> MayWrite:
    """By the key file: what a key may not send, nobody sends in its name. Revoked keys count, unknown ones do not."""
    keys = {record.key_id: record for record in KeyFile(data_dir / "keys.json").read()}
    return lambda key_id, game_id: (key := keys.get(key_id)) is not None and key.may_write(game_id)


@dataclass(frozen=True)
class Refused:
    line: bytes
    document: dict[str, Any]

    @property
    def fields(self) -> dict[str, Any]:
        reasons = self.document.get("reasons") or [{}]
        names = ("event_id", "event_type", "schema_version", "game_id", "key_id", "received_at", "correlation_id")
        return {
            "name": self.name,
            **{name: self.document.get(name) for name in names},
            "rule": reasons[0].get("rule"),
            "pointer": reasons[0].get("pointer"),
            "reasons": len(self.document.get("reasons") or ()),
        }

    @property
    def name(self) -> str:
        return self.digest[:12]

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.line).hexdigest()


def refused(lines: Iterable[bytes]) -> Iterator[Refused]:
    """Each stored line once, whatever files it is in."""
    seen: set[bytes] = set()
    for line in lines:
        if line.strip() and line not in seen:
            seen.add(line)
            try:
                document = json.loads(line)
            except ValueError:
                continue
            if isinstance(document, dict):
                yield Refused(line.rstrip(b"\n"), document)


def counted(found: Iterable[Refused]) -> Counter[tuple[str, str, str]]:
    """How many by game, event type and first reason."""
    fields = (item.fields for item in found)
    return Counter((one["game_id"] or "", one["event_type"] or "", f"{one['rule']} {one['pointer']}") for one in fields)


def local_lines(data_dir: Path) -> Iterator[bytes]:
    """What was refused: in the lake under the data directory, oldest file first, and still in the spool.

    FileDamaged when a file cannot be unpacked.
    """
    for path in sorted((data_dir / "lake" / "rejected").rglob("*.gz")):
        data = path.read_bytes()
        try:
            text = gzip.decompress(data)
        except (EOFError, OSError, zlib.error) as error:  # gzip.BadGzipFile is an OSError
            name = path.relative_to(data_dir)
            raise FileDamaged(f"{name} cannot be unpacked: {error}; restore it or move it out of the lake") from error
        yield from text.splitlines()
    yield from waiting_lines(data_dir)


def waiting_lines(data_dir: Path) -> Iterator[bytes]:
    """What was refused and is still in the spool."""
    for path in spool_files(data_dir):
        with opened(path) as connection:
            if "blocks" in tables(connection):
                for (data,) in connection.execute("SELECT data FROM blocks WHERE stream = 'rejected' ORDER BY id"):
                    yield from data.splitlines()


def judge(item: Refused, verdicts: Verdicts, may_write: MayWrite) -> tuple[Verdict, bytes, LedgerKey | None]:
    """The verdict, with the line to store and its ledger key when it passes."""
    received, correlation_id, key_id, ingested_by = (str(item.document.get(name) or "") for name in HEAD)
    if not (received and correlation_id and key_id and ingested_by):
        return Verdict(False, "unreadable", "the stored line is not what the edge writes"), b"", None
    raw, size = item.document.get("raw"), item.document.get("raw_bytes")
    if not isinstance(raw, str) or len(raw.encode()) != size:
        return Verdict(False, "truncated", "only its beginning was kept"), b"", None
    try:
        document = decode(raw.encode())
        verdict, event, schema = verdicts.judge(document)
        if isinstance(document, dict):
            refuse_duplicate_keys(raw.encode(), encode(document).count(b":"))
    except RequestRefused as refused:
        rule = refused.errors[0].rule if refused.errors else "malformed"
        return Verdict(False, rule, "it is not JSON as the edge takes it"), b"", None
    if schema is None:
        return verdict, b"", None
    if not may_write(key_id, event["game_id"]):
        return Verdict(False, "forbidden-game", f"its key may not write events of '{event['game_id']}'"), b"", None
    sent_at = rfc3339.parse(item.document.get("sent_at") or "")  # older refusals have none
    clock = DeviceClock.of(datetime.fromisoformat(received), sent_at)
    effective_time = clock.effective(event["event_time"])
    if isinstance(effective_time, FieldError):
        return Verdict(False, effective_time.rule, "its time was out of bounds when it was received"), b"", None
    line = accepted(
        head(received.encode(), correlation_id, key_id, ingested_by), effective_time, schema.label, encode(event)
    )
    return verdict, line, LedgerKey(event["game_id"], schema.event_type, schema.version, received[:13])


def dry_run(
    data_dir: Path, found: Iterable[Refused], verdicts: Verdicts, may_write: MayWrite
) -> tuple[Counter[Verdict], int]:
    """How many would pass and why the others would not, and how many of the passing ones were sent already."""
    counts: Counter[Verdict] = Counter()
    repeated = 0
    path, met = data_dir / "spool" / REPLAY_SPOOL, set[str]()
    with opened(path) if path.exists() else closing(sqlite3.connect(":memory:")) as db:
        known = "replayed" in tables(db)
        for item in found:
            verdict, _, key = judge(item, verdicts, may_write)
            counts[verdict] += 1
            if key is None:
                continue
            marked = db.execute("SELECT 1 FROM replayed WHERE line_sha256 = ?", (item.digest,)) if known else ()
            repeated += item.digest in met or any(marked)
            met.add(item.digest)
    return counts, repeated


def replay(
    data_dir: Path,
    found: Iterable[Refused],
    verdicts: Verdicts,
    may_write: MayWrite,
    *,
    pace: Pace,
    by: str | None = None,
    clock: Callable[[], float] = time.time,
) -> tuple[Counter[Verdict], int]:
    """Verdicts as a dry run gives them, and how many of the passing ones an earlier run had sent already."""
    counts: Counter[Verdict] = Counter()
    repeated = 0
    path = data_dir / "spool" / REPLAY_SPOOL
    path.parent.mkdir(parents=True, exist_ok=True)
    items = list(found)
    audit(data_dir, "rejected replay begins", clock(), by, events=len(items))
    with (
        FileLock(path.with_suffix(".lock"), timeout=LOCK_SECONDS),
        closing(open_for_writing(path)) as db,
    ):
        db.execute(REPLAYED)
        for first in range(0, len(items), BLOCK_EVENTS):
            lines: list[bytes] = []
            keys: Counter[LedgerKey] = Counter()
            db.execute("BEGIN IMMEDIATE")
            try:
                for item in items[first : first + BLOCK_EVENTS]:
                    verdict, line, key = judge(item, verdicts, may_write)
                    counts[verdict] += 1
                    if key is None:
                        continue
                    marked = db.execute(
                        "INSERT OR IGNORE INTO replayed VALUES (?, ?, ?)",
                        (item.digest, item.document.get("event_id"), clock()),
                    ).rowcount
                    if not marked:
                        repeated += 1
                        continue
                    lines.append(line)
                    keys[key] += 1
                if lines:
                    add_block(db, "events", clock(), keys, b"".join(lines))
                    add_to_ledger(db, "accepted", keys)
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise
            pace.after(len(lines))
    audit(data_dir, "rejected replay", clock(), by, **totals(counts), repeated=repeated)
    return counts, repeated

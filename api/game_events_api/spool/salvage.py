"""Out of a spool file that was set aside into one that can be delivered: what is whole, with a ledger that agrees.

The new file stands in `spool/` under a name of its own; delivery finds it there like any other. What the ledger counts
and no byte tells any more is counted as damaged.
"""

import mmap
import os
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from game_events_api.ledger_key import (
    DAMAGED,
    DEAD_LETTERED,
    DELIVERED,
    DISCARDED,
    STAGES,
    TAKEN,
    LedgerKey,
    parse_counts,
)
from game_events_api.private_files import sync_folder
from game_events_api.spool.blocks import Block, BlockRow, Intent, block_of, mended
from game_events_api.spool.damaged import Note
from game_events_api.spool.ddl import DELIVERY_DDL, open_for_writing
from game_events_api.spool.failed_objects import NAME, OBJECTS, known_objects
from game_events_api.spool.letter_files import letter_file_name, unknown_files
from game_events_api.spool.pages import Buffer, FoundRow, Pages
from game_events_api.spool.replays import remember_replayed
from game_events_api.spool.rows import ADD_BLOCK, add_to_ledger, transaction

HOUR = re.compile(r"\d{4}-\d\d-\d\dT\d\d|")
LETTER_COLUMNS = 14  # without the checksum, in files of the format before
BOOKS = ("dead_letters", "lake_files", "intents", "deliveries", "letter_files", "letters_taken", "failed_objects")
Counts = Counter[LedgerKey]


class Held(NamedTuple):
    """What the books need of a block; its lines may be more than fit the memory."""

    stream: str
    keys: Counts


@dataclass
class Salvaged:
    """What was found, each row once; `add` puts a block into the new file."""

    add: Callable[[BlockRow], object]
    blocks: dict[int, Held] = field(default_factory=dict)
    doubtful: dict[int, tuple[BlockRow, Held]] = field(default_factory=dict)
    ledger: dict[str, Counts] = field(default_factory=dict)
    rows: dict[str, dict[Any, tuple[Any, ...]]] = field(default_factory=dict)
    """Of the other tables: by name of the table, by key of the row."""
    last_id: int | None = None
    """Of the blocks that the file knows of; one with a higher id cannot have been deleted."""

    def take(self, row: FoundRow) -> None:
        values = row.values
        if row.rowid is not None:
            if row.sure and len(values) == 2 and values[0] == "blocks" and isinstance(values[1], int):
                self.last_id = max(self.last_id or 0, values[1])
            elif len(values) in (6, 8):
                found = BlockRow(row.rowid, *values[1:])
                if isinstance(found.created_at, int):  # as SQLite keeps a float that is a whole number
                    found = found._replace(created_at=float(found.created_at))
                self._take_block(found, sure=row.sure)
            elif row.sure and len(values) == 2 and values[0] is None and values[1] == -row.rowid:
                self._keep("letters_taken", row.rowid, (row.rowid, -row.rowid))
            elif len(values) == 5 and values[0] is None and isinstance(values[3], str) and len(values[3]) == 64:
                self._keep("failed_objects", values[3], (row.rowid, *values[1:]))  # none is ever deleted
            elif row.sure and len(values) >= LETTER_COLUMNS and values[3] in TAKEN:
                self._keep("dead_letters", row.rowid, (row.rowid, *values[1:]))
        else:  # what a free page says of these is as true, if perhaps of earlier
            self._take_keyed(values)

    def _take_block(self, row: BlockRow, *, sure: bool) -> None:
        if row.id in self.blocks or row.id in self.doubtful or not isinstance(block := block_of(row), Block):
            return
        as_said = row.checksum is not None and (block.events, block.stream) == (row.events, row.stream)
        row, held = row if as_said else mended(block, row.created_at), Held(block.stream, block.keys)
        if sure:
            self._add(row, held)
        else:
            self.doubtful[row.id] = row, held

    def _add(self, row: BlockRow, held: Held) -> None:
        self.add(row)
        self.blocks[row.id] = held

    def _take_keyed(self, values: list[Any]) -> None:
        match values:
            case [str(stage), str(), str(), str(), str(hour), int(number)] if stage in STAGES and HOUR.fullmatch(hour):
                key = LedgerKey(*values[1:5])
                counts = self.ledger.setdefault(stage, Counter())
                known = counts.get(key, number)  # below zero where Firehose gave back what another file delivered
                counts[key] = min(known, number) if max(known, number) < 0 else max(known, number)
            case [str(path), stream, int(), int(), str(), str()] if stream in TAKEN:
                self._keep("lake_files", path, tuple(values))
            case [str(path), str(), stream, int(), int(), int(), int(), str(), str(), int(checksum)] if (
                stream in TAKEN and Intent(*values[:9]).checksum == checksum
            ):
                self._keep("intents", path, tuple(values))
            case [str(name), int(first), int(last), int(letters), str(digest), 1] if (
                name.endswith(letter_file_name("", first, last, digest)) and letters > 0
            ):
                self._keep("letter_files", name, tuple(values))
            case [int(block_id), str(sink), twin] if twin == -block_id:
                self._keep("deliveries", (block_id, sink), tuple(values))
            case [str(digest), str() | None, float()] if len(digest) == 64:
                self._keep("replayed", digest, tuple(values))
            case [str(name), str(version)]:
                self._keep("failed_object_names", (name, version), (name, version))

    def _keep(self, table: str, key: Any, row: tuple[Any, ...]) -> None:
        self.rows.setdefault(table, {})[key] = row

    def settle(self) -> Counts:
        """Let the ledger agree, and take of what is doubtful as much as it misses; what is lost, of both streams."""
        lost, counted = Counts(), bool(self.ledger)
        for stream in TAKEN:
            missing = self._missing(stream)
            for block_id in sorted(self.doubtful.keys() - self.blocks.keys(), reverse=True):
                row, held = self.doubtful[block_id]
                newer = self.last_id is not None and block_id > self.last_id
                if held.stream == stream and (newer or held.keys <= missing or not counted):
                    self._add(row, held)
                    missing.subtract(held.keys)
            add = self.ledger.setdefault(DAMAGED[stream], Counter())
            add.update(+missing)
            self.ledger.setdefault(TAKEN[stream], Counter()).update(-missing)
            lost.update(+missing)
        return lost

    def adopt(self, directory: Path, stem: str) -> None:
        """Files of dead letters that no spool file knows, because the row was lost, and whose letters are not here."""
        for row in unknown_files(directory, stem, set(self.rows.get("letter_files", {}))):
            name, first, last, *_ = row
            if not any(first <= letter_id <= last for letter_id in self.rows.get("dead_letters", {})):
                self._keep("letter_files", name, row)

    def _missing(self, stream: str) -> Counts:
        """Taken, and neither gone nor here; negative where the ledger forgot that they were taken."""
        counts = {stage: self.ledger.get(stage, Counter[LedgerKey]()) for stage in STAGES}
        in_lake: Counts = Counter()
        for values in self.rows.get("lake_files", {}).values():
            if values[1] == stream:
                in_lake.update(_parsed(values[5]))
        self.ledger[DELIVERED[stream]] = delivered = counts[DELIVERED[stream]].copy()
        for key, number in in_lake.items():
            delivered[key] = max(delivered[key], number)
        missing = Counter(counts[TAKEN[stream]])
        for gone in (delivered, counts[DEAD_LETTERED[stream]], counts[DISCARDED[stream]], counts[DAMAGED[stream]]):
            missing.subtract(gone)
        for held in self.blocks.values():
            if held.stream == stream:
                missing.subtract(held.keys)
        return missing


def salvage(note: Note) -> Note:
    """Idempotent: a process that died between the new file and the note finds the file. filelock.Timeout after 10 s."""
    directory = note.path.parent.parent
    target = directory / f"{note.name}-salvaged.db"
    # From before it is read: a look at what Firehose could not deliver may still write into it.
    with known_objects(directory.parent) if note.spool == NAME else nullcontext() as known:
        found, lost = _written(note, target)
        if known is not None:
            objects, names = (found.rows.get(table, {}) for table in ("failed_objects", "failed_object_names"))
            known.remember(objects.values(), names.values())
    if "replayed" in found.rows and note.spool == "replay.db":
        remember_replayed(directory.parent, list(found.rows["replayed"].values()))
    events = sum(held.keys.total() for held in found.blocks.values())
    return note.with_salvaged(lost, {"into": target.name, "blocks": len(found.blocks), "events": events})


def _written(note: Note, target: Path) -> tuple[Salvaged, int]:
    """What was found, which `target` holds now, and how many events are lost."""
    directory = target.parent
    partial = target.with_suffix(".tmp")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{partial}{suffix}").unlink(missing_ok=True)
    log = Path(f"{note.file}-wal")
    with closing(open_for_writing(partial)) as db:
        db.executescript(DELIVERY_DDL + OBJECTS)
        with transaction(db), _bytes_of(note.file) as file:
            found = Salvaged(lambda row: db.execute(ADD_BLOCK, row))
            for row in Pages(file, log.read_bytes() if log.exists() else b"").rows():
                found.take(row)
            lost = found.settle().total()
            found.adopt(directory, Path(note.spool).stem)
            _write_books(db, found)
    with partial.open("rb") as written:
        os.fsync(written.fileno())
    if target.exists():
        partial.unlink()
    else:
        partial.rename(target)
    sync_folder(directory)
    return found, lost


def _write_books(db: sqlite3.Connection, found: Salvaged) -> None:
    for stage, counts in found.ledger.items():
        add_to_ledger(db, stage, counts)
    rows = {table: list(found.rows.get(table, {}).values()) for table in BOOKS}
    for table, of_table in rows.items():
        _insert(db, table, of_table)
    # A new row with an id that they name would be taken for the one that had it.
    _leave_out(db, "blocks", [row[0] for row in rows["deliveries"]] + [row[4] for row in rows["intents"]])
    _leave_out(db, "dead_letters", [row[2] for row in rows["letter_files"]] + [row[0] for row in rows["letters_taken"]])


def _leave_out(db: sqlite3.Connection, table: str, ids: Sequence[int]) -> None:
    """No later row of the table gets one of these."""
    if not ids:
        return
    of_table = (max(ids), table)
    if not db.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", of_table).rowcount:
        db.execute("INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)", of_table)


def _insert(db: sqlite3.Connection, table: str, rows: Any) -> None:
    width = len(db.execute(f"PRAGMA table_info({table})").fetchall())
    db.executemany(
        f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * width)})",  # noqa: S608 -- constants of this module
        [(*row, *[None] * (width - len(row))) for row in rows],
    )


def _parsed(counts: str) -> Counts:
    try:
        return parse_counts(counts)
    except (ValueError, TypeError):
        return Counter()


@contextmanager
def _bytes_of(path: Path) -> Iterator[Buffer]:
    """Not read whole: a spool may have gigabytes."""
    if not path.exists() or not path.stat().st_size:
        yield b""
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        view = memoryview(mapped)
        try:
            yield view
        finally:
            view.release()

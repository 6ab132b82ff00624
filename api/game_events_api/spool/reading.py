"""Spool files as others than their owner read them."""

import sqlite3
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from game_events_api.ledger_key import OTHER_GAMES, LedgerKey, parse_counts
from game_events_api.spool.blocks import Block, BlockRow, block_of, counted
from game_events_api.spool.letter_files import FOLDER, LetterFile, files_of

Result = TypeVar("Result")


@dataclass(frozen=True)
class Counts:
    """The numbers of one spool file at one moment."""

    stages: Mapping[str, Counter[LedgerKey]]
    waiting: Mapping[str, Counter[LedgerKey]]
    """Per stream, what is not delivered yet."""


@dataclass(frozen=True)
class Backlog:
    """What one spool file, or all of them, counted and still hold; `oldest` is the commit of what waits longest."""

    stages: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By stage, event type and version."""
    waiting: Counter[str] = field(default_factory=Counter)
    """Events by stream."""
    dead_letters: int = 0
    oldest: float | None = None

    def plus(self, other: "Backlog") -> "Backlog":
        stages, waiting = Counter(self.stages), Counter(self.waiting)
        stages.update(other.stages)
        waiting.update(other.waiting)
        moments = [moment for moment in (self.oldest, other.oldest) if moment is not None]
        return Backlog(stages, waiting, self.dead_letters + other.dead_letters, min(moments, default=None))


@dataclass(frozen=True)
class ManifestFile:
    """One lake file: its path below the lake, what it held when it was written."""

    path: str
    stream: str
    events: int
    sha256: str
    counts: Counter[LedgerKey]


@dataclass(frozen=True)
class DeadLetterRow:
    """An event that a sink will never take, as its spool file keeps it; times in Unix seconds."""

    spool: Path
    id: int
    block_id: int
    sink: str
    stream: str
    dead_at: float
    reason: str
    attempts: int
    event_id: str | None
    game_id: str
    event_type: str
    schema_version: str
    hour: str
    line: bytes
    replayed_at: float | None
    checksum: int | None = None
    lies_in: str = ""
    """The file below `spool/`, or the object that Firehose wrote."""

    @property
    def intact(self) -> bool:
        """Whether its line is what was put away; those of the format before do not say."""
        return self.checksum is None or self.checksum == zlib.crc32(self.line)

    @property
    def key(self) -> LedgerKey:
        return LedgerKey(self.game_id, self.event_type, self.schema_version, self.hour)


class SpoolReader:
    """One spool file, for a `with` block. A table that its owner or delivery has not made yet reads as empty."""

    def __init__(self, path: Path) -> None:
        """sqlite3.Error when it is no SQLite file."""
        self.path = path
        # Not `immutable`: its owner may be writing.
        address = f"{path.absolute().as_uri()}?mode=ro"
        self._db = sqlite3.connect(address, uri=True, timeout=10.0, check_same_thread=False)
        try:
            self._tables = {row[0] for row in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            has = {row[1] for row in self._db.execute("PRAGMA table_info(blocks)")}
            checked = "size, checksum" if "checksum" in has else "NULL, NULL"  # the format before had neither
            letters = {row[1] for row in self._db.execute("PRAGMA table_info(dead_letters)")}
            self._letters_have_checksums = "checksum" in letters
            self._block = f"id, stream, created_at, events, counts, data, {checked}"
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> "SpoolReader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def counts(self) -> Counts:
        """Ledger and waiting blocks in one snapshot."""
        waiting: dict[str, Counter[LedgerKey]] = {"events": Counter(), "rejected": Counter()}
        self._db.execute("BEGIN")
        stages = self.ledger()
        for row in self._blocks(self._block.replace("data", "NULL")):
            stream, keys = row.stream, counted(row)
            if keys is None:
                (whole,) = self._blocks(self._block, "WHERE id = ?", row.id)
                found = block_of(whole)
                stream, keys = found.stream, found.keys
            waiting[stream].update(keys)
        self._db.execute("COMMIT")
        return Counts(stages, waiting)

    def ledger(self) -> defaultdict[str, Counter[LedgerKey]]:
        """By stage."""
        stages: defaultdict[str, Counter[LedgerKey]] = defaultdict(Counter)
        rows = self._rows("ledger", "SELECT stage, game_id, event_type, schema_version, hour, count FROM ledger")
        for stage, *key, count in rows:
            stages[stage][LedgerKey(*key)] += count
        return stages

    def totals(self, since: str) -> Iterator[tuple[str, str, str, str, int]]:
        """By stage, game, event type and version; of the hours from this one on."""
        grouped = "SELECT stage, game_id, event_type, schema_version, sum(count) FROM ledger WHERE hour >= ? GROUP BY"
        return self._rows("ledger", f"{grouped} 1, 2, 3, 4", since)

    def backlog(self) -> Backlog:
        """What is counted and what waits, added up by SQLite, in one snapshot."""
        self._db.execute("BEGIN")
        stages = self._rows(
            "ledger",
            "SELECT stage, event_type, schema_version, sum(count) FROM ledger GROUP BY 1, 2, 3",
        )
        counted = Counter({(stage, kind, version): int(number) for stage, kind, version, number in stages})
        blocks = "SELECT stream, total(events), min(created_at) FROM blocks GROUP BY stream"
        held = [(str(stream), int(events), float(since)) for stream, events, since in self._rows("blocks", blocks)]
        filed = "SELECT total(letters) FROM letter_files WHERE filed = 1"
        kept = "SELECT count(*) FROM dead_letters WHERE counted = 1 AND replayed_at IS NULL"
        letters = sum(
            int(n) for rows in (self._rows("letter_files", filed), self._rows("dead_letters", kept)) for (n,) in rows
        )
        self._db.execute("COMMIT")
        waiting = Counter({stream: events for stream, events, _ in held})
        return Backlog(counted, waiting, letters, min([since for *_, since in held], default=None))

    def waiting(self) -> int:
        """Events, accepted and rejected, that are not delivered yet."""
        rows = self._rows("blocks", "SELECT total(events) FROM blocks")
        return sum(int(number) for (number,) in rows)

    def lines(self, stream: str) -> Iterator[bytes]:
        """What waits, without the newlines, oldest first; damaged blocks are delivery's to set aside."""
        for _, block in self.blocks():
            if block.stream == stream:
                yield from block.data.splitlines()

    def blocks(self, damaged: Callable[[str], None] = lambda _: None) -> Iterator[tuple[float, Block]]:
        """When it was committed, in Unix seconds, and the block; oldest first. `damaged` is told the file of others."""
        for row in self._blocks(self._block, "ORDER BY id"):
            if isinstance(block := block_of(row), Block):
                yield float(row.created_at), block
            else:
                damaged(self.path.name)

    def _blocks(self, columns: str, rest: str = "", *parameters: object) -> Iterator[BlockRow]:
        return map(BlockRow._make, self._rows("blocks", f"SELECT {columns} FROM blocks {rest}", *parameters))  # noqa: S608 -- constants of this module

    def manifest(self) -> Iterator[ManifestFile]:
        """The lake files that were written from this spool; none when Firehose writes the lake."""
        rows = self._rows("lake_files", "SELECT path, stream, events, sha256, counts FROM lake_files")
        for path, stream, events, sha256, counts in rows:
            try:
                keys = parse_counts(counts)
            except (ValueError, TypeError):  # damaged: the ledger and the lake differ, and that is named
                keys = Counter()
            yield ManifestFile(path, stream, events, sha256, keys)

    def dead_letters(
        self, event_id: str | None = None, *, after: int = 0, more: Callable[[], bool] = lambda: True
    ) -> Iterator[DeadLetterRow]:
        """Oldest first, from the one after the id `after`; of one event when its id is given.

        `more` is asked before each letter file whether it is read.
        """
        condition, of = ("id > ?", after) if event_id is None else ("event_id = ?", event_id)
        checksum = "checksum" if self._letters_have_checksums else "NULL"
        statement = (
            "SELECT id, block_id, sink, stream, dead_at, reason, attempts, event_id, game_id, event_type,"  # noqa: S608
            f" schema_version, hour, line, replayed_at, {checksum} FROM dead_letters WHERE {condition} ORDER BY id"
        )
        rows = self._rows("dead_letters", statement, of)  # it begins now, and both are seen at one moment
        objects = dict(self._rows("failed_objects", "SELECT -id, name FROM failed_objects"))
        for file in self.letter_files():
            for row in file.rows() if file.last_id > after and more() else ():
                letter = replace(DeadLetterRow(self.path, *row), lies_in=objects.get(row[1], file.lies_in))
                if letter.id > after and event_id in (None, letter.event_id):
                    yield letter
        for row in rows:
            letter = DeadLetterRow(self.path, *row)
            # SQLite keeps anything in any column.
            line = letter.line if isinstance(letter.line, bytes) else str(letter.line).encode()
            yield replace(letter, line=line, lies_in=objects.get(letter.block_id, self.path.name))

    def letter_files(self) -> list[LetterFile]:
        return files_of(self._db, self.path) if "letter_files" in self._tables else []

    def letter_file_names(self) -> list[str]:
        """Paths below `spool/`, of those that are being written too."""
        return [f"{FOLDER}/{name}" for (name,) in self._rows("letter_files", "SELECT name FROM letter_files")]

    def dead_lettered(self) -> Counter[LedgerKey]:
        """Accepted events that are dead letters now, each once, however many sinks would not take it."""
        files = self.letter_files()
        rows = self._rows(
            "dead_letters",
            "SELECT DISTINCT game_id, event_type, schema_version, hour, line FROM dead_letters"
            " WHERE stream = 'events' AND counted = 1 AND replayed_at IS NULL",
        )
        found = Counter(LedgerKey(*key) for *key, _line in rows)
        for file in files:
            letters = [DeadLetterRow(self.path, *row) for row in file.rows()]
            distinct = {(letter.key, letter.line) for letter in letters if letter.stream == "events"}
            found.update(key for key, _line in distinct)
        return found

    def games(self, limit: int) -> Counter[str]:
        """How many events were accepted of each game that the ledger counts by name, of the most used ones."""
        rows = self._rows(
            "ledger",
            "SELECT game_id, sum(count) FROM ledger WHERE stage = 'accepted' AND game_id NOT IN ('', ?)"
            " GROUP BY game_id ORDER BY 2 DESC, 1 LIMIT ?",
            OTHER_GAMES,
            limit,
        )
        return Counter(dict(rows))

    def was_replayed(self, sha256: str) -> bool:
        """Whether the rejected event with a line of this digest was sent again from here."""
        return any(self._rows("replayed", "SELECT 1 FROM replayed WHERE line_sha256 = ?", sha256))

    def _rows(self, table: str, statement: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        return self._db.execute(statement, parameters) if table in self._tables else iter(())


def spool_files(data_dir: Path) -> list[Path]:
    return sorted(path for path in (data_dir / "spool").glob("*.db") if path.is_file())


def used_games(data_dir: Path, limit: int) -> list[str]:
    """Of all files that can be read, the games that the ledger counts by name, the most used first."""
    found: Counter[str] = Counter()
    for games in look_at_each(data_dir, lambda spool: spool.games(limit)):
        found.update(games)
    return [game_id for game_id, _ in found.most_common(limit)]


def readers(data_dir: Path) -> Iterator[SpoolReader]:
    """Every spool file of a data directory, those of dead workers too; each is closed when the next one comes."""
    for path in spool_files(data_dir):
        with SpoolReader(path) as spool:
            yield spool


def look_at_each(
    data_dir: Path, look: Callable[[SpoolReader], Result], unreadable: dict[str, str] | None = None
) -> Iterator[Result]:
    """Of every spool file that can be read: a damaged one must not hide what the others say.

    The names of those that cannot come into `unreadable`, with the reason.
    """
    for path in spool_files(data_dir):
        try:
            with SpoolReader(path) as spool:
                seen = look(spool)
        except sqlite3.Error as error:
            if unreadable is not None:
                unreadable[path.name] = str(error)
            continue
        yield seen

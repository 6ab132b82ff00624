"""Events that a sink will never take: list, inspect, check against the schemas, and send again.

Replay puts the line back as a block of the same spool file, in one transaction with the dead letter's mark
and the ledger: run twice, or killed half way, it sends nothing twice and forgets nothing.
"""

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from game_events_api.ledger_key import LedgerKey
from game_events_api.recovery.filters import Where
from game_events_api.recovery.replay import Pace, Verdict, Verdicts, audit, totals
from game_events_api.spool.reading import opened, spool_files, tables
from game_events_api.spool.rows import BUSY_TIMEOUT_S, DEAD_LETTERED, add_block, add_to_ledger

CHUNK = 200


@dataclass(frozen=True)
class Letter:
    spool: Path
    id: int
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

    @property
    def name(self) -> str:
        """What the command line calls it."""
        return f"{self.spool.stem}:{self.id}"

    @property
    def fields(self) -> dict[str, Any]:
        """Without the line; JSON values."""
        values = {key: value for key, value in vars(self).items() if key not in ("spool", "id", "line")}
        return {"name": self.name, **values}


def letters(data_dir: Path, where: Where, *, replayed: bool = False) -> Iterator[Letter]:
    """Dead letters of every spool file, oldest first within a file."""
    for path in spool_files(data_dir):
        with opened(path) as connection:
            if "dead_letters" not in tables(connection):
                continue
            rows = connection.execute(
                "SELECT id, sink, stream, dead_at, reason, attempts, event_id, game_id, event_type, schema_version,"
                " hour, line, replayed_at FROM dead_letters ORDER BY id"
            ).fetchall()
        for row in rows:
            letter = Letter(path, *row)
            if (replayed or letter.replayed_at is None) and where.matches(letter.fields):
                yield letter


def counted(found: Iterable[Letter]) -> Counter[tuple[str, str, str]]:
    """How many by game, event type and reason."""
    return Counter((one.game_id, one.event_type, one.reason.partition(":")[0]) for one in found)


def dry_run(found: Sequence[Letter], verdicts: Verdicts) -> Counter[Verdict]:
    """How many would pass today's schemas, and why the others would not."""
    return Counter(_verdict(letter, verdicts) for letter in found)


def replay(
    data_dir: Path,
    found: Sequence[Letter],
    verdicts: Verdicts,
    *,
    pace: Pace,
    by: str | None = None,
    clock: Callable[[], float] = time.time,
) -> Counter[Verdict]:
    """Send again what passes; the others stay dead letters. The counts are those of a dry run."""
    counts: Counter[Verdict] = Counter()
    audit(data_dir, "dead-letters replay begins", clock(), by, events=len(found))
    for first in range(0, len(found), CHUNK):
        chunk = found[first : first + CHUNK]
        good = []
        for letter in chunk:
            verdict = _verdict(letter, verdicts)
            counts[verdict] += 1
            if verdict.passes:
                good.append(letter)
        for path in sorted({letter.spool for letter in good}):
            _put_back(path, [letter for letter in good if letter.spool == path], clock())
        pace.after(len(good))
    audit(data_dir, "dead-letters replay", clock(), by, **totals(counts))
    return counts


def _verdict(letter: Letter, verdicts: Verdicts) -> Verdict:
    if letter.stream != "events":
        return Verdict(True)
    try:
        event = json.loads(letter.line)["event"]
    except (ValueError, KeyError, TypeError):
        return Verdict(False, "unreadable", "the stored line is not what the edge writes")
    return verdicts.judge(event)[0]


def _put_back(path: Path, chosen: list[Letter], now: float) -> None:
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous=FULL")
        db.execute("BEGIN IMMEDIATE")
        try:
            for letter in chosen:
                # Every sink that refused the same event is answered by one replay.
                changed = db.execute(
                    "UPDATE dead_letters SET replayed_at = ? WHERE replayed_at IS NULL AND block_id ="
                    " (SELECT block_id FROM dead_letters WHERE id = ?) AND line = ?",
                    (now, letter.id, letter.line),
                ).rowcount
                if not changed:
                    continue  # sent again by an earlier run
                key = LedgerKey(letter.game_id, letter.event_type, letter.schema_version, letter.hour)
                add_block(db, letter.stream, now, {key: 1}, letter.line)
                add_to_ledger(db, DEAD_LETTERED[letter.stream], {key: -1})
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise

"""Lines that are no stored event, put right by a person: they count once, and the lake stays as it is.

What they are to say is in the studio's books, by file and row, and stands for the line of the lake in every build. So a
warehouse that is made anew has them too.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from game_events_warehouse import books
from game_events_warehouse.books import books_of
from game_events_warehouse.errors import RepairError
from game_events_warehouse.examined import defect_of
from game_events_warehouse.lake import Stream
from game_events_warehouse.loader import Repair
from game_events_warehouse.reader import reading


@dataclass(frozen=True)
class MalformedLine:
    source_file: str
    source_row: int
    """From 1; 0 is the file as a whole, which cannot be unpacked."""
    stream: Stream
    reason: str
    line: str


@dataclass(frozen=True)
class Given:
    """What became of a file of repaired lines."""

    repaired: int
    unchanged: int
    """Lines that say what the lake says."""


def malformed(database: Path) -> list[MalformedLine]:
    """Of the published warehouse, by file and row."""
    with reading(database) as connection:
        rows = connection.execute(
            "select source_file, source_row, stream, reason, line from raw_malformed_lines order by 1, 2"
        ).fetchall()
    return [MalformedLine(*row) for row in rows]


def kept(path: Path) -> list[Repair]:
    """Those in the books."""
    if not path.exists():
        return []
    with books.opened(path) as opened:
        rows = opened.execute("select source_file, source_row, stream, line from repaired_lines order by 1, 2")
        return [Repair(*row) for row in rows]


def load(database: Path, file: Path, *, by: str, now: datetime) -> Given:
    """Keep the lines of a file, an object each as `malformed` tells them, `line` as text or as the event's own object.

    RepairError names the first line that cannot be taken, and then none is: one that is still no stored event, that is
    not malformed in this warehouse, or was repaired before.
    """
    known = {(one.source_file, one.source_row): one for one in malformed(database)}
    path = books_of(database)
    before = {(one.source_file, one.source_row) for one in kept(path)}
    repairs: list[Repair] = []
    places: list[str] = []
    unchanged = 0
    for place, said in _objects(file):
        one = known.get((said.get("source_file"), said.get("source_row")))  # type: ignore[arg-type]
        if one is None or one.source_row == 0:
            raise RepairError(
                f"{place}: the warehouse has no malformed line at {said.get('source_file')!r}"
                f" row {said.get('source_row')!r}; take those that `warehouse malformed list --json` gives"
            )
        if (one.source_file, one.source_row) in before:
            raise RepairError(f"{place}: row {one.source_row} of {one.source_file} was repaired before; build first")
        line = said.get("line")
        text = line if isinstance(line, str) else json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        if text == one.line:
            unchanged += 1
            continue
        repairs.append(Repair(one.source_file, one.source_row, one.stream, text))
        before.add((one.source_file, one.source_row))
        places.append(place)
    _require_sound(repairs, places)
    moment = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with books.opened(path) as opened:
        opened.executemany(
            "insert into repaired_lines values (?, ?, ?, ?, ?, ?)",
            [(one.source_file, one.source_row, one.stream, one.line, by, moment) for one in repairs],
        )
    return Given(len(repairs), unchanged)


def change(path: Path, changed: Callable[[str, bytes], bytes | None]) -> int:
    """Lines in the books become others, and nothing of the former is left in the file; how many."""
    changes = [
        (new.decode(), one.source_file, one.source_row)
        for one in kept(path)
        if (new := changed(one.stream, one.line.encode())) is not None
    ]
    if changes:
        with books.opened(path) as opened:
            opened.execute("pragma secure_delete = on")
            opened.executemany("update repaired_lines set line = ? where source_file = ? and source_row = ?", changes)
    return len(changes)


def _objects(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each with its place in the file; RepairError for what is none."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RepairError(f"{file} cannot be read: {error}") from error
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            said = json.loads(text)
        except ValueError as error:
            raise RepairError(f"{file}:{number}: it is no JSON: {error}") from error
        if not isinstance(said, dict):
            raise RepairError(f"{file}:{number}: it is no object with source_file, source_row and line")
        yield f"{file}:{number}", said


def _require_sound(repairs: list[Repair], places: list[str]) -> None:
    with duckdb.connect() as connection:
        for repair, place in zip(repairs, places, strict=True):
            if fault := defect_of(connection, repair.stream, repair.line):
                raise RepairError(f"{place}: the line is still no stored event: {fault}; nothing was kept")

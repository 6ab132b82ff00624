"""The places of an event before any warehouse: what waits in spool files, dead letters, lines of lake files."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from game_events_api import rfc3339
from game_events_api.spool import SpoolReader, fingerprint_in, lines_of, spool_files

_NAMED = re.compile(r"-(\d{4}(?:-\d\d){5})-")
LONGEST_SECONDS = 900.0
"""From when a file is named to when it is written: what Firehose buffers at most."""
FIELDS = ("received_at", "correlation_id", "key_id")


class Sighting(NamedTuple):
    """An event in one place."""

    seen_in: str
    """`spool`, `dead-letter` or `lake`; a warehouse has names of its own."""
    details: Mapping[str, Any]
    line: bytes = b""
    """What is stored there; empty where the place does not keep it."""


class UnpackedFile(NamedTuple):
    """One file of a lake, unpacked. `changed_at` is in Unix seconds, or None where the lake does not say."""

    path: str
    stream: str
    text: bytes
    changed_at: float | None

    @property
    def written_at(self) -> str | None:
        """RFC 3339. A lake that was copied or restored has other times: then what the file's name says."""
        begun = _begun(self.path)
        if begun is None or (self.changed_at is not None and 0 <= self.changed_at - begun + 1 <= LONGEST_SECONDS):
            return None if self.changed_at is None else moment(self.changed_at)
        return moment(begun)


def _begun(path: str) -> float | None:
    named = _NAMED.search(path)
    try:
        return None if named is None else datetime.strptime(named[1] + "Z", "%Y-%m-%d-%H-%M-%S%z").timestamp()
    except ValueError:  # there is no such day
        return None


def in_spools(
    event_id: str, data_dir: Path, *, passed_over: Callable[[str], None], more: Callable[[], bool] = lambda: True
) -> Iterator[Sighting]:
    """Of every spool file; `more` is asked before each block and each file of dead letters and says whether to go on.

    What is damaged is told to `passed_over`, with the file below `spool/` that it is in; `doctor` says more of it.
    """
    for path in spool_files(data_dir):
        try:
            with SpoolReader(path) as spool:
                yield from _in_spool(event_id, spool, passed_over, more)
        except (sqlite3.Error, OSError, ArithmeticError, TypeError, ValueError):  # a damaged column may hold anything
            if path.exists():  # what was in one that went meanwhile is in the lake
                passed_over(path.name)


def _in_spool(
    event_id: str, spool: SpoolReader, passed_over: Callable[[str], None], more: Callable[[], bool]
) -> Iterator[Sighting]:
    for committed, block in spool.blocks(passed_over):
        if not more():
            return
        place = {"file": spool.path.name, "block": block.id, "stream": block.stream, "at": moment(committed)}
        for _, line in lines_of(event_id, block.data):
            yield Sighting("spool", {**place, **_said(line)}, line)
    for file in spool.letter_files():
        if more() and file.fault() is not None:
            passed_over(file.lies_in)
    for row in spool.dead_letters(event_id, more=more):
        fields = ("id", "sink", "stream", "reason", "attempts")
        details = {name: getattr(row, name) for name in fields}
        replayed = None if row.replayed_at is None else moment(row.replayed_at)
        times = {"at": moment(row.dead_at), "replayed_at": replayed}
        yield Sighting("dead-letter", {"file": row.lies_in, **details, **times, **_whose(row.line)}, row.line)


def in_lake(event_id: str, files: Iterable[UnpackedFile]) -> Iterator[Sighting]:
    """In the order of the files; a row is counted from 1."""
    for file in files:
        for number, line in lines_of(event_id, file.text):
            place = {"file": file.path, "row": number, "stream": file.stream, "at": file.written_at}
            yield Sighting("lake", {**place, **_said(line)}, line)


def _said(line: bytes) -> dict[str, Any]:
    document = json.loads(line)
    return {name: document.get(name) for name in FIELDS if name in document} | _whose(line)


def _whose(line: bytes) -> dict[str, Any]:
    """What with its id the event is known by."""
    try:
        document = json.loads(line)
        event = document.get("event", document)
        return {"game_id": event.get("game_id"), "fingerprint": fingerprint_in(document, line)}
    except (ValueError, AttributeError):  # a dead letter may be anything
        return {}


def moment(seconds: float) -> str:
    return rfc3339.text(datetime.fromtimestamp(seconds, UTC)).decode()

"""Players are erased in everything that a data folder holds, and in its lake.

Each step can be done again: one that died goes on with the same tokens, and the next run finishes it. What says of a
file that it is as it was written hears of its new bytes before they are there.
"""

import gzip
import io
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from isal import igzip

from game_events_api.audit import audit, somebody
from game_events_api.erasure.eraser import Eraser
from game_events_api.erasure.erasures import NAME, Erasure, Erasures, Kind, erased_files, listed
from game_events_api.errors import FileDamaged
from game_events_api.spool import Change, OwnedFile, changed_lines, notes, owned

COMPRESSION = 2
LARGEST = 512 * 1024 * 1024
"""Bytes of lines in a lake file: as the warehouse takes them, twice what delivery may be told to put into one."""


class Lake(Protocol):
    """Where delivered files lie; a directory or a bucket."""

    def files(self) -> Iterable[Any]: ...
    def read(self, file: Any) -> bytes: ...
    def replace(self, file: Any, data: bytes) -> None:
        """Other bytes at the file's path, durable when it returns, and none of the former are kept."""


class EraseWarehouse(Protocol):
    def __call__(self, change: Change, files: Sequence[str]) -> int:
        """Change the lines that the warehouse loaded, of which those `files` of the lake were changed; how many."""


@dataclass
class Outcome:
    """Lines that were changed, by where; `faults` are sentences about what could not be looked into."""

    players: int
    spool: int = 0
    lake: int = 0
    lake_files: int = 0
    warehouse: int = 0
    faults: list[str] = field(default_factory=list)


class Erasing:
    """One data folder, whose server does not run.

    `lake` is None where nothing was delivered yet, `warehouse` where none was built. `step` hears of each step before
    it is done.
    """

    def __init__(
        self,
        data_dir: Path,
        lake: Lake | None,
        warehouse: EraseWarehouse | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        step: Callable[[str], None] = lambda what: None,
    ) -> None:
        self._data_dir = data_dir
        self._lake = lake
        self._warehouse = warehouse
        self._now = now
        self._step = step

    def players(self, game_id: str, users: Sequence[str], kind: Kind, by: str | None = None) -> Outcome:
        """Erase these, and again whoever was erased before and sent since.

        DataFolderInUse where a server runs. What dies, or raises, is finished by the next call.
        """
        with owned(self._data_dir) as spools, _list(self._data_dir) as erasures:
            self._record(f"{kind} begins", by, players=len(users), game_id=game_id)
            names = [*users, *erasures.ask(game_id, users, kind, by or somebody(), self._now())]
            outcome = self._run(kind, erasures, spools, by, [(game_id, name) for name in names])
            outcome.players = len(users)
            return outcome

    def again(self, others: Iterable[Erasure] = (), by: str | None = None) -> Outcome:
        """Erase whoever is on the list, or on another one: what they sent since, or what came back from a backup."""
        with owned(self._data_dir) as spools, _list(self._data_dir) as erasures:
            erasures.merge(others)
            self._record("erase again begins", by, players=len(erasures.all()))
            return self._run("erase again", erasures, spools, by, [])

    def _run(
        self, action: str, erasures: Erasures, spools: Sequence[Path], by: str | None, named: Sequence[tuple[str, str]]
    ) -> Outcome:
        everyone = erasures.all()
        outcome = Outcome(len(everyone))
        eraser = Eraser(everyone, erasures.begin(self._now()), named)
        self._everywhere(erasures, spools, eraser.line, outcome)
        while eraser.has_learnt():
            self._everywhere(erasures, spools, eraser.line, outcome)
        for path in spools:  # last: what was said of the lake before is forgotten too
            self._step(f"forget what {path.name} held")
            with _faults_of(path, outcome), OwnedFile(path) as spool:
                spool.forget()
        if self._warehouse is not None:
            self._step("erase in the warehouse")
            outcome.warehouse = self._warehouse(eraser.line, erased_files(self._data_dir / NAME))
        self._damaged(outcome)
        self._step("throw away what tokens were made of")
        if not outcome.faults:
            erasures.finish(self._now())
        said = {name: value for name, value in vars(outcome).items() if name != "faults"}
        self._record(action, by, **said, faults=len(outcome.faults))
        return outcome

    def _everywhere(self, erasures: Erasures, spools: Sequence[Path], change: Change, outcome: Outcome) -> None:
        outcome.faults.clear()
        self._spools(spools, change, outcome)
        if self._lake is not None:
            self._files(self._lake, erasures, spools, change, outcome)

    def _spools(self, spools: Sequence[Path], change: Change, outcome: Outcome) -> None:
        for path in spools:
            self._step(f"erase in {path.name}")
            with _faults_of(path, outcome), OwnedFile(path) as spool:
                outcome.spool += spool.change(change, self._replayed_as)

    def _replayed_as(self, changes: Sequence[tuple[bytes, bytes]]) -> None:
        path = self._data_dir / "spool" / "replay.db"
        if path.exists():
            with OwnedFile(path) as replays:
                replays.note_replayed(changes)

    def _files(self, lake: Lake, erasures: Erasures, spools: Sequence[Path], change: Change, outcome: Outcome) -> None:
        for file in list(lake.files()):
            stored = lake.read(file)
            packed = file.path.endswith(".gz")
            try:
                data = _unpacked(stored) if packed else stored
            except (EOFError, OSError, zlib.error) as error:  # gzip.BadGzipFile is an OSError
                outcome.faults.append(f"{file.path} cannot be unpacked: {error}; restore it or move it out of the lake")
                continue
            data, changes = changed_lines(change, file.stream, data)
            if not changes:
                continue
            new = bytes(igzip.compress(data, COMPRESSION, mtime=0)) if packed else data
            self._step(f"note the new bytes of {file.path}")
            if file.stream == "rejected":
                self._replayed_as(changes)
            erasures.note_file(file.path, file.stream, new, len(changes), self._now())
            for path in spools:
                with _faults_of(path, outcome), OwnedFile(path) as spool:
                    spool.note_lake_file(file.path, new)
            self._step(f"write {file.path}")
            lake.replace(file, new)
            outcome.lake_files += 1
            outcome.lake += len(changes)

    def _damaged(self, outcome: Outcome) -> None:
        for note in notes(self._data_dir):
            what = "start the server, which salvages it" if note.waits else "look at it and move it away"
            outcome.faults.append(f"spool/damaged/{note.name} may hold what was to be erased: {what}, and erase again")

    def _record(self, action: str, by: str | None, **details: Any) -> None:
        audit(self._data_dir, action, self._now().timestamp(), by, **details)


def erase_restored(
    data_dir: Path, lake: Lake | None, warehouse: EraseWarehouse, others: Iterable[Erasure]
) -> Outcome | None:
    """Erase in a folder from a backup whoever was erased since, by other lists; None where nobody was."""
    known = {(one.key, one.digest, one.kind) for one in listed(data_dir / NAME) if one.done_at is not None}
    fresh = [one for one in others if (one.key, one.digest, one.kind) not in known]
    if not fresh and len(known) == len(listed(data_dir / NAME)):
        return None
    return Erasing(data_dir, lake, warehouse).again(fresh, by="restore")


def _unpacked(stored: bytes) -> bytes:
    with gzip.open(io.BytesIO(stored)) as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise OSError(f"it holds over {LARGEST:,} bytes of lines")
    return data


@contextmanager
def _list(data_dir: Path) -> Iterator[Erasures]:
    try:
        with Erasures(data_dir) as erasures:
            yield erasures
    except sqlite3.Error as error:
        raise FileDamaged(f"{NAME} cannot be used: {error}; restore it from a backup") from error


@contextmanager
def _faults_of(path: Path, outcome: Outcome) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        outcome.faults.append(f"{path.name}: {error}; start the server, which sets right what it can, and erase again")

"""Where damaged blocks and spool files are kept: `spool/damaged/`, each with a note in JSON of what it is.

Nothing in there is ever deleted by the server. What it held and is still legible is delivered; whoever has seen a note
and wants it no more moves it away, with what it is about.
"""

import base64
import errno
import json
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from game_events_api.private_files import make_folder, open_private, sync_folder, touch, write_durably
from game_events_api.spool.blocks import DamagedBlock
from game_events_api.spool.place import Place, place_of

FOLDER = "damaged"


@dataclass(frozen=True)
class Note:
    """`about` is `block`, `file` or `loss`; `found` is Unix seconds; `salvaged` what became of a file, None before."""

    path: Path
    about: str
    spool: str
    found: float
    reason: str
    events: int = 0
    """That no byte tells any more, as far as is known; of a file once it was salvaged."""
    salvaged: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def file(self) -> Path:
        """The damaged spool file; its log lies beside it."""
        return self.path.with_suffix(".db")

    @property
    def waits(self) -> bool:
        """Whether it is of a file that is to be salvaged yet."""
        return self.about == "file" and self.salvaged is None and self.file.exists()

    def write(self, **more: Any) -> None:
        values = {name: value for name, value in vars(self).items() if name != "path"}
        _write(self.path, {**values, **more})

    def with_salvaged(self, lost: int, salvaged: dict[str, Any]) -> "Note":
        note = replace(self, events=lost, salvaged=salvaged)
        note.write()
        return note


def keep_block(spool: Path, block: DamagedBlock, now: float) -> str:
    """The row as it was, under a name that is the same however often it is kept; sqlite3.OperationalError if not."""
    row = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in block.row._asdict().items()
    }
    path = folder_of(spool) / f"{spool.stem}-block-{block.row.id}.json"
    note = Note(path, "block", spool.name, now, block.reason, block.keys.total())
    try:
        note.write(stream=block.stream, row=row)
    except OSError as error:
        raise sqlite3.OperationalError(f"a damaged block cannot be set aside: {error}") from error
    return path.name


def keep_loss(spool: Path, reason: str, now: float) -> None:
    """Of what is gone there is only the word."""
    Note(folder_of(spool) / f"{_unique(spool, now)}.json", "loss", spool.name, now, reason).write()


def set_aside(spool: Path, reason: str, now: float, log: bytes | None = None) -> Note:
    """Take a spool file and its log out of the way, whole at every moment; `log` is what it held, where that is known.

    Linked first and unlinked then: a process that dies in between leaves it twice, not half. FileNotFoundError where
    another process was first.
    """
    folder, place = folder_of(spool), place_of(str(spool))
    if place is None and not Path(f"{spool}-wal").exists():
        raise FileNotFoundError(f"{spool} is gone")
    make_folder(folder)
    known = notes_in(folder) if place is not None else ()
    note = next((one for one in known if place_of(str(one.file)) == place), None)
    if note is None:
        note = Note(folder / f"{_unique(spool, now)}.json", "file", spool.name, now, reason)
        note.write()
        wal = Path(f"{note.file}-wal")
        if log is not None:
            _write_bytes(wal, log)
        else:
            with suppress(FileNotFoundError):
                _link(Path(f"{spool}-wal"), wal)
        if place is None:
            touch(note.file)  # its log is all there is
        else:
            _link(spool, note.file)
        sync_folder(folder)
    for suffix in ("", "-wal", "-shm"):
        Path(f"{spool}{suffix}").unlink(missing_ok=True)
    return note


def notes_in(folder: Path) -> Iterator[Note]:
    """Oldest first. A note that cannot be read tells no more than that it is there."""
    for path in sorted(folder.glob("*.json"), key=lambda path: path.name):
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            told = [said["about"], said["spool"], said["found"], said["reason"], said["events"], said["salvaged"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            told = ["file", path.name, 0.0, f"its note cannot be read: {error}"]
        yield Note(path, *told)


def notes(data_dir: Path) -> list[Note]:
    return list(notes_in(data_dir / "spool" / FOLDER))


def places(directory: Path) -> set[Place]:
    """Of the files that were set aside, out of a folder of spools."""
    return {place for path in (directory / FOLDER).glob("*.db") if (place := place_of(str(path))) is not None}


def folder_of(spool: Path) -> Path:
    return spool.parent / FOLDER


def _unique(spool: Path, now: float) -> str:
    return f"{spool.stem}-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}"


def _write(path: Path, document: dict[str, Any]) -> None:
    make_folder(path.parent)
    write_durably(path, json.dumps(document, indent=1, default=repr).encode(), partial=path.with_suffix(".tmp"))


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EXDEV):  # a file system that knows no links
            raise
        shutil.copyfile(source, target)


def read_open(handle: int) -> bytes:
    """All of a file that is open, whatever became of its name."""
    return os.pread(handle, os.fstat(handle).st_size, 0)


def _write_bytes(target: Path, data: bytes) -> None:
    with open_private(target, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

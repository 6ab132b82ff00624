"""What a backup holds, file by file, and where a folder of backups has it.

<folder>/lake/…                     files of the lake, each once for all backups
<folder>/backups/<moment>/…         the other files of one backup, and inventory.json, written last
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from game_events_api.errors import ApiError
from game_events_api.private_files import make_folder, open_private, write_durably

FORMAT = 1
NAME = "inventory.json"
PIECE = 1 << 20


class BackupUnusable(ApiError):
    """`faults` are sentences, one for each thing that is wrong."""

    def __init__(self, message: str, faults: list[str] | None = None) -> None:
        super().__init__(message)
        self.faults = faults or []


class BackupBusy(ApiError):
    pass


@dataclass(frozen=True)
class Item:
    """One file: `path` below the data folder, `at` below the folder of backups."""

    path: str
    holding: str
    at: str
    bytes: int
    sha256: str
    modified_ns: int = 0
    """Of the original, by which an unchanged file of the lake is known."""


@dataclass
class Inventory:
    name: str
    """The moment at which it began, UTC."""
    items: list[Item] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """`folder` is the backup's own. The digest is of everything else in the file."""
        document: dict[str, Any] = {"format": FORMAT, "name": self.name, "files": [asdict(one) for one in self.items]}
        document["sha256"] = _digest(document)
        write_durably(folder / NAME, json.dumps(document, indent=1).encode(), partial=folder / f"{NAME}.tmp")

    @classmethod
    def read(cls, folder: Path) -> "Inventory":
        """BackupUnusable unless it is whole, and of a version that this one knows."""
        path = folder / NAME
        try:
            document = json.loads(path.read_bytes())
            stated = document.pop("sha256")
            items = [Item(**one) for one in document["files"]]
        except FileNotFoundError:
            raise BackupUnusable(f"{folder} is no complete backup: it has no {NAME}; choose another") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupUnusable(f"{path} cannot be read ({type(error).__name__}); choose another backup") from error
        if document.get("format") != FORMAT:
            raise BackupUnusable(f"{path} is of another version of Game Events; restore it with that one")
        if _digest(document) != stated:
            raise BackupUnusable(f"{path} is damaged: it is not what was written; choose another backup")
        return cls(document["name"], items)


def _digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Backups:
    """A folder of backups."""

    folder: Path

    @property
    def names(self) -> list[str]:
        """Oldest first, unfinished ones that died too."""
        root = self.folder / "backups"
        return sorted(path.name for path in root.iterdir() if not path.name.startswith(".")) if root.is_dir() else []

    def of(self, name: str) -> Path:
        return self.folder / "backups" / name

    def newest(self) -> Inventory | None:
        """The newest that is complete."""
        for name in reversed(self.names):
            try:
                return Inventory.read(self.of(name))
            except BackupUnusable:
                continue
        return None


def digest_of(path: Path) -> tuple[int, str]:
    """Bytes and SHA-256."""
    with path.open("rb") as file:
        return _read_through(file, None)


def copy(source: Path, target: Path, *, whole_lines: bool = False) -> tuple[int, str]:
    """Copy it and read the copy again: bytes and SHA-256. OSError when that is not what was read.

    It is durable once `sync_disk` was called: a sync for each file was most of what a backup of a lake took.
    With `whole_lines`, what follows the last newline is left out: somebody is writing it.
    """
    make_folder(target.parent)
    partial = target.with_name(f".{target.name}.tmp")
    try:
        with source.open("rb") as original, open_private(partial, "wb") as file:
            size, digest = _read_through(original, file, _end_of_lines(original) if whole_lines else None)
        if digest_of(partial) != (size, digest):
            raise OSError(f"{target} does not hold what was written to it; look at the disk")
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if error.errno is not None and error.filename is None:
            error.filename = str(target)
        raise
    return size, digest


def _end_of_lines(file: IO[bytes]) -> int:
    data = file.read()
    file.seek(0)
    return data.rfind(b"\n") + 1


def _read_through(file: IO[bytes], into: IO[bytes] | None, end: int | None = None) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    for piece in _pieces(file, end):
        size += len(piece)
        digest.update(piece)
        if into is not None:
            into.write(piece)
    return size, digest.hexdigest()


def _pieces(file: IO[bytes], end: int | None) -> Iterator[bytes]:
    left = end
    while piece := file.read(PIECE if left is None else min(PIECE, left)):
        yield piece
        if left is not None:
            left -= len(piece)

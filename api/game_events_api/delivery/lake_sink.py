"""The embedded sink: a lake in a folder, every file renamed into place.

`temporary file → fsync → rename → fsync of the directories`: a file is whole and durable, or it is not there.
"""

import os
import random
from pathlib import Path

from game_events_api.delivery.clock import Clock
from game_events_api.delivery.file_sink import FILE_BYTES, FileSink


class Directory:
    """A folder as a store of files. A seam: tests break it at every step."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return f"the lake at {self.root}"

    def write(self, path: str, data: bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = temporary(target)
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
        sync_directory(target.parent)

    def stands(self, path: str) -> bool:
        target = self.root / path
        if target.exists():
            sync_directory(target.parent)
            return True
        temporary(target).unlink(missing_ok=True)
        return False


class LakeSink(FileSink):
    def __init__(
        self,
        root: Path,
        *,
        linger: float = 1.0,
        file_bytes: int = FILE_BYTES,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        store: Directory | None = None,
    ) -> None:
        super().__init__("lake", store or Directory(root), linger=linger, file_bytes=file_bytes, clock=clock, rng=rng)


def sync_directory(directory: Path) -> None:
    """Make the directory's entries durable, and those of its parents, which may be new."""
    for folder in (directory, *list(directory.parents)[:5]):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def temporary(path: Path) -> Path:
    """Readers of the lake skip dotted names and the suffix .tmp."""
    return path.with_name(f".{path.name}.tmp")

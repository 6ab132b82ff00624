"""The embedded sink: a lake in a folder, every file renamed into place.

`temporary file → fsync → rename → fsync of the directories`: a file is whole and durable, or it is not there.
"""

import random
from pathlib import Path

from game_events_api.delivery.clock import Clock
from game_events_api.delivery.file_sink import FILE_BYTES, FileSink
from game_events_api.private_files import make_folder, sync_folder, write_durably


class Directory:
    """A folder as a store of files. A seam: tests break it at every step."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return f"the lake at {self.root}"

    def write(self, path: str, data: bytes) -> None:
        target = self.root / path
        make_folder(target.parent)
        write_durably(target, data, partial=temporary(target))
        self._sync(target.parent)

    def stands(self, path: str) -> bool:
        target = self.root / path
        if target.exists():
            self._sync(target.parent)
            return True
        temporary(target).unlink(missing_ok=True)
        return False

    def _sync(self, folder: Path) -> None:
        """The folder and those above it up to the lake itself: one that died may have made them and synced none."""
        while True:
            sync_folder(folder)
            if folder == self.root or self.root not in folder.parents:
                return
            folder = folder.parent


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


def temporary(path: Path) -> Path:
    """Readers of the lake skip dotted names and the suffix .tmp."""
    return path.with_name(f".{path.name}.tmp")

"""The embedded sink: a lake in a folder, every file renamed into place.

`temporary file → fsync → rename → fsync of the directories`: a file is whole and durable, or it is not there.
"""

import random
import uuid
from pathlib import Path

from game_events_api.delivery.clock import Clock
from game_events_api.delivery.file_sink import FILE_BYTES, FileSink
from game_events_api.private_files import make_folder, sync_folder, write_durably

MARKER = ".game-events-lake"


class Directory:
    """A folder as a store of files. A seam: tests break it at every step."""

    def __init__(self, root: Path, known: Path | None = None) -> None:
        """`known` is a file outside of the lake that remembers the lake's marker; without it none is asked for."""
        self.root = root
        self._known = known

    def __str__(self) -> str:
        return f"the lake at {self.root}"

    def write(self, path: str, data: bytes) -> None:
        self._require_marker()
        target = self.root / path
        make_folder(target.parent)
        write_durably(target, data, partial=temporary(target))
        self._sync(target.parent)
        self._require_marker()  # or the mount went meanwhile, and this lies underneath

    def stands(self, path: str) -> bool:
        self._require_marker()
        target = self.root / path
        if target.exists():
            self._sync(target.parent)
            return True
        temporary(target).unlink(missing_ok=True)
        return False

    def _require_marker(self) -> None:
        """OSError where this is not the folder that was written before: a mount that is gone leaves an empty one."""
        if self._known is None:
            return
        if _text(self._known) is None:  # the first time: whatever lies there is the lake
            found = _text(self.root / MARKER)
            marker = found or uuid.uuid4().hex
            if found is None:
                make_folder(self.root)
                write_durably(self.root / MARKER, marker.encode(), partial=temporary(self.root / MARKER))
            make_folder(self._known.parent)
            write_durably(self._known, marker.encode(), partial=temporary(self._known))
        elif fault := self.misplaced():
            raise OSError(fault)

    def misplaced(self) -> str | None:
        """Why this is not the folder that was written before; None where it is, or none was."""
        known = None if self._known is None else _text(self._known)
        if known is None or (found := _text(self.root / MARKER)) == known:
            return None
        what = "has no marker" if found is None else "has another lake's marker"
        return (
            f"{self.root} {what} ({MARKER}): the lake is not mounted, or another one is."
            f" Mount it; if it was emptied or replaced on purpose, remove {self._known}"
        )

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
        known: Path | None = None,
        linger: float = 1.0,
        file_bytes: int = FILE_BYTES,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        store: Directory | None = None,
    ) -> None:
        super().__init__(
            "lake", store or Directory(root, known), linger=linger, file_bytes=file_bytes, clock=clock, rng=rng
        )


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None


def temporary(path: Path) -> Path:
    """Readers of the lake skip dotted names and the suffix .tmp."""
    return path.with_name(f".{path.name}.tmp")

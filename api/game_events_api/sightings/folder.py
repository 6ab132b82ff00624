"""The files of a lake in a folder, in the order in which they may hold an event that is looked for.

`<stream>/YYYY/MM/DD/HH/<name>`: an event lies under the hour in which it was received, or a later one.
"""

import gzip
import io
import zlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from game_events_api.sightings.places import UnpackedFile

STREAMS = ("events", "rejected")
LARGEST = 128 * 1024 * 1024
"""Unpacked, twice what delivery puts into one unless it is told otherwise; `passed_over` is told of a larger one."""
PIECE = 1024 * 1024


def lake_files(
    root: Path,
    *,
    first: Collection[str] = (),
    without: Collection[str] = (),
    since: str = "",
    passed_over: Callable[[str], None],
    more: Callable[[], bool] = lambda: True,
) -> Iterator[UnpackedFile]:
    """Those named `first`, then all but those `without`, by hour: from the hour `since`, `2026-11-28T09`, on, or the
    newest hour first. A file that cannot be read is told to `passed_over`. `more` is asked before each piece of a file
    and says whether to go on."""
    for path in _paths(root, first, {*first, *without}, since):
        if not more():
            return
        file = root / path
        text = text_of(file, more=more)
        if text is None:
            passed_over(path)
        else:
            yield UnpackedFile(path, path.partition("/")[0], text, _changed_at(file))


def text_of(file: Path, *, largest: int = LARGEST, more: Callable[[], bool] = lambda: True) -> bytes | None:
    """The lines of a file, unpacked; None where it cannot be read, there are over `largest` bytes, or `more` ends it.

    In pieces: a file of a megabyte may hold a gigabyte.
    """
    found = io.BytesIO()
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as opened:
            while piece := opened.read(PIECE):
                found.write(piece)
                if found.tell() > largest or not more():
                    return None
    except (EOFError, OSError, zlib.error):  # gone, elsewhere, or damaged: `reconcile` names it
        return None
    return found.getvalue()


def _paths(root: Path, first: Collection[str], left_out: Collection[str], since: str) -> Iterator[str]:
    yield from first
    for hour in _hours(root, since):
        for stream in STREAMS:
            for file in sorted((root / stream / hour).glob("[!.]*")):
                path = file.relative_to(root).as_posix()
                if path not in left_out and file.suffix != ".tmp" and file.is_file():
                    yield path


def _hours(root: Path, since: str) -> list[str]:
    """`2026/11/28/09`, of both streams."""
    folders = (folder for stream in STREAMS for folder in (root / stream).glob("*/*/*/*"))
    found = {"/".join(folder.parts[-4:]) for folder in folders}
    if not since:
        return sorted(found, reverse=True)
    return sorted(hour for hour in found if hour >= since.replace("-", "/").replace("T", "/"))


def _changed_at(file: Path) -> float | None:
    try:
        return file.stat().st_mtime
    except OSError:  # it went meanwhile, and was read before
        return None

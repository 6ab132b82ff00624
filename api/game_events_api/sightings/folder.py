"""The files of a lake in a folder, in the order in which they may hold an event that is looked for.

`<stream>/YYYY/MM/DD/HH/<name>`: an event lies under the hour in which it was received, or a later one.
"""

import gzip
import zlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from game_events_api.sightings.places import LakeFile

STREAMS = ("events", "rejected")
LARGEST = 64 * 1024 * 1024
"""Packed; `passed_over` is told of a larger one."""


def lake_files(
    root: Path,
    *,
    first: Collection[str] = (),
    without: Collection[str] = (),
    since: str = "",
    passed_over: Callable[[str], None],
) -> Iterator[LakeFile]:
    """Those named `first`, then all but those `without`, by hour: from the hour `since`, `2026-11-28T09`, on, or the
    newest hour first. A file that cannot be read is told to `passed_over`."""
    left_out = {*first, *without}
    for path in first:
        yield from _read(root, path, passed_over)
    for hour in _hours(root, since):
        for stream in STREAMS:
            for file in sorted((root / stream / hour).glob("[!.]*")):
                path = file.relative_to(root).as_posix()
                if path not in left_out and file.suffix != ".tmp" and file.is_file():
                    yield from _read(root, path, passed_over)


def _hours(root: Path, since: str) -> list[str]:
    """`2026/11/28/09`, of both streams."""
    folders = (folder for stream in STREAMS for folder in (root / stream).glob("*/*/*/*"))
    found = {"/".join(folder.parts[-4:]) for folder in folders}
    if not since:
        return sorted(found, reverse=True)
    return sorted(hour for hour in found if hour >= since.replace("-", "/").replace("T", "/"))


def _read(root: Path, path: str, passed_over: Callable[[str], None]) -> Iterator[LakeFile]:
    file = root / path
    try:
        found = file.stat()
        data = file.read_bytes() if found.st_size <= LARGEST else None
        text = gzip.decompress(data) if data is not None and file.suffix == ".gz" else data
    except (EOFError, OSError, zlib.error):  # `reconcile` names it
        text = None
    if text is None:
        passed_over(path)
    else:
        yield LakeFile(path, path.partition("/")[0], text, found.st_mtime)

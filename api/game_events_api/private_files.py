"""Files and folders that only their owner reads, and whose names are on disk when a call returns.

A rename and a new entry are durable when the folder that holds them is synced, not when the file is.
"""

import contextlib
import ctypes
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

FILE_MODE = 0o600
FOLDER_MODE = 0o700
PRIVATE_UMASK = 0o077
"""Of processes whose libraries make files of their own."""


def make_folder(path: Path) -> None:
    """The folder and the parents that it lacks, each durable in its own parent; none that stands is changed."""
    for folder in reversed([one for one in path.parents if not one.exists()]):
        _make(folder)
    _make(path)


def touch(path: Path) -> None:
    """An empty file where there is none: SQLite gives its log and index the mode of the file they belong to."""
    path.touch(mode=FILE_MODE)


def open_private(path: Path, mode: str) -> IO[Any]:
    """As `open`; a file that it creates is the owner's alone."""
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, FILE_MODE))


def write_durably(path: Path, data: bytes, *, partial: Path) -> None:
    """Put `data` at `path` in one step, whole and durable; `partial`, in the same folder, is what it is written as.

    OSError names the file. What stood at `path` stands there still, then, and nothing is left beside it.
    """
    try:
        with open_private(partial, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        error.filename = error.filename or str(path)  # write and fsync do not say which file it was
        raise
    sync_folder(path.parent)


def replace_unsynced(path: Path, document: Mapping[str, Any]) -> None:
    """Put JSON at `path` in one step, for readers of now: after a crash it may be gone."""
    make_folder(path.parent)
    partial = path.with_suffix(".tmp")
    with open_private(partial, "w") as file:
        file.write(json.dumps(document))
    partial.replace(path)


def sync_folder(folder: Path) -> None:
    """Make its entries durable. One that may be written to and not read cannot be synced, and is passed by."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_disk(folder: Path) -> None:
    """Make all that was written to the disk of this folder durable at once; OSError when it cannot be.

    For many files: a sync of each waits for the device each time.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
        if syncfs is None:  # no Linux
            os.sync()
        elif syncfs(handle) != 0:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error), str(folder))
    finally:
        os.close(handle)


def _make(folder: Path) -> None:
    new = not folder.exists()
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    if new:
        sync_folder(folder.parent)

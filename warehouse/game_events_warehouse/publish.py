"""One writer, many readers: the next database grows beside the published one and replaces it by a rename.

A reader opens the published file at any moment and meets no lock. A build that dies leaves the published
database as it was; the next build begins from it again.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from game_events_warehouse.errors import WarehouseBusy


@contextmanager
def next_database(database: Path, *, wait_seconds: float = 0) -> Iterator[Path]:
    """A private copy of `database` to work on, published when the block ends without an exception.

    The copy bears the published file's name, in a directory of its own, because DuckDB names a database
    after its file. Raises WarehouseBusy when another process builds for longer than `wait_seconds`.
    """
    make_folder(database.parent)
    prefix = f".{database.stem}-build-"
    lock = FileLock(database.parent / f"{database.name}.lock", timeout=wait_seconds, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise WarehouseBusy(f"another build is writing {database}; wait for it, or give wait_seconds") from None
    try:
        _remove(database.parent, prefix)  # what a build that was killed has left
        # A directory of its own for every build: when only the building process was killed, its dbt may live
        # a little longer, and must not find the next build's file.
        work = Path(tempfile.mkdtemp(prefix=prefix, dir=database.parent))
        copy = work / database.name
        if database.exists():
            shutil.copyfile(database, copy)
        yield copy
        copy.chmod(0o600)
        _sync(copy)
        os.replace(copy, database)
        _sync(database.parent)
    finally:
        _remove(database.parent, prefix)
        lock.release()


def make_folder(path: Path) -> None:
    """The folder and the parents that it lacks, the owner's alone, each durable in its own parent."""
    for folder in reversed([one for one in (path, *path.parents) if not one.exists()]):
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(folder.parent)


def replace_durably(path: Path, data: bytes) -> None:
    """Other bytes for a file that stands, in one step. OSError, and the former stand, where they cannot be written."""
    partial = path.with_name(f".{path.name}.tmp")
    try:
        with open(partial, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _remove(parent: Path, prefix: str) -> None:
    for work in parent.glob(f"{prefix}*"):
        shutil.rmtree(work, ignore_errors=True)


def _sync(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:  # a folder that may be written to and not read cannot be synced
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

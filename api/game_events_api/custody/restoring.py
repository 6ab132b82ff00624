"""A data folder from a backup, after every byte of it was found to be what was written."""

import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from game_events_api import occupancy
from game_events_api.custody.inventory import Backups, BackupUnusable, Inventory, Item, copy, digest_of
from game_events_api.occupancy import occupied
from game_events_api.private_files import make_folder, sync_disk, sync_folder

Progress = Callable[[str], None]
UNFINISHED = ".restoring"


def check(folder: Path, name: str | None = None, progress: Progress = lambda path: None) -> Inventory:
    """The newest backup in the folder, or the one named, read through. BackupUnusable with every fault of it."""
    backups = Backups(folder)
    if not (folder / "backups").is_dir():
        raise BackupUnusable(f"{folder} is no folder of backups; give the one that `game-events backup` wrote to")
    names = backups.names
    if not names or (name is not None and name not in names):
        raise BackupUnusable(f"{folder} has no backup {name or 'yet'}; there are: {', '.join(names) or 'none'}")
    inventory = Inventory.read(backups.of(name or names[-1]))
    if faults := [fault for item in inventory.items if (fault := _fault(folder, item, progress))]:
        message = f"the backup {inventory.name} is damaged or incomplete, nothing was restored; choose another"
        raise BackupUnusable(message, faults)
    return inventory


def restore(
    folder: Path,
    data_dir: Path,
    name: str | None = None,
    progress: Progress = lambda path: None,
    before: Callable[[Path], None] = lambda unfinished: None,
) -> Inventory:
    """Fill `data_dir`, which is new or empty, from the newest backup or the one named.

    Raises BackupUnusable, and leaves the folder empty, when a file is not what was written, or `data_dir` has something
    in it. DataFolderInUse where a server has it; none starts there meanwhile. OSError when it cannot be written.
    `before` is given the folder while it is not in its place yet.
    """
    if data_dir.exists() and not _is_empty(data_dir):
        raise BackupUnusable(f"{data_dir} is not an empty folder; restore into a new one, and move that into place")
    inventory = check(folder, name, progress)
    make_folder(data_dir)
    with occupied(data_dir):
        _fill(data_dir, folder, inventory, progress, before)
    return inventory


def _is_empty(data_dir: Path) -> bool:
    """But for the lock of a server, or of a restore that ended before its end."""
    return data_dir.is_dir() and all(part.name == occupancy.NAME for part in data_dir.iterdir())


def _fill(
    data_dir: Path, folder: Path, inventory: Inventory, progress: Progress, before: Callable[[Path], None]
) -> None:
    unfinished = data_dir / UNFINISHED
    make_folder(unfinished)
    try:
        for item in inventory.items:
            if copy(folder / item.at, unfinished / item.path) != (item.bytes, item.sha256):
                raise BackupUnusable(f"{item.at} changed while it was being restored; nothing was restored")
            progress(item.path)
        before(unfinished)
        (unfinished / occupancy.NAME).unlink(missing_ok=True)  # in its place it would end the lock that is held
        sync_disk(data_dir)
        # Nothing but renames from here on: a server that starts too early finds no half of a file.
        for part in sorted(unfinished.iterdir()):
            part.rename(data_dir / part.name)
        unfinished.rmdir()
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    sync_folder(data_dir)


def _fault(folder: Path, item: Item, progress: Progress) -> str:
    if PurePosixPath(item.path).is_absolute() or ".." in PurePosixPath(item.path).parts + PurePosixPath(item.at).parts:
        return f"{item.path} would lie outside the folder"
    try:
        found = digest_of(folder / item.at)
    except OSError as error:
        return f"{item.at}: {error.strerror}"
    progress(item.path)
    return "" if found == (item.bytes, item.sha256) else f"{item.at} is not what was written"

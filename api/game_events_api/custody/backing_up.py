"""A backup of a data folder whose server may be running."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from game_events_api.custody import holdings
from game_events_api.custody.holdings import Holding, files_of
from game_events_api.custody.inventory import BackupBusy, Backups, BackupUnusable, Inventory, Item, copy, digest_of
from game_events_api.private_files import FILE_MODE, make_folder, sync_disk, sync_folder
from game_events_api.spool import Elsewhere, copy_database, copy_spool

Progress = Callable[[str], None]


@dataclass
class Outcome:
    """A backup that was made. `faults` are sentences about what the data folder no longer had whole."""

    name: str
    files: int = 0
    bytes: int = 0
    new_bytes: int = 0
    """Of files that no earlier backup in the folder had."""
    faults: list[str] = field(default_factory=list)


def back_up(
    data_dir: Path,
    folder: Path,
    *,
    lake_here: bool = True,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Progress = lambda path: None,
) -> Outcome:
    """Add a backup of `data_dir` to the backups in `folder`, read again after it was written.

    Every event that was acknowledged before the call is in it. `lake_here`: the lake that the spool tells of is the
    data folder's own. Raises BackupUnusable where `folder` cannot be one, BackupBusy while another backup is made in
    it, OSError when it cannot be written; what was begun is removed then, by the next backup at the latest.
    """
    _require_folders(data_dir, folder)
    make_folder(folder / "backups")
    try:
        with FileLock(folder / "backups.lock", timeout=0, mode=FILE_MODE):
            return _Backup(data_dir, Backups(folder), now(), lake_here, progress).make()
    except Timeout:
        raise BackupBusy(f"another backup is being written to {folder}; wait for it") from None


def _require_folders(data_dir: Path, folder: Path) -> None:
    here, there = data_dir.resolve(), folder.resolve()
    if here == there or here in there.parents or there in here.parents:
        raise BackupUnusable(f"{folder} and {data_dir} lie in one another: choose a folder, and a disk, of its own")
    if folder.exists() and not folder.is_dir():
        raise BackupUnusable(f"{folder} is no folder; choose one for backups")
    strange = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    if strange and "backups" not in strange:
        raise BackupUnusable(f"{folder} holds something else ({strange[0]}); choose a folder for backups alone")


class _Backup:
    def __init__(self, data_dir: Path, backups: Backups, now: datetime, lake_here: bool, progress: Progress) -> None:
        self._data_dir = data_dir
        self._backups = backups
        self._lake_here = lake_here
        self._progress = progress
        self._inventory = Inventory(f"{now.astimezone(UTC):%Y-%m-%dT%H-%M-%S.%fZ}")
        self._outcome = Outcome(self._inventory.name)
        self._partial = backups.of(f".{self._inventory.name}")
        self._delivered: dict[str, str] = {}
        self._announced: set[str] = set()
        self._letters: set[str] = set()

    def make(self) -> Outcome:
        for died in self._backups.of("").glob(".*"):
            shutil.rmtree(died, ignore_errors=True)
        for half_written in (self._backups.folder / "lake").rglob(".*.tmp"):
            half_written.unlink(missing_ok=True)
        make_folder(self._partial)
        try:
            for holding in holdings.HOLDINGS:
                if holding is holdings.SPOOL:
                    standing = set(files_of(holdings.LAKE, self._data_dir))  # before the spool: these it has delivered
                    letters = [item.path for item in self._inventory.items if item.holding == holdings.LETTERS.name]
                    self._take_spools()
                    self._choose_letters(letters)
                elif holding is not holdings.LAKE:
                    for path in files_of(holding, self._data_dir):
                        self._take(holding, path)
            self._take_lake(standing)
            sync_disk(self._backups.folder)  # before the inventory, which says that all of it is there
            self._inventory.write(self._partial)
            self._partial.rename(self._backups.of(self._inventory.name))
        except BaseException:
            shutil.rmtree(self._partial, ignore_errors=True)
            raise
        sync_folder(self._backups.of(""))
        return self._outcome

    def _take(self, holding: Holding, path: str) -> None:
        if holding.how != "database":
            return self._take_bytes(holding, path)
        source, target = self._data_dir / path, self._partial / "files" / path
        make_folder(target.parent)
        try:
            copy_database(source, target)
        except sqlite3.Error as error:
            if source.exists():
                self._outcome.faults.append(f"{path} is not sound ({error}); it was taken byte for byte")
            return self._take_bytes(holding, path)
        self._note(holding, path, *digest_of(target), new=True)

    def _take_bytes(self, holding: Holding, path: str) -> None:
        try:
            size, digest = copy(
                self._data_dir / path, self._partial / "files" / path, whole_lines=holding.how == "appended"
            )
        except FileNotFoundError:
            return  # it was replaced or removed since it was listed
        self._note(holding, path, size, digest, new=True)

    def _take_spools(self) -> None:
        """Until there is none that was not taken: a damaged one makes room for another."""
        taken: set[str] = set()
        while fresh := [path for path in files_of(holdings.SPOOL, self._data_dir) if path not in taken]:
            for path in fresh:
                taken.add(path)
                self._take_spool(path)

    def _take_spool(self, path: str) -> None:
        target = self._partial / "files" / path
        make_folder(target.parent)
        try:
            said = copy_spool(self._data_dir / path, target)
        except sqlite3.Error as error:
            if not (self._data_dir / path).exists():
                return  # set aside meanwhile: it is among the damaged ones, which are taken later
            self._outcome.faults.append(f"{path} is not sound ({error}); it was taken byte for byte, with its log")
            for part in (path, f"{path}-wal"):
                self._take_bytes(holdings.SPOOL, part)
            return
        self._note(holdings.SPOOL, path, *digest_of(target), new=True)
        self._remember(said)

    def _remember(self, said: Elsewhere) -> None:
        self._delivered.update({f"lake/{path}": digest for path, digest in said.delivered.items()})
        self._announced.update(f"lake/{path}" for path in said.announced)
        self._letters.update(f"spool/{path}" for path in said.letter_files)

    def _choose_letters(self, standing: list[str]) -> None:
        """Those that the copy of the spool has in force; of others the letters are in it, or were sent again."""
        if not self._outcome.faults:  # else nobody knows which those are
            for path in set(standing) - self._letters:
                (self._partial / "files" / path).unlink()
                self._uncount(path)
        for path in sorted(self._letters - set(standing)):
            self._take(holdings.LETTERS, path)
            if not (self._partial / "files" / path).exists():
                self._outcome.faults.append(f"{path} is missing: the spool says that it holds dead letters")

    def _take_lake(self, standing: set[str]) -> None:
        """What stood before the spool was copied, and what the copy says was delivered: all of one moment.

        A file that came later is left out. Its events wait in the copy of the spool, and would be in the lake twice.
        """
        former = self._backups.newest()
        known = {item.path: item for item in former.items} if former is not None else {}
        announced = {path for path in self._announced if (self._data_dir / path).exists()}
        for path in sorted(standing | announced | (self._delivered.keys() if self._lake_here else set())):
            try:
                self._take_lake_file(path, known.get(path))
            except FileNotFoundError:
                if path in self._delivered:
                    self._outcome.faults.append(f"{path} is missing: the spool says that it was delivered")

    def _take_lake_file(self, path: str, known: Item | None) -> None:
        source = self._data_dir / path
        status = source.stat()
        same = known is not None and (known.bytes, known.modified_ns) == (status.st_size, status.st_mtime_ns)
        if known is not None and same and _has(self._backups.folder / known.at, known.bytes):
            item, new = known, False
        else:
            size, digest = digest_of(source)
            at, new = self._place(path, size, digest)
            if new:
                size, digest = copy(source, self._backups.folder / at)
            item = Item(path, holdings.LAKE.name, at, size, digest, status.st_mtime_ns)
        if self._delivered.get(path, item.sha256) != item.sha256:
            self._outcome.faults.append(f"{path} is not what was delivered: its bytes have changed since")
        self._count(item, new)

    def _place(self, path: str, size: int, digest: str) -> tuple[str, bool]:
        """Where the file is to be, and whether it still has to be written there."""
        for at in (path, f"{path}.{digest[:16]}"):
            target = self._backups.folder / at
            if not target.exists():
                return at, True
            if digest_of(target) == (size, digest):
                return at, False
        return f"{path}.{digest}.{self._inventory.name}", True  # both are damaged, and other backups may name them

    def _note(self, holding: Holding, path: str, size: int, digest: str, *, new: bool) -> None:
        self._count(Item(path, holding.name, f"backups/{self._inventory.name}/files/{path}", size, digest), new)

    def _count(self, item: Item, new: bool) -> None:
        self._inventory.items.append(item)
        self._outcome.files += 1
        self._outcome.bytes += item.bytes
        self._outcome.new_bytes += item.bytes if new else 0
        self._progress(item.path)

    def _uncount(self, path: str) -> None:
        (gone,) = [item for item in self._inventory.items if item.path == path]
        self._inventory.items.remove(gone)
        self._outcome.files -= 1
        self._outcome.bytes -= gone.bytes
        self._outcome.new_bytes -= gone.bytes


def _has(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size

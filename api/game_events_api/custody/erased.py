"""What a folder of backups has to do with players who were erased after its backups were made."""

from collections.abc import Collection
from pathlib import Path

from game_events_api.custody.inventory import Backups, BackupUnusable, Inventory, copy


def lists_of(folder: Path, name: str) -> list[Path]:
    """The list of erasures of that file name, as far as the folder has it: laid beside, and in its newest backup."""
    newest = Backups(folder).newest()
    backed_up = [folder / item.at for item in newest.items if item.path == name] if newest else []
    return [path for path in (folder / name, *backed_up) if path.is_file()]


def lay_beside(folder: Path, path: Path) -> None:
    """Keep a list of erasures in a folder of backups, for whatever is restored from it. OSError where it cannot be."""
    copy(path, folder / path.name)


def forget(folder: Path, erased: Collection[str]) -> int:
    """Remove former bytes of files of the lake that erasures wrote anew and no backup names any more; how many.

    `erased` are paths below the lake. Where a backup cannot be read, nothing is removed.
    """
    backups = Backups(folder)
    try:
        named = {item.at for name in backups.names for item in Inventory.read(backups.of(name)).items}
    except BackupUnusable:
        return 0
    removed = 0
    for path in erased:
        place = folder / "lake" / path
        for file in sorted(place.parent.glob(f"{place.name}*")):
            if file.relative_to(folder).as_posix() not in named:
                file.unlink()
                removed += 1
    return removed

"""A backup gives nothing back but what was written, and writes over nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from game_events_api.custody import BackupUnusable, back_up, restore
from game_events_api.custody.inventory import Inventory
from game_events_api.errors import DataFolderInUse
from game_events_api.occupancy import occupied
from unit.api.custody.samples import MAKERS, contents, make_keys


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def every_file(backups: Path) -> Iterator[Path]:
    return (path for path in sorted(backups.rglob("*")) if path.is_file() and path.suffix != ".lock")


@pytest.mark.parametrize("how", ["flipped", "cut", "removed", "emptied"])
def test_a_backup_with_one_damaged_file_is_refused_whichever_it_is(
    data_dir: Path, backups: Path, tmp_path: Path, how: str
) -> None:
    for make in MAKERS.values():
        make(data_dir)
    back_up(data_dir, backups)
    files = list(every_file(backups))
    assert len(files) > len(MAKERS)
    for path in files:
        whole = path.read_bytes()
        middle = len(whole) // 2
        damaged = {"flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :], "cut": whole[:-1]}
        if how == "removed":
            path.unlink()
        else:
            path.write_bytes(damaged.get(how, b""))
        for _ in range(2):
            with pytest.raises(BackupUnusable) as refused:
                restore(backups, tmp_path / "restored")
            said = " ".join([str(refused.value), *refused.value.faults])
            assert path.name in said, (path, said)
        assert not (tmp_path / "restored").exists()
        path.write_bytes(whole)
    restore(backups, tmp_path / "restored")


def test_a_restore_writes_into_nothing_that_stands(data_dir: Path, backups: Path, tmp_path: Path) -> None:
    make_keys(data_dir)
    back_up(data_dir, backups)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").write_text("kept")
    (tmp_path / "file").write_text("kept")
    for target in ("full", "file", "data"):
        with pytest.raises(BackupUnusable, match="not an empty folder"):
            restore(backups, tmp_path / target)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["a"]
    (tmp_path / "empty").mkdir()
    restore(backups, tmp_path / "empty")
    assert contents(tmp_path / "empty") == contents(data_dir)


def test_a_backup_names_no_file_outside_the_folder(data_dir: Path, backups: Path, tmp_path: Path) -> None:
    make_keys(data_dir)
    outcome = back_up(data_dir, backups)
    folder = backups / "backups" / outcome.name
    inventory = Inventory.read(folder)
    for path in ("../keys.json", "/keys.json"):
        Inventory(inventory.name, [replace(inventory.items[0], path=path)]).write(folder)
        with pytest.raises(BackupUnusable) as refused:
            restore(backups, tmp_path / "restored")
        assert "outside" in refused.value.faults[0]


def test_no_server_starts_on_a_folder_while_it_is_being_restored(data_dir: Path, backups: Path, tmp_path: Path) -> None:
    make_keys(data_dir)
    back_up(data_dir, backups)
    target, refused = tmp_path / "restored", []

    def start_a_server(unfinished: Path) -> None:
        with occupied(unfinished):  # as who erases in it has
            pass
        with pytest.raises(DataFolderInUse) as error, occupied(target):
            pass
        refused.append(str(error.value))

    restore(backups, target, before=start_a_server)
    assert [str(target) in one for one in refused] == [True]
    with occupied(target):
        assert (target / "keys.json").exists()

"""What is made is the owner's alone and durable under its name; what stood there survives a failure."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from game_events_api import private_files


@pytest.fixture
def open_umask() -> Iterator[None]:
    former = os.umask(0)
    yield
    os.umask(former)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Syncs and renames in their order, each with the name of its file or folder."""
    taken: list[str] = []
    sync, rename = os.fsync, Path.replace

    def seen_sync(handle: int) -> None:
        taken.append(f"sync {Path(os.readlink(f'/proc/self/fd/{handle}')).name}")
        sync(handle)

    def seen_rename(path: Path, target: Path) -> Path:
        taken.append(f"rename {path.name} {target.name}")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", seen_sync)
    monkeypatch.setattr(Path, "replace", seen_rename)
    return taken


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("open_umask")
def test_whatever_the_umask_only_the_owner_reads(tmp_path: Path) -> None:
    private_files.make_folder(tmp_path / "a" / "b")
    private_files.touch(tmp_path / "a" / "empty")
    private_files.write_durably(tmp_path / "a" / "whole", b"1", partial=tmp_path / "a" / "partial")
    with private_files.open_private(tmp_path / "a" / "log", "a") as file:
        file.write("1")
    assert {path.name: mode(path) for path in tmp_path.rglob("*")} == {
        "a": 0o700,
        "b": 0o700,
        "empty": 0o600,
        "whole": 0o600,
        "log": 0o600,
    }


def test_a_folder_that_stands_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir(mode=0o750)
    private_files.make_folder(tmp_path / "shared")
    assert mode(tmp_path / "shared") == 0o750


def test_every_new_folder_is_synced_in_the_one_above(tmp_path: Path, steps: list[str]) -> None:
    private_files.make_folder(tmp_path / "a" / "b")
    assert steps == [f"sync {tmp_path.name}", "sync a"]


def test_the_folder_is_synced_after_the_rename_and_the_file_before(tmp_path: Path, steps: list[str]) -> None:
    private_files.write_durably(tmp_path / "whole", b"1", partial=tmp_path / "partial")
    assert steps == ["sync partial", "rename partial whole", f"sync {tmp_path.name}"]


def test_on_a_full_disk_the_file_is_named_and_stays_what_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "whole").write_bytes(b"before")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="whole"):
        private_files.write_durably(tmp_path / "whole", b"after", partial=tmp_path / "partial")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"whole": b"before"}


def test_a_folder_that_may_not_be_read_is_written_to_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", closed)
    private_files.sync_folder(tmp_path)

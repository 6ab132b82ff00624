"""`game-events backup` and `restore` say in one line what they did or why not, and end with a code that says so."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from game_events_api.occupancy import occupied
from game_events_cli.main import app
from typer.testing import CliRunner
from unit.api.delivery.spool_maker import SpoolMaker, line


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    SpoolMaker(tmp_path / "data").append([line(1)])
    return tmp_path / "data"


@pytest.fixture
def made(data_dir: Path, tmp_path: Path) -> Path:
    backups = tmp_path / "backups"
    assert run("backup", "--data-dir", data_dir, "--to", backups).exit_code == 0
    return backups


def test_it_is_made_checked_and_restored(data_dir: Path, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backup = run("backup", "--data-dir", data_dir, "--to", backups, "--json")
    assert (backup.exit_code, json.loads(backup.stdout)["files"]) == (0, 2)
    assert run("restore", "--from", backups, "--check").exit_code == 0
    restored = run("restore", "--from", backups, "--data-dir", tmp_path / "new", "--json")
    assert (restored.exit_code, json.loads(restored.stdout)["files"]) == (0, 2)


def test_of_a_damaged_folder_it_is_made_and_says_what_is_wrong(data_dir: Path, tmp_path: Path) -> None:
    (path,) = (data_dir / "spool").glob("*.db")
    path.write_bytes(b"no database at all")
    backup = run("backup", "--data-dir", data_dir, "--to", tmp_path / "backups")
    assert backup.exit_code == 1
    assert path.name in backup.stderr
    assert run("restore", "--from", tmp_path / "backups", "--data-dir", tmp_path / "new").exit_code == 0


def test_a_damaged_backup_is_refused_with_the_files_names(made: Path, tmp_path: Path) -> None:
    (file,) = made.rglob("*.db")
    file.write_bytes(b"")
    for more in ("--check",), ("--data-dir", tmp_path / "new"):
        refused = run("restore", "--from", made, *more)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert file.name in refused.stderr
    assert not (tmp_path / "new").exists()


def test_a_folder_that_a_server_has_is_not_restored_into_and_one_that_it_had_is(made: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    with occupied(new):
        refused = run("restore", "--from", made, "--data-dir", new)
        assert (refused.exit_code, refused.stdout) == (75, "")
        assert f"{new} is in use by process {os.getpid()}" in refused.stderr
        assert [path.name for path in new.iterdir()] == ["server.lock"]
    assert run("restore", "--from", made, "--data-dir", new).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backup", "--data-dir", "nowhere", "--to", "b"), "nowhere is no folder"),
        (("backup", "--data-dir", "data", "--to", "data/b"), "lie in one another"),
        (("backup", "--data-dir", "data", "--to", "data/spool/spool.db"), "lie in one another"),
        (("restore", "--from", "nowhere", "--data-dir", "new"), "is no folder of backups"),
        (("restore", "--from", "data", "--data-dir", "new"), "is no folder of backups"),
        (("restore", "--from", "backups", "--backup", "other", "--data-dir", "new"), "no backup other"),
        (("restore", "--from", "backups", "--data-dir", "data"), "not an empty folder"),
    ],
)
@pytest.mark.usefixtures("made")
def test_what_cannot_be_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = run(*arguments)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert len(refused.stderr.splitlines()) == 1, refused.stderr
    assert said in refused.stderr
    assert not (tmp_path / "new").exists()


def test_a_misspelt_setting_is_one_line(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAME_EVENTS_SINKS", "s3")
    refused = run("backup", "--data-dir", data_dir, "--to", tmp_path / "b")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "GAME_EVENTS_SINK" in refused.stderr


def test_while_another_is_being_written_it_is_busy(made: Path, data_dir: Path) -> None:
    with FileLock(made / "backups.lock"):
        assert run("backup", "--data-dir", data_dir, "--to", made).exit_code == 75

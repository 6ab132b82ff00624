"""What is wrong with the user's files is said in one line, with what to do, and nothing is made in their place."""

import errno
import gzip
import os
from pathlib import Path
from typing import Any

import pytest
import typer
from game_events_cli.main import app
from game_events_cli.plain_errors import PlainErrors
from typer.testing import CliRunner


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, arguments)


def broken_data_dirs(folder: Path) -> dict[str, str]:
    """By name, the ways in which a data folder is none."""
    (folder / "file").write_text("")
    for name, text in (("text", "{"), ("list", "[]"), ("entry", '{"keys": [{}]}'), ("bytes", "\0")):
        (folder / name).mkdir()
        (folder / name / "keys.json").write_text(text)
    (folder / "folder" / "keys.json").mkdir(parents=True)
    return {name: str(folder / name) for name in ("file", "text", "list", "entry", "bytes", "folder", "nowhere")}


@pytest.mark.parametrize(
    ("command", "data_dirs"),
    [
        (("keys", "list"), ("file", "text", "list", "entry", "bytes", "folder")),
        (("keys", "create"), ("file", "text", "list", "folder")),
        (("keys", "revoke", "nobody"), ("file", "text", "folder")),
        (("rejected", "replay"), ("file",)),
        (("dead-letters", "replay"), ("file",)),
        (("reconcile",), ("file", "nowhere", "text")),
    ],
    ids=lambda value: " ".join(value),
)
def test_an_unusable_data_folder_is_one_line(
    tmp_path: Path, command: tuple[str, ...], data_dirs: tuple[str, ...]
) -> None:
    broken = broken_data_dirs(tmp_path)
    for name in data_dirs:
        refused = run(*command, "--data-dir", broken[name])
        assert (refused.exit_code, refused.stdout) == (2, ""), (name, refused)
        assert len(refused.stderr.splitlines()) == 1, (name, refused.stderr)
        assert broken[name] in refused.stderr
        assert "; " in refused.stderr, "it says what to do"


@pytest.mark.parametrize("verb", ["list", "stats", "replay", "show"])
def test_a_lake_that_is_not_there_is_one_line(tmp_path: Path, verb: str) -> None:
    nowhere = str(tmp_path / "nowhere")
    arguments = ("name",) if verb == "show" else ()
    refused = run("rejected", verb, *arguments, "--data-dir", str(tmp_path), "--lake", nowhere)
    assert (refused.exit_code, refused.stdout) == (2, ""), refused
    assert len(refused.stderr.splitlines()) == 1, refused.stderr
    assert nowhere in refused.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("dead-letters", "list"),
        ("dead-letters", "replay"),
        ("rejected", "stats"),
        ("rejected", "replay"),
        ("trace", "0192f0c1-2a3b-7c4d-8e5f-001122334455"),
        ("reconcile",),
        ("firehose-cost",),
        ("keys", "list"),
        ("keys", "revoke", "abc"),
    ],
)
def test_a_misspelt_data_folder_is_one_line_and_not_made(tmp_path: Path, command: tuple[str, ...]) -> None:
    misspelt = tmp_path / "dta"
    refused = run(*command, "--data-dir", str(misspelt))
    assert (refused.exit_code, refused.stdout) == (2, ""), refused
    assert refused.stderr == f"{misspelt} is no folder; give the server's data folder with --data-dir\n"
    assert not misspelt.exists()


def test_a_damaged_lake_file_is_one_line(tmp_path: Path) -> None:
    damaged = tmp_path / "lake" / "rejected" / "2026" / "cut-off.gz"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(gzip.compress(b"{}" * 1000)[:-9])
    for where in ((), ("--lake", str(tmp_path / "lake"))):
        refused = run("rejected", "list", "--data-dir", str(tmp_path), *where)
        assert (refused.exit_code, refused.stdout) == (2, ""), refused
        assert len(refused.stderr.splitlines()) == 1, refused.stderr
        assert "cut-off.gz" in refused.stderr
    assert run("trace", "0192f0c1-2a3b-7c4d-8e5f-001122334455", "--data-dir", str(tmp_path)).exit_code == 1


def test_a_broken_key_file_is_left_as_it_is(tmp_path: Path) -> None:
    folder = broken_data_dirs(tmp_path)["text"]
    assert run("keys", "create", "--data-dir", folder).exit_code == 2
    assert (Path(folder) / "keys.json").read_text() == "{"


def test_a_checkout_without_schemas_is_not_found_to_be_clean(tmp_path: Path) -> None:
    for command in ("lint", "check", "publish"):
        refused = run("schemas", command, "--root", str(tmp_path))
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert refused.stderr == f"{tmp_path} has no folder schemas; give a checkout with --root\n"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG])
@pytest.mark.parametrize("command", [("keys", "create"), ("keys", "revoke", "ID"), ("rejected", "replay")])
def test_a_disk_that_takes_nothing_is_one_line_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], number: int
) -> None:
    key_id = run("keys", "create", "--data-dir", str(tmp_path)).stdout.split("_")[2]
    (tmp_path / "lake").mkdir()
    before = (tmp_path / "keys.json").read_bytes()

    def refuse(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    refused = run(*(part.replace("ID", key_id) for part in command), "--data-dir", str(tmp_path))
    assert (refused.exit_code, refused.stdout) == (2, ""), refused
    assert len(refused.stderr.splitlines()) == 1, refused.stderr
    assert "; " in refused.stderr, "it says what to do"
    assert (tmp_path / "keys.json").read_bytes() == before
    assert not (tmp_path / "keys.tmp").exists()


@pytest.mark.parametrize(("missing", "is_said"), [("engine_of_others", True), ("game_events_asker.gone", False)])
def test_what_is_not_installed_is_one_line_and_what_is_our_fault_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, is_said: bool
) -> None:
    (tmp_path / "game_events_asker").mkdir()
    (tmp_path / "game_events_asker" / "__init__.py").write_text(f"import {missing}\n")
    monkeypatch.syspath_prepend(tmp_path)
    commands = typer.Typer(cls=PlainErrors, callback=lambda: None)

    @commands.command()
    def ask() -> None:
        __import__("game_events_asker")

    refused = CliRunner().invoke(commands, ["ask"])
    if is_said:
        assert (refused.exit_code, refused.stdout, len(refused.stderr.splitlines())) == (2, "", 1)
        assert "needs engine_of_others" in refused.stderr
        assert "pip install game-events-asker" in refused.stderr
    else:
        assert isinstance(refused.exception, ModuleNotFoundError)

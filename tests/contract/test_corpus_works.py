"""Every event of the corpus that the lint lets in works everywhere: published together, imported, type-checked, sent by
SDK and HTTP over a socket, and judged alike by server, jsonschema and model."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import ServerFactory
from contract.checkout import copy_checkout
from contract.corpus import WORKING, write
from contract.corpus.random_events import drawn
from game_events_contract.codegen import drift
from game_events_contract.lint import lint_file
from game_events_contract.repository import ROOT, SchemaRepository

DRAWN = 12
COPIES = 8
"""How many changed copies of an event's examples are judged by all."""


def write_all(checkout: Path, drawn_events: range) -> None:
    """The corpus, and what of the drawn events the lint lets in."""
    copy_checkout(checkout)
    write([*WORKING, *drawn(drawn_events)], checkout)
    for file in SchemaRepository(checkout / "schemas").files:
        if file.name.startswith("drawn_") and lint_file(file):
            shutil.rmtree(file.path.parent)


def publish(checkout: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "game_events_cli.main", "schemas", "publish", "--root", str(checkout)]
    return subprocess.run(command, capture_output=True, text=True)


@contextmanager
def on_path(checkout: Path) -> Iterator[None]:
    """Processes that start within import what is published in the checkout."""
    folders = (checkout / "generated", checkout / "sdk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(map(str, folders)))
        yield


def used(start_server: ServerFactory, checkout: Path, drawn_events: int, copies: int) -> dict[str, object]:
    with on_path(checkout):
        server = start_server(workers=1, events_per_second=1e6)
        command = [
            sys.executable,
            "-m",
            "contract.corpus.users",
            server.url,
            server.key,
            str(drawn_events),
            str(copies),
        ]
        path = os.pathsep.join([os.environ["PYTHONPATH"], str(ROOT / "tests")])
        ended = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path})
        server.stop()
    assert ended.returncode == 0, ended.stderr
    found: dict[str, object] = json.loads(ended.stdout)
    return found


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    write_all(folder, range(DRAWN))
    return folder


@pytest.mark.timeout(600)
def test_the_corpus_is_published_and_everybody_sends_and_judges_its_events_alike(
    checkout: Path, start_server: ServerFactory
) -> None:
    ended = publish(checkout)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = used(start_server, checkout, DRAWN, COPIES)
    assert found["found"] == []
    assert found["events"] >= len(WORKING) + DRAWN // 2  # type: ignore[operator]


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_many_drawn_events_are_published_and_judged_alike(tmp_path: Path, start_server: ServerFactory) -> None:
    write_all(tmp_path, range(DRAWN, DRAWN + 200))
    ended = publish(tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert drift(tmp_path) == []
    assert used(start_server, tmp_path, DRAWN + 200, 40)["found"] == []

"""The trip that docs/architecture.md tells, taken by a real purchase: every function it names is called."""

import ast
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import duckdb
import httpx
import pytest
from conftest import ServerFactory
from documents import ROOT, Reference, references, section
from game_events_models import contract
from game_events_warehouse.build import build
from unit.stored_lines import event_id, stamp

PAGE = ROOT / "docs" / "architecture.md"
WATCH = """
import os, sys, threading

noted = set()

def note(frame, event, argument):
    code = frame.f_code
    if event == "call" and code not in noted:
        noted.add(code)
        with open(os.environ["NOTED"], "a") as file:
            print(f"{code.co_filename}::{code.co_qualname}", file=file)

def begin(event, arguments):
    if event in ("socket.bind", "sqlite3.connect") and sys.getprofile() is None:
        sys.setprofile(note)

threading.setprofile(note)
sys.addaudithook(begin)
"""
"""Every process notes the functions that it calls, in its main thread once it listens or opens a spool file: the
imports before that would take three times as long."""


def told() -> list[tuple[str, Reference]]:
    """Heading and function of the trip; what happens otherwise is left out."""
    found = []
    for part in re.split(r"^### ", section(PAGE, "One purchase, from bytes to a fact"), flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n")
        usual = [one for one in text.split("\n\n") if not one.strip().startswith("Otherwise")]
        found += [(heading, one) for one in references("\n\n".join(usual)) if is_function(one)]
    return found


def is_function(reference: Reference) -> bool:
    if reference.file is None or reference.file.suffix != ".py" or not reference.name:
        return False
    body: list[ast.stmt] = ast.parse(reference.file.read_text(encoding="utf-8")).body
    for name in reference.name.split("."):
        node = next(one for one in body if getattr(one, "name", None) == name)
        body = getattr(node, "body", [])
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Trip:
    """The functions that were called for the first time after the purchase was sent, in order, and before."""

    after: Sequence[str]
    before: Sequence[str]
    database: Path

    def called(self, one: Reference) -> bool:
        return spelled(one) in self.after or spelled(one) in self.before


def spelled(one: Reference) -> str:
    return f"{one.file}::{one.name}"


@pytest.fixture(scope="module")
def trip(tmp_path_factory: pytest.TempPathFactory, start_server: ServerFactory) -> Trip:
    folder = tmp_path_factory.mktemp("watched")
    (folder / "sitecustomize.py").write_text(WATCH)
    noted = folder / "noted"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        patch.setenv("NOTED", str(noted))
        server = start_server(linger_seconds=0.1)
    before = noted.read_text().splitlines()
    purchase: dict[str, Any] = contract.schema("purchase", "1-0-0")["examples"][0]
    body = purchase | {"event_id": event_id(1), "event_time": stamp(datetime.now(UTC))}
    httpx.post(f"{server.url}/v1/events/purchase", json=body, headers=server.headers).raise_for_status()
    server.wait_until_delivered()
    server.stop()
    after = noted.read_text().splitlines()[len(before) :]
    database = server.data_dir / "warehouse.duckdb"
    return Trip(
        [*after, *called_by(lambda: build(lake=str(server.data_dir / "lake"), database=database))], before, database
    )


def called_by(act: Callable[[], object]) -> list[str]:
    calls: dict[str, None] = {}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            calls[f"{frame.f_code.co_filename}::{frame.f_code.co_qualname}"] = None

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return list(calls)


def test_a_purchase_calls_every_function_that_the_page_tells(trip: Trip) -> None:
    assert [f"{heading}: {one.path}::{one.name}" for heading, one in told() if not trip.called(one)] == []
    with duckdb.connect(str(trip.database), read_only=True) as warehouse:
        assert warehouse.execute("select event_id from fct_purchases").fetchall() == [(event_id(1),)]


def test_the_rooms_are_told_in_the_order_in_which_a_purchase_comes_to_them(trip: Trip) -> None:
    own = [
        (heading, one) for heading, one in told() if one.path.startswith(re.findall(r"\w+", heading)[0].lower() + "/")
    ]
    first: dict[str, int] = {}
    for heading, one in own:
        if spelled(one) in trip.after:
            first[heading] = min(first.get(heading, sys.maxsize), trip.after.index(spelled(one)))
    assert len(first) == 7
    assert list(first) == sorted(first, key=lambda heading: first[heading])

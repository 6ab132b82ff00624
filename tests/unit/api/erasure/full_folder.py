"""A data folder with one player in every place of it, among others; and what it says."""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from game_events_api import ledger
from game_events_api.delivery.spools import Spools
from game_events_api.erasure import Erasing, Outcome
from game_events_api.ledger import FoundFile
from game_events_api.spool import SpoolReader, readers
from game_events_api.spool.blocks import DeadLetter, Settled
from game_events_api.spool.failed_objects import FailedRecord, failed_objects
from game_events_api.spool.letter_files import inflated, move_out
from game_events_models.identity import fingerprint_of_line
from game_events_warehouse.lake import DirectoryLake, unpacked
from unit.api.custody.samples import deliver
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import NOON, SpoolMaker, line, rejected_line
from unit.api.recovery.kept_events import bury, install
from unit.stored_lines import event_id

GAME = "puzzle-quest"
PLAYER = "player-000123"
SESSION = "session-of-000123"
AS_BEFORE = [
    ledger.Difference("lake", f"{GAME}/install/1-0-0/2026-11-20T12", "the ledger counts 2 delivered, the lake 3")
]
"""One event is in the lake and, as what Firehose could not deliver, a dead letter: no real folder has both."""


def of_player(number: int, **beside: Any) -> bytes:
    """A line of the player, with an address among its properties."""
    document = json.loads(line(number)) | beside
    document["event"] |= {"user_id": PLAYER, "session_id": SESSION, "properties": {"mail": "ada@example.org"}}
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def mentioning(number: int) -> bytes:
    document = json.loads(line(number))
    document["event"]["campaign"] = f"invited by {PLAYER}"
    return json.dumps(document).encode() + b"\n"


def raw(number: int, **fields: Any) -> dict[str, Any]:
    return install(number, user_id=PLAYER, session_id=SESSION, install_source="none", **fields)


def fill(data_dir: Path) -> None:
    """The player in every place of a data folder, among others."""
    spool = SpoolMaker(data_dir)
    spool.append([line(1), of_player(2, enrichment={"friend_of": PLAYER, "of": SESSION}), mentioning(3)])
    spool.append([rejected_line(4, raw(4)), rejected_line(5, '{"user_id": "' + PLAYER + '", "pri')], stream="rejected")
    deliver(data_dir)
    (data_dir / "lake" / "events" / "by-hand.json").write_bytes(b'{"user_id": "%b", torn\n' % PLAYER.encode())
    bury(data_dir, range(10, 12), "InvalidArgument: too large", name="burier")
    put_letters(data_dir / "spool" / "burier.db", of_player(12))
    path = data_dir / "spool" / "burier.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        move_out(db, path, 0)
    put_letters(path, of_player(13))
    with failed_objects(data_dir) as failed:
        failed.take("failed/x", "", b"x", [FailedRecord(of_player(2), "S3.AccessDenied", 3, NOON.timestamp())])
    spool.append([line(20), of_player(21)], [of_player(22), *[line(number) for number in range(30, 50)]])
    spool.append([rejected_line(6, raw(6))], stream="rejected")


def put_letters(path: Path, text: bytes) -> None:
    """One more dead letter, as Firehose's sink leaves it."""
    SpoolMaker(path.parent.parent, path.stem).append([text])
    with closing(Spools(path.parent, ("firehose",), SimulatedClock())) as spools:
        (spool,) = [one for one in spools.refresh() if one.path == path]
        (block,) = spool.read("firehose", "events", max_bytes=10**6)
        spool.settle("firehose", [Settled(block, [DeadLetter(text, "InvalidArgument: too large", 1)])])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data_dir = tmp_path_factory.mktemp("filled") / "data"
    fill(data_dir)
    return data_dir


@pytest.fixture
def data_dir(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "data"))


def erasing(data_dir: Path, step: Callable[[str], None] = lambda what: None, **options: Any) -> Erasing:
    return Erasing(data_dir, DirectoryLake(data_dir / "lake"), now=lambda: NOON, step=step, **options)


def erase(data_dir: Path, kind: Any = "erase", **options: Any) -> Outcome:
    return erasing(data_dir, **options).players(GAME, [PLAYER], kind, by="ada")


def holding(data_dir: Path, *texts: str) -> list[str]:
    """Files that have one of the texts in their bytes, or in what these unpack to, blocks of spools included."""
    found = []
    for path in sorted(file for file in data_dir.rglob("*") if file.is_file()):
        data = path.read_bytes()
        if path.suffix == ".gz":
            data += inflated(data)[0]
        if path.parent.name == "spool" and path.suffix == ".db":
            with SpoolReader(path) as spool:
                data += b"\n".join([*spool.lines("events"), *spool.lines("rejected")])
        found += [path.name for text in texts if text.encode() in data]
    return found


def differences(data_dir: Path) -> list[ledger.Difference]:
    lake = DirectoryLake(data_dir / "lake")
    found = {}
    for file in lake.files():
        stored = lake.read(file)
        if not file.path.endswith("by-hand.json"):
            found[file.path] = FoundFile.of(file.path, file.stream, stored, unpacked(file, stored))
    return ledger.compare(
        ledger.read(data_dir), ledger.lake_files(data_dir), ledger.dead_lettered(data_dir), found, None, (),
        ledger.letter_faults(data_dir),
    )  # fmt: skip


def events(data_dir: Path) -> list[dict[str, Any]]:
    """Every stored event, wherever it is."""
    lines = [
        text
        for file in DirectoryLake(data_dir / "lake").files()
        if file.stream == "events" and file.path.endswith(".gz")
        for text in gzip.decompress((data_dir / "lake" / file.path).read_bytes()).splitlines()
    ]
    for spool in readers(data_dir):
        lines += [*spool.lines("events"), *[letter.line for letter in spool.dead_letters()]]
    return sorted(
        ({"fingerprint": fingerprint_of_line(text.decode())} | json.loads(text) for text in lines),
        key=lambda one: str(one["event"]["event_id"]),
    )


def of(data_dir: Path, *numbers: int) -> set[str]:
    wanted = {event_id(number) for number in numbers}
    return {one["event"]["user_id"] for one in events(data_dir) if one["event"]["event_id"] in wanted}


def known_by(data_dir: Path) -> list[tuple[str, str]]:
    return [(one["event"]["event_id"], one["fingerprint"]) for one in events(data_dir)]

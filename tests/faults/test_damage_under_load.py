"""Files that are damaged while workers and delivery use them: what the bytes still hold arrives, the rest is named.

A process that has not noticed yet writes on, over what the damage left: so what remains is looked at in the end.
"""

import json
import os
import random
import shutil
import signal
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

import pytest
from conftest import RunningServer, ServerFactory, wait_until
from faults.damaged_spool import ids_of, pieces
from faults.edge_workers import Load
from faults.test_damage import DAMAGES, LAKE_DAMAGES
from game_events_api import ledger
from game_events_api.spool import spool_files
from game_events_api.spool.blocks import Block, BlockRow, block_of
from game_events_cli.main import app
from typer.testing import CliRunner

SECONDS = 180.0  # a long run is a nice one: others may have the processors


class Target:
    """One spool file of the running server, as damages see it."""

    def __init__(self, path: Path, rng: random.Random) -> None:
        self.path = path
        self.log = path.with_name(f"{path.name}-wal")
        self.rng = rng


class Damages:
    """`hurt` are paths in the lake, `in_lake` the events that they had; `waited` waited at some damage."""

    def __init__(self, server: RunningServer, scratch: Path, seed: int) -> None:
        self._server = server
        self._scratch = scratch
        self.rng = random.Random(seed)
        self.hurt: set[str] = set()
        self.in_lake: set[str] = set()
        self.waited: dict[str, BlockRow] = {}

    def strike(self) -> bool:
        """False where the file that it would hit suffers from the damage before, or holds nothing and has no owner.

        All processes stand still meanwhile, so that it is known what the bytes held before and hold after.
        """
        with self._stopped():
            if self.rng.random() < 0.25 and (files := self._sound_lake_files()):
                path = self.rng.choice(files)
                self.in_lake |= lake_events(path)
                self.hurt.add(path.relative_to(self._server.data_dir / "lake").as_posix())
                self.rng.choice(LAKE_DAMAGES)(path, self.rng)
                return True
            if not (spools := spool_files(self._server.data_dir)):
                return False
            target = Target(self.rng.choice(spools), self.rng)
            rows = self._waiting(target)
            if rows is None or (not rows and "salvaged" in target.path.name):  # which is looked at every five minutes
                return False
            with suppress(FileNotFoundError, ValueError):  # there is no log, or it is empty
                self.rng.choice(DAMAGES)(target)  # type: ignore[arg-type]
            for row in rows:
                self.waited.update(dict.fromkeys(ids_of(row), row))
            return True

    def excused(self, event_id: str) -> bool:
        """Whether no byte of what is left holds it: in a hurt file of the lake, or a block that is nowhere whole."""
        if event_id in self.in_lake:
            return True
        row = self.waited.get(event_id)
        parts = pieces(row) if row is not None else [b""]
        return not parts or not all(any(part in data for data in self._remaining()) for part in parts)

    @cache  # noqa: B019 -- one a test
    def _remaining(self) -> list[bytes]:
        return [path.read_bytes() for path in (self._server.data_dir / "spool").rglob("*") if path.is_file()]

    def _sound_lake_files(self) -> list[Path]:
        lake = self._server.data_dir / "lake"
        return sorted(path for path in lake.rglob("*.gz") if path.relative_to(lake).as_posix() not in self.hurt)

    @contextmanager
    def _stopped(self) -> Iterator[None]:
        assert self._server.process is not None
        os.killpg(self._server.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self._server.process.pid, signal.SIGCONT)

    def _waiting(self, target: Target) -> list[BlockRow] | None:
        """None where SQLite does not find all that was stored."""
        copy = self._scratch / target.path.name
        for source in (target.path, target.log):
            if source.exists():
                shutil.copy(source, self._scratch)
        mark = target.path.with_suffix(".mark")
        try:
            with closing(sqlite3.connect(copy)) as db:
                whole = db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                rows = [BlockRow(*row) for row in db.execute("SELECT * FROM blocks WHERE stream = 'events'")]
                (last,) = db.execute("SELECT total(seq) FROM sqlite_sequence WHERE name = 'blocks'").fetchone()
        except sqlite3.Error:
            return None
        finally:
            for leftover in self._scratch.iterdir():
                leftover.unlink()
        said = int(mark.read_text() or 0) if mark.exists() else 0
        sound = all(isinstance(block_of(row), Block) for row in rows)
        return rows if whole and sound and last >= said else None


def lake_events(path: Path) -> set[str]:
    """Of what can be unpacked of a lake file."""
    stream, text, found = zlib.decompressobj(wbits=31), bytearray(), set()
    with suppress(zlib.error, FileNotFoundError):
        content = path.read_bytes()
        for at in range(0, len(content), 64):  # what stands before a damage comes out too
            text += stream.decompress(content[at : at + 64])
    for line in text.splitlines():
        with suppress(ValueError, KeyError, TypeError):
            found.add(str(json.loads(line)["event"]["event_id"]))
    return found


def settled(server: RunningServer) -> bool:
    """What was set aside is salvaged, and whatever stands in `spool/` is delivered."""
    notes = [note for note in ledger.damage(server.data_dir) if note.about == "file"]
    try:
        return all(note.salvaged is not None for note in notes) and ledger.waiting(server.data_dir) == 0
    except sqlite3.Error:
        return False


def state(server: RunningServer) -> str:
    with suppress(sqlite3.Error):
        waiting: object = ledger.waiting(server.data_dir)
        return f"{waiting} wait; {ledger.damage(server.data_dir)}; {server.log}"
    return server.log


def play(server: RunningServer, scratch: Path, seed: int, strikes: int) -> None:
    scratch.mkdir()
    damages = Damages(server, scratch, seed)
    with Load(server, reconnects=True) as load:
        for _ in range(strikes):
            seen = len(load.acknowledged)
            wait_until(lambda seen=seen: len(load.acknowledged) > seen + 200, SECONDS, lambda: state(server))  # type: ignore[misc]
            wait_until(damages.strike, SECONDS, lambda: state(server))
            with load.paused():  # one damage at a time
                wait_until(lambda: settled(server), SECONDS, lambda: state(server))
        seen = len(load.acknowledged)
        wait_until(lambda: len(load.acknowledged) > seen + 200, SECONDS, lambda: state(server))
    server.stop()
    server.start()  # which looks at every file anew
    wait_until(lambda: settled(server), SECONDS, lambda: state(server))
    server.stop()

    arrived: set[str] = set()
    for path in (server.data_dir / "lake" / "events").rglob("*.gz"):
        if path.relative_to(server.data_dir / "lake").as_posix() not in damages.hurt:
            arrived |= lake_events(path)
    lost = set(load.acknowledged) - arrived
    reconciled = CliRunner().invoke(app, ["reconcile", "--data-dir", str(server.data_dir), "--json"])
    differences = json.loads(reconciled.stdout)["differences"]
    assert arrived <= load.sent, "an event was invented"
    assert not [one for one in lost if not damages.excused(one)], "an acknowledged event is lost that the bytes held"
    assert differences or not lost, f"{len(lost)} events are lost and nothing is named"
    named = {one["name"] for one in differences}
    known = {path for path in damages.hurt if path in ledger.lake_files(server.data_dir)}
    assert known <= named, "a damaged file of the lake is not named"


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
def test_seeded_damages_under_load(start_server: ServerFactory, tmp_path: Path, seed: int) -> None:
    play(start_server(linger_seconds=0.05, workers=1 + seed % 2), tmp_path / "scratch", seed, 12)

"""A data folder whose spool, at rest, suffers one seeded damage; then a worker and delivery start on it."""

import gzip
import json
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from game_events_api import ledger
from game_events_api.delivery.engine import Engine
from game_events_api.delivery.lake_sink import LakeSink
from game_events_api.delivery.salvaging import Salvaging
from game_events_api.delivery.spools import Spools
from game_events_api.spool import Spool
from game_events_api.spool.blocks import BlockRow, unpack
from game_events_cli.progress import Shown
from game_events_cli.reconcile import scan
from game_events_warehouse.lake import open_lake
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.stored_lines import event_id

PAGE = 16384
NAME = "spool-0"


def at_once(work: Callable[[], None]) -> Callable[[], bool]:
    work()
    return lambda: False


class DamagedSpool:
    """`sent` was acknowledged, `delivered` is in the lake; the rest waits, part of it in the log alone."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.rng = random.Random(seed)
        self.clock = SimulatedClock()
        self.sent: set[str] = set()
        self.folder = root / "spool"
        self.path = self.folder / f"{NAME}.db"
        self.log = self.folder / f"{NAME}.db-wal"
        maker = SpoolMaker(root, NAME)
        with closing(sqlite3.connect(self.path)) as open_by_its_worker:
            open_by_its_worker.execute("SELECT count(*) FROM blocks").fetchone()
            self._append(maker, self.rng.randint(0, 12))
            self.deliver(self.rng.choice((0.0, 2.0)))
            if self.rng.random() < 0.5:
                open_by_its_worker.execute("PRAGMA wal_checkpoint(RESTART)")
            self._append(maker, self.rng.randint(4, 12))
            self._copy_as_a_killed_worker_leaves_it()
        self.delivered = set(self.arrived)
        self.rows = self._rows()

    def _append(self, maker: SpoolMaker, blocks: int) -> None:
        for _ in range(blocks):
            first = len(self.sent)
            size = self.rng.choice((1, 1, 3, 40, 300))
            padding = self.rng.choice((0, 100, 3000)) if size < 300 else 200
            maker.append([line(first + number, padding=padding) for number in range(size)])
            self.sent.update(event_id(first + number) for number in range(size))
        mark = (self.folder / f"{NAME}.mark").open("w")
        with closing(sqlite3.connect(self.path)) as db, mark:
            mark.write(str(db.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence").fetchone()[0]))

    def _copy_as_a_killed_worker_leaves_it(self) -> None:
        """The last connection that closes would bring the log into the file."""
        kept = self.root / "kept"
        kept.mkdir()
        for name in (self.path, self.log):
            shutil.copy(name, kept)

    def _rows(self) -> list[BlockRow]:
        """What waits, as SQLite finds it in the whole file."""
        copy = self.root / "copy" / self.path.name
        copy.parent.mkdir()
        for source in (self.root / "kept").iterdir():
            shutil.copy(source, copy.parent)
        with closing(sqlite3.connect(copy)) as db:
            rows = [BlockRow(*row) for row in db.execute("SELECT * FROM blocks")]
        for name in (self.path, self.log):
            shutil.copy(self.root / "kept" / name.name, name)
        return rows

    def deliver(self, seconds: float) -> None:
        sink = LakeSink(self.root / "lake", clock=self.clock)
        salvaging = Salvaging(self.folder, self.clock, start=at_once)
        spools = Spools(self.folder, [sink.name], self.clock, salvaging=salvaging)
        engine = Engine(self.root, [sink], clock=self.clock, spools=spools)
        end = self.clock.now + seconds
        while self.clock.now < end:
            self.clock.advance(max(engine.step(), 0.1))
        engine.close()

    def start(self, seconds: float = 30.0) -> None:
        """A worker, which is stopped again, then delivery."""
        Spool.claim(self.folder, max_bytes=1 << 30, max_pending_bytes=1 << 20).close()
        self.deliver(seconds)

    @property
    def lake_files(self) -> list[Path]:
        return sorted((self.root / "lake").rglob("*.gz"))

    @property
    def arrived(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for path in self.lake_files:
            for text in gzip.decompress(path.read_bytes()).splitlines():
                found[json.loads(text)["event"]["event_id"]] += 1
        return found

    def still_held(self) -> set[str]:
        """Of what waited, the events whose block stands byte for byte in what remains, wherever that is."""
        remaining = [path.read_bytes() for path in self.folder.rglob("*") if path.is_file()]
        held: set[str] = set()
        for row in self.rows:
            parts = pieces(row)
            if parts and all(any(part in data for data in remaining) for part in parts):
                held |= ids_of(row)
        return held

    def differences(self) -> list[str]:
        found = ledger.compare(
            ledger.read(self.root),
            ledger.lake_files(self.root),
            ledger.dead_lettered(self.root),
            scan(open_lake(str(self.root / "lake")), Shown("")) if (self.root / "lake").exists() else {},
            None,
            ledger.damage(self.root),
        )
        return [f"{one.kind} {one.name}: {one.detail}" for one in found]


def ids_of(row: BlockRow) -> set[str]:
    return {json.loads(text)["event"]["event_id"] for text in unpack(row.data).splitlines()}


def pieces(row: BlockRow) -> list[bytes]:
    """How the end of a row's record lies in the file; [] for one that is longer than a page."""
    said = len(row.stream) + len(row.counts)
    if len(row.data) + said < PAGE - 400:
        checksum = row.checksum.to_bytes(8, "big", signed=True)
        return [row.counts.encode() + row.data, checksum] if checksum else []
    return []

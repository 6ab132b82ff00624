"""A whole delivery in simulated time: the real engine, sinks and spool files, a Firehose and a disk that fail.

Everything random comes from one seed.
"""

import gzip
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from faults.failing_disks import FailingDisk, FailingSpool
from faults.failing_services import FailingS3, Firehose, InlineCalls, MemoryObjects, Objects, ids_of
from faults.fault_script import Crash, Faults, Window
from game_events_api import ledger
from game_events_api.delivery.engine import Engine
from game_events_api.delivery.firehose_sink import FirehoseSink
from game_events_api.delivery.lake_sink import LakeSink
from game_events_api.delivery.s3_sink import Bucket, S3Sink
from game_events_api.delivery.sink import Sink
from game_events_api.delivery.spools import Spools
from game_events_api.spool import SpoolReader
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.stored_lines import event_id

ENOUGH_SECONDS = 3 * 3600.0
BUCKET, PREFIX = "lake", "game/events"


class World:
    """One data directory, one Firehose, and the delivery process, which dies and comes back."""

    def __init__(
        self,
        root: Path,
        seed: int,
        sinks: Sequence[str],
        windows: Sequence[Window],
        objects: Objects | None = None,
    ) -> None:
        self.root = root
        self.rng = random.Random(seed)
        self.clock = SimulatedClock()
        self.faults = Faults(windows, self.clock)
        self.firehose = Firehose(self.faults, self.clock, self.rng)
        self.objects = objects or MemoryObjects()
        self.sinks = tuple(sinks)
        self.acknowledged: list[str] = []
        self.poison: set[str] = set()
        self._makers = [SpoolMaker(root, f"worker-{number}") for number in range(2)]
        self._engine = self._start()
        self._next_write = 0.0
        self._number = 0

    def _start(self) -> Engine:
        makers: dict[str, Callable[[], Sink]] = {
            "lake": lambda: LakeSink(
                self.root / "lake",
                clock=self.clock,
                rng=self.rng,
                store=FailingDisk(self.root / "lake", self.faults),
                file_bytes=20_000,
            ),
            "s3": lambda: S3Sink(
                Bucket(BUCKET, PREFIX, s3=FailingS3(self.objects, self.faults, self.clock)),
                clock=self.clock,
                rng=self.rng,
                file_bytes=20_000,
            ),
            "firehose": lambda: FirehoseSink(
                InlineCalls(self.firehose),
                streams={"events": "game-events", "rejected": "game-events-rejected"},
                clock=self.clock,
                rng=self.rng,
                window_bytes=60_000,
            ),
        }
        return Engine(
            self.root,
            [makers[name]() for name in self.sinks],
            clock=self.clock,
            spools=Spools(
                self.root / "spool",
                self.sinks,
                self.clock,
                lambda path, sinks, wall: FailingSpool(path, sinks, wall, self.faults),
            ),
        )

    def _restart(self) -> None:
        self._engine.close()
        self._engine = self._start()

    def run(self, *, writing_seconds: float) -> None:
        """Write for a while, and deliver until nothing waits."""
        while True:
            if self.clock.now < writing_seconds:
                self._write()
            elif self._engine.drained():
                return
            assert self.clock.now < ENOUGH_SECONDS, f"stuck with {ledger.waiting(self.root)} events"
            try:
                if self.faults.once("clock-jump"):
                    self.clock.jump(self.rng.choice((-7200.0, 86_400.0)))
                if self.faults.once("sigterm"):
                    self._engine.stop()
                    self._engine.run(self.clock.advance)
                    self._restart()
                self.clock.advance(max(self._engine.step(), 0.005))
            except Crash:
                self._restart()

    def _write(self) -> None:
        if self.clock.now < self._next_write:
            return
        self._next_write = self.clock.now + self.rng.uniform(0.2, 2.0)
        for _ in range(self.rng.randint(1, 12) if self.faults.on("flood") else self.rng.randint(1, 3)):
            self.append(self.rng.randint(1, 8))

    def append(self, events: int) -> None:
        """One block, acknowledged."""
        lines = []
        for _ in range(events):
            self._number += 1
            game = self.rng.choice(("puzzle-quest", "chess"))
            text = line(self._number, game=game)
            if self.rng.random() < 0.01:
                text = text.replace(b'"player-', b'"poison-')
                self.poison.add(event_id(self._number))
            lines.append(text)
            self.acknowledged.append(event_id(self._number))
        self.rng.choice(self._makers).append(lines)

    # -- what came of it ------------------------------------------------------------------------------------

    @property
    def lake_ids(self) -> Counter[str]:
        return ids_of(
            text
            for path in (self.root / "lake" / "events").rglob("*.gz")
            for text in gzip.decompress(path.read_bytes()).splitlines()
        )

    @property
    def s3_ids(self) -> Counter[str]:
        contents = self.objects.contents
        assert all(key.startswith(f"{PREFIX}/events/") for key in contents)
        return ids_of(text for data in contents.values() for text in gzip.decompress(data).splitlines())

    @property
    def dead(self) -> set[str]:
        found: set[str] = set()
        for maker in self._makers:
            with SpoolReader(maker.path) as spool:
                found |= {str(letter.event_id) for letter in spool.dead_letters()}
        return found

    def close(self) -> None:
        self._engine.close()

"""A whole delivery in simulated time: the real engine, sinks and spool files, a Firehose and a disk that fail.

Everything random comes from one seed. A fault is a window of simulated time in which a kind of thing goes
wrong, or one moment at which the process dies.
"""

import errno
import gzip
import json
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from botocore import exceptions as aws
from game_events_api import ledger
from game_events_api.delivery.engine import Engine
from game_events_api.delivery.firehose_sink import FirehoseSink
from game_events_api.delivery.lake_sink import Directory, LakeSink, temporary
from game_events_api.delivery.outcomes import CallResult
from game_events_api.delivery.s3_sink import Bucket, S3Sink
from game_events_api.delivery.sink import Sink
from game_events_api.delivery.spools import Spools
from game_events_api.spool import SpoolReader
from game_events_api.spool.blocks import Intent, Settled
from game_events_api.spool.spool_file import SpoolFile
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.stored_lines import event_id

ENOUGH_SECONDS = 3 * 3600.0
POISON = b"poison"
BUCKET, PREFIX = "lake", "game/events"


class Crash(BaseException):
    """kill -9: nothing after it runs; what is on disk stays."""


@dataclass(frozen=True)
class Window:
    """The fault `kind` between two moments of simulated time."""

    kind: str
    start: float
    end: float


CALL_FAULTS = (
    "timeout-after-write",
    "hang",
    "reset",
    "dns",
    "some-records",
    "throttled-call",
    "throttled-records",
    "5xx",
    "expired-credentials",
    "no-credentials",
    "stream-deleted",
    "kms",
    "malformed",
    "miscount",
)
DISK_FAULTS = ("spool-disk-full", "lake-disk-full", "lake-io-error")
S3_FAULTS = (
    "s3-timeout-after-write",
    "s3-hang",
    "s3-unreachable",
    "s3-no-credentials",
    "s3-5xx",
    "s3-slow-down",
    "s3-denied",
    "crash-before-put",
    "crash-after-put",
)
CRASHES = (
    "crash-before-call",
    "crash-after-call",
    "crash-before-settling",
    "crash-after-settling",
    "crash-after-announcing",
    "crash-half-written",
    "crash-before-fulfilling",
    "crash-after-fulfilling",
)
OTHERS = ("clock-jump", "sigterm", "poison-refused", "poison-failing", "flood")
FAULTS = CALL_FAULTS + DISK_FAULTS + S3_FAULTS + CRASHES + OTHERS


class Faults:
    """Which fault is on now. A crash happens once, at the first chance inside its window."""

    def __init__(self, windows: Iterable[Window], clock: SimulatedClock) -> None:
        self._windows = list(windows)
        self._clock = clock
        self.happened: Counter[str] = Counter()

    def on(self, kind: str) -> bool:
        if any(one.kind == kind and one.start <= self._clock.now < one.end for one in self._windows):
            self.happened[kind] += 1
            return True
        return False

    def crash(self, kind: str) -> None:
        for window in self._windows:
            if window.kind == kind and window.start <= self._clock.now:
                self._windows.remove(window)
                self.happened[kind] += 1
                raise Crash(kind)

    def once(self, kind: str) -> bool:
        try:
            self.crash(kind)
        except Crash:
            return True
        return False


class Firehose:
    """Takes records as the service does, and fails as the script says."""

    def __init__(self, faults: Faults, clock: SimulatedClock, rng: random.Random) -> None:
        self._faults = faults
        self._clock = clock
        self._rng = rng
        self.records: list[bytes] = []
        self.calls: list[float] = []

    def put(self, stream: str, records: list[bytes]) -> Mapping[str, Any]:
        self.calls.append(self._clock.now)
        self._faults.crash("crash-before-call")
        answer = self._answer(stream, records)
        self._clock.advance(0.02)
        self._faults.crash("crash-after-call")
        return answer

    def _answer(self, stream: str, records: list[bytes]) -> Mapping[str, Any]:
        on = self._faults.on
        self._fail_the_call()
        failing = self._failing(records)
        self.records += [record for record, code in zip(records, failing, strict=True) if not code]
        if on("timeout-after-write"):
            self._clock.advance(20.0)
            raise aws.ReadTimeoutError(endpoint_url="simulated")
        if on("malformed"):
            return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "r"}] * (len(records) - 1)}
        answers = [{"ErrorCode": code, "ErrorMessage": "scripted"} if code else {"RecordId": "r"} for code in failing]
        count = sum(bool(code) for code in failing)
        return {"FailedPutCount": count + 1 if on("miscount") else count, "RequestResponses": answers}

    def _fail_the_call(self) -> None:
        """Raise what a call that stores nothing raises, when such a fault is on."""
        on = self._faults.on
        if on("hang"):
            self._clock.advance(20.0)
            raise aws.ReadTimeoutError(endpoint_url="simulated")
        if on("reset"):
            raise aws.ConnectionClosedError(endpoint_url="simulated")
        if on("dns"):
            raise aws.EndpointConnectionError(endpoint_url="simulated")
        if on("no-credentials"):
            raise aws.NoCredentialsError
        for kind, code, status in (
            ("throttled-call", "ThrottlingException", 400),
            ("5xx", "InternalFailure", 500),
            ("expired-credentials", "ExpiredTokenException", 400),
            ("stream-deleted", "ResourceNotFoundException", 400),
            ("kms", "InvalidKMSResourceException", 400),
        ):
            if on(kind):
                raise client_error(code, status)

    def _failing(self, records: list[bytes]) -> list[str]:
        """The error code of each record, empty for one that is stored."""
        on = self._faults.on
        poisoned = [POISON in record for record in records]
        if any(poisoned) and on("poison-refused"):
            raise client_error("InvalidArgumentException", 400)
        failing = ["InternalFailure" if bad and on("poison-failing") else "" for bad in poisoned]
        if on("throttled-records"):
            failing = ["ServiceUnavailableException"] * len(records)
        if on("some-records"):
            failing = [code or ("InternalFailure" if self._rng.random() < 0.11 else "") for code in failing]
        return failing

    @property
    def ids(self) -> Counter[str]:
        return ids_of(text for record in self.records for text in record.splitlines())


class InlineCalls:
    """Has the result before `submit` returns, so that one seed is one order of things."""

    def __init__(self, transport: Firehose) -> None:
        self._transport = transport
        self._results: list[tuple[int, CallResult]] = []

    def submit(self, stream: str, records: list[bytes], token: int) -> None:
        result: CallResult
        try:
            result = self._transport.put(stream, records)
        except Exception as error:
            result = error
        self._results.append((token, result))

    def collect(self) -> list[tuple[int, CallResult]]:
        results, self._results = self._results, []
        return results

    def close(self) -> None:
        """Nothing to let go of."""


class FailingDisk(Directory):
    def __init__(self, root: Path, faults: Faults) -> None:
        super().__init__(root)
        self._faults = faults

    def _half(self, path: str, data: bytes) -> None:
        partial = temporary(self.root / path)
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data[: len(data) // 2])

    def write(self, path: str, data: bytes) -> None:
        if self._faults.on("lake-disk-full"):
            self._half(path, data)
            raise OSError(errno.ENOSPC, "No space left on device")
        if self._faults.once("crash-half-written"):
            self._half(path, data)
            raise Crash
        super().write(path, data)
        if self._faults.on("lake-io-error"):
            raise OSError(errno.EIO, "Input/output error")


class Objects(Protocol):
    """A bucket, and what the S3 sink asks of a boto3 client for it."""

    @property
    def contents(self) -> Mapping[str, bytes]: ...

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> object: ...

    def head_object(self, *, Bucket: str, Key: str) -> object: ...


class MemoryObjects:
    """A bucket without a server."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> object:
        assert Key not in self.contents, "an object was written over"
        self.contents[Key] = Body
        return {}

    def head_object(self, *, Bucket: str, Key: str) -> object:
        if Key not in self.contents:
            raise client_error("404", 404, "HeadObject")
        return {}


class FailingS3:
    """A client in front of a bucket, real or in memory, that fails as the script says."""

    def __init__(self, objects: Objects, faults: Faults, clock: SimulatedClock) -> None:
        self._objects = objects
        self._faults = faults
        self._clock = clock

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> object:
        self._faults.crash("crash-before-put")
        self._fail("PutObject")
        answer = self._objects.put_object(Bucket=Bucket, Key=Key, Body=Body)
        self._faults.crash("crash-after-put")
        if self._faults.on("s3-timeout-after-write"):
            self._clock.advance(10.0)
            raise aws.ReadTimeoutError(endpoint_url="simulated")
        return answer

    def head_object(self, *, Bucket: str, Key: str) -> object:
        self._fail("HeadObject")
        return self._objects.head_object(Bucket=Bucket, Key=Key)

    def _fail(self, operation: str) -> None:
        on = self._faults.on
        if on("s3-hang"):
            self._clock.advance(13.0)
            raise aws.ReadTimeoutError(endpoint_url="simulated")
        if on("s3-unreachable"):
            raise aws.EndpointConnectionError(endpoint_url="simulated")
        if on("s3-no-credentials"):
            raise aws.NoCredentialsError
        for kind, code, status in (
            ("s3-5xx", "InternalError", 500),
            ("s3-slow-down", "SlowDown", 503),
            ("s3-denied", "AccessDenied", 403),
        ):
            if on(kind):
                raise client_error(code, status, operation)


class FailingSpool(SpoolFile):
    def __init__(self, path: Path, sinks: Sequence[str], wall: Callable[[], float], faults: Faults) -> None:
        self._faults = faults
        super().__init__(path, sinks, wall)

    def _full(self) -> None:
        if self._faults.on("spool-disk-full"):
            raise sqlite3.OperationalError("database or disk is full")

    def settle(self, sink: str, settled: Iterable[Settled]) -> None:
        self._full()
        self._faults.crash("crash-before-settling")
        super().settle(sink, settled)
        self._faults.crash("crash-after-settling")

    def announce(self, intent: Intent) -> None:
        self._full()
        super().announce(intent)
        self._faults.crash("crash-after-announcing")

    def fulfil(self, intent: Intent) -> None:
        self._faults.crash("crash-before-fulfilling")
        self._full()
        super().fulfil(intent)
        self._faults.crash("crash-after-fulfilling")


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


def ids_of(lines: Iterable[bytes]) -> Counter[str]:
    return Counter(json.loads(text)["event"]["event_id"] for text in lines)


def client_error(code: str, status: int, operation: str = "PutRecordBatch") -> aws.ClientError:
    return aws.ClientError(
        {"Error": {"Code": code, "Message": "scripted"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        operation,
    )

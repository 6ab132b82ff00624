"""S3 fails behind the service that confirmed the records: what was acknowledged ends there exactly as promised."""

import gzip
import random
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from faults.failing_services import InlineCalls, ids_of
from faults.fault_script import client_error
from game_events_api import ledger
from game_events_api.delivery.engine import Engine
from game_events_api.delivery.firehose_sink import FirehoseSink
from game_events_devtools.firehose_emulator.service import Service
from game_events_devtools.firehose_emulator.streams import StreamConfig
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.stored_lines import event_id

STREAM = "game-events"
DOWN, SLOW, BACK = 20.0, 80.0, 140.0
WRITING_S = 200.0
ENOUGH_S = 1000.0
INTERVAL_S = 5.0


class FailingS3:
    """Down, then asking to slow down, then back; half of what it refuses as down arrived all the same."""

    def __init__(self, clock: SimulatedClock, rng: random.Random, *, stores_and_fails: bool) -> None:
        self._clock = clock
        self._rng = rng
        self._stores_and_fails = stores_and_fails
        self.objects: dict[str, bytes] = {}
        self.failures: list[str] = []

    def put(self, bucket: str, key: str, data: bytes) -> None:
        if DOWN <= self._clock.now < SLOW:
            self.failures.append("down")
            if self._stores_and_fails and self._rng.random() < 0.5:
                self.objects[key] = data
            raise EndpointConnectionError(endpoint_url="simulated")
        if SLOW <= self._clock.now < BACK:
            self.failures.append("SlowDown")
            raise slow_down()
        assert key not in self.objects, "an object was written over"
        self.objects[key] = data

    @property
    def lines(self) -> list[bytes]:
        return [text for data in self.objects.values() for text in gzip.decompress(data).splitlines(keepends=True)]


def slow_down() -> ClientError:
    return client_error("SlowDown", 503)


class ServiceCalls:
    """The emulator without its socket."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def put(self, stream: str, records: list[bytes]) -> Mapping[str, Any]:
        encoded = [{"Data": b64encode(record).decode()} for record in records]
        return self._service.handle("PutRecordBatch", {"DeliveryStreamName": stream, "Records": encoded})


def play(root: Path, seed: int, *, stores_and_fails: bool) -> tuple[FailingS3, list[bytes]]:
    """Traffic and delivery through the outage until nothing waits; what S3 holds, and the acknowledged lines."""
    clock, rng = SimulatedClock(), random.Random(seed)
    s3 = FailingS3(clock, rng, stores_and_fails=stores_and_fails)
    service = Service(s3, clock=clock.wall, rng=rng)
    for name in (STREAM, f"{STREAM}-rejected"):
        service.create(StreamConfig(name, "lake", prefix="events/", interval_seconds=INTERVAL_S, gzip=True))
    maker = SpoolMaker(root)
    sink = FirehoseSink(
        InlineCalls(ServiceCalls(service)),  # type: ignore[arg-type]
        streams={"events": STREAM, "rejected": f"{STREAM}-rejected"},
        clock=clock,
        rng=rng,
    )
    engine = Engine(root, [sink], clock=clock)
    acknowledged: list[bytes] = []
    next_write = 0.0
    try:
        while clock.now < WRITING_S or not engine.drained():
            assert clock.now < ENOUGH_S, f"stuck with {ledger.waiting(root)} events"
            if next_write <= clock.now < WRITING_S:
                lines = [line(len(acknowledged) + number) for number in range(rng.randint(1, 8))]
                maker.append(lines)
                acknowledged += lines
                next_write = clock.now + rng.uniform(0.2, 2.0)
            service.flush_due()
            clock.advance(max(engine.step(), 0.05))
        clock.advance(INTERVAL_S)
        service.flush_due()  # nobody asks for it: the interval alone must bring out what is left
    finally:
        engine.close()
    assert ledger.read(root).total("delivered") == len(acknowledged)
    assert ledger.waiting(root) == 0
    return s3, acknowledged


@pytest.mark.parametrize("seed", range(5))
def test_an_outage_of_s3_loses_and_doubles_nothing_that_was_acknowledged(tmp_path: Path, seed: int) -> None:
    s3, acknowledged = play(tmp_path, seed, stores_and_fails=False)

    assert set(s3.failures) == {"down", "SlowDown"}
    assert sorted(s3.lines) == sorted(acknowledged), "byte for byte, each once"


@pytest.mark.parametrize("seed", range(5))
def test_an_object_that_s3_stored_and_did_not_confirm_is_offered_again(tmp_path: Path, seed: int) -> None:
    s3, acknowledged = play(tmp_path, seed, stores_and_fails=True)

    assert len(s3.lines) > len(acknowledged), "nothing was doubled, so nothing was shown"
    assert set(s3.lines) == set(acknowledged)
    assert set(ids_of(s3.lines)) == {event_id(number) for number in range(len(acknowledged))}


def test_one_seed_is_one_course_of_events(tmp_path: Path) -> None:
    first, second = (play(tmp_path / name, 3, stores_and_fails=True)[0] for name in ("first", "second"))

    assert first.objects == second.objects
    assert first.failures == second.failures

"""How far one event travels through the code: which modules it visits, in which order, and how often it comes back.

    uv run python tests/trip/trip.py

A *module* here is a file of `game_events_api`; a *move* is a step from one to another; a move into a module that was
visited before is a *return*. It is what a reader does who follows the event: fewer is better. Two ways to count: by
calls alone, or with the way back to the caller counted too. The real Collector, Spool, Engine and FirehoseSink run;
only the socket and AWS are played.
"""

import asyncio
import json
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

PACKAGE = "game_events_api"


@dataclass(frozen=True)
class Trip:
    modules: tuple[str, ...]
    """Where the event was, in order, ways back included; neighbours differ."""
    called: tuple[str, ...]
    """The same by calls alone."""

    @property
    def visited(self) -> int:
        """How many modules."""
        return len(set(self.modules))

    @property
    def returns(self) -> int:
        """Moves into a module that was visited before, ways back included."""
        return len(self.modules) - self.visited

    @property
    def called_again(self) -> int:
        """The same by calls alone."""
        return len(self.called) - len(set(self.called))

    def __str__(self) -> str:
        return (
            f"{self.visited} modules; by calls alone {len(self.called) - 1} moves, {self.called_again} returns;"
            f" with the ways back {len(self.modules) - 1} moves, {self.returns} returns"
        )


class Recorder:
    """Notes each call into, and each return within, the package; the loop's thread and others apart."""

    def __init__(self) -> None:
        self._steps: list[tuple[int, bool, str]] = []
        self._here = threading.get_ident()
        self._later = False

    def answered(self) -> None:
        """From now on the loop's steps come after those of the other threads, whenever they were made."""
        self._later = True

    @contextmanager
    def running(self) -> Iterator[None]:
        threading.setprofile(self._profile)
        sys.setprofile(self._profile)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    @property
    def trip(self) -> Trip:
        steps = sorted(self._steps, key=lambda step: step[0])
        return Trip(
            _without_neighbours([module for _, _, module in steps]),
            _without_neighbours([module for _, is_call, module in steps if is_call]),
        )

    def _profile(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            self._note(frame, is_call=True)
        elif event == "return" and frame.f_back is not None:
            self._note(frame.f_back, is_call=False)

    def _note(self, frame: FrameType, *, is_call: bool) -> None:
        module = str(frame.f_globals.get("__name__", ""))
        if not module.startswith(f"{PACKAGE}."):
            return
        phase = (2 if self._later else 0) if threading.get_ident() == self._here else 1
        self._steps.append((phase, is_call, module.removeprefix(f"{PACKAGE}.")))


def _without_neighbours(modules: list[str]) -> tuple[str, ...]:
    return tuple(module for i, module in enumerate(modules) if i == 0 or module != modules[i - 1])


def _event() -> bytes:
    return json.dumps(
        {
            "event_id": "0199aaaa-0000-7000-8000-000000000001",
            "event_type": "install",
            "schema_version": "1-0-0",
            "event_time": datetime.now(UTC).isoformat(),
            "user_id": "player-1",
            "session_id": "session-1",
            "game_id": "puzzle-quest",
            "platform": "android",
            "app_version": "1.4.2",
            "environment": "production",
            "install_source": "organic",
        }
    ).encode()


EVENT = _event()


def of_an_event(data_dir: Path, body: bytes, path: str = "/v1/events/install") -> Trip:
    """From the headers of a request through the commit to its answer, which is 202."""
    from game_events_api.admission.key_file import KeyFile
    from game_events_api.admission.keyring import Keyring
    from game_events_api.process.worker import Worker
    from game_events_api.settings import Settings
    from game_events_api.spool import Spool

    keys = KeyFile(data_dir / "keys.json")
    headers = {b"authorization": f"Bearer {keys.create('trip')}".encode(), b"content-type": b"application/json"}

    async def send() -> Trip:
        spool = Spool.claim(data_dir / "spool", max_bytes=1 << 30, max_pending_bytes=1 << 20)
        collector = Worker(Settings(data_dir=data_dir), spool, Keyring(keys)).collector()
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        recorder = Recorder()

        def reply(answer: Any) -> None:
            if not answered.done():
                answered.set_result(answer)

        try:
            with recorder.running():
                arrival: Any = collector.begin(collector.paths[path], b"POST", headers, None)
                collector.take(arrival, body, reply)
                recorder.answered()
                answer = await answered
        finally:
            spool.close()
        assert answer.status == 202, answer
        return recorder.trip

    return asyncio.run(send())


class PlayedCalls:
    """Firehose that takes every record at once."""

    def __init__(self) -> None:
        self._results: list[tuple[int, Any]] = []

    def submit(self, stream: str, records: list[bytes], token: int) -> None:
        listed = [{"RecordId": f"{stream}-{number}"} for number in range(len(records))]
        self._results.append((token, {"FailedPutCount": 0, "RequestResponses": listed}))

    def collect(self) -> list[tuple[int, Any]]:
        results, self._results = self._results, []
        return results

    def close(self) -> None:
        pass


def of_a_block(data_dir: Path) -> Trip:
    """From a data folder whose spool holds one block to the same without it, delivered: one turn of the engine."""
    from game_events_api.delivery.engine import Engine
    from game_events_api.delivery.firehose_sink import FirehoseSink
    from game_events_api.ledger import waiting

    assert waiting(data_dir) > 0
    sink = FirehoseSink(PlayedCalls(), streams={"events": "game-events", "rejected": "game-events-rejected"})
    engine = Engine(data_dir, [sink])
    recorder = Recorder()
    try:
        with recorder.running():
            engine.step(flushing=True)
    finally:
        engine.close()
    assert waiting(data_dir) == 0
    return recorder.trip


def one_block(data_dir: Path) -> Path:
    """Put a block of one event into a spool file there."""
    from unit.api.delivery.spool_maker import SpoolMaker, line

    SpoolMaker(data_dir).append([line(1)])
    return data_dir


TRIPS: dict[str, Callable[[Path], Trip]] = {
    "an accepted event": lambda folder: of_an_event(folder, EVENT),
    "a batch of one": lambda folder: of_an_event(folder, b'{"events":[%b]}' % EVENT, "/v1/events/batch"),
    "a block to Firehose": lambda folder: of_a_block(one_block(folder)),
}


def main() -> None:
    for name, make in TRIPS.items():
        with tempfile.TemporaryDirectory() as folder:
            trip = make(Path(folder))
        print(f"{name}: {trip}")
        if "-v" in sys.argv[1:]:
            print("  " + " > ".join(trip.modules))


if __name__ == "__main__":
    main()

"""The collector with a spool, a time and a key that the test holds in its hands."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from game_events_api.admission.addresses import Addresses
from game_events_api.admission.admit import Admission, Limits
from game_events_api.admission.budget import ByteBudget
from game_events_api.admission.cors import Cors
from game_events_api.admission.games import GameFile, Games
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.keyring import Keyring
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.contract.catalog import Catalog
from game_events_api.edge.asgi import Charged, EventPaths
from game_events_api.edge.collector import Collector
from game_events_api.edge.decisions import Decider
from game_events_api.errors import SpoolUnavailable
from game_events_api.hooks import Hooks
from game_events_api.ingest.dedup import DedupWindow
from game_events_api.ingest.judge import Judge
from game_events_api.ingest.rejected_quota import RejectedQuota
from game_events_api.metrics import Metrics
from game_events_api.spool import Done, Entry, Storing

NOW = datetime(2026, 11, 21, 5, 0, 0, 123456, tzinfo=UTC)
CATALOG = Catalog()


class ManualSpool:
    """Stores when the test says so, or fails when it says so."""

    full = False

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.waiting: list[Storing] = []
        self.automatic = True

    def append(self, entry: Entry, done: Done) -> Storing:
        self.waiting.append(storing := Storing(entry, entry.size, done))
        if self.automatic:
            asyncio.get_running_loop().call_soon(self.commit)
        return storing

    def commit(self, error: SpoolUnavailable | None = None) -> None:
        waiting, self.waiting = self.waiting, []
        for storing in waiting:
            if error is None:
                self.entries.append(storing.entry)
            storing.finished, storing.error = True, error
            storing.done(error)

    def fail(self) -> None:
        self.commit(SpoolUnavailable("disk I/O error"))

    def lines(self, stream: str = "events") -> list[dict[str, Any]]:
        chunks = [chunk for entry in self.entries for chunk in getattr(entry, stream)]
        return [json.loads(line) for chunk in chunks for line in chunk.data.splitlines()]


@dataclass
class Edge:
    collector: Collector
    spool: ManualSpool
    key: str
    time: list[datetime]
    paths: EventPaths
    other_key: str = ""
    """Of another studio: it may write `puzzle-quest` only."""
    metrics: Metrics = field(default_factory=Metrics)
    follows: tuple[Keyring | Games, ...] = ()
    answered_headers: dict[bytes, bytes] = field(default_factory=dict)

    def refresh(self) -> None:
        """As a worker does every second."""
        for file in self.follows:
            file.refresh()

    async def post(
        self, body: bytes, path: str = "/v1/events/install", method: str = "POST", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        fields = {"authorization": f"Bearer {self.key}", "content-type": "application/json", **headers}
        encoded = [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()]
        await self.paths({"type": "http", "method": method, "path": path, "headers": encoded}, receive, send)
        self.answered_headers = dict(sent[0]["headers"])
        return sent[0]["status"], json.loads(sent[1]["body"] or b"{}")


def make_edge(
    tmp_path: Path,
    shared: Any = None,
    events_per_second: float = 1e6,
    addresses: Addresses | None = None,
    cors_origins: Sequence[str] = (),
    learnt_games: int = 10,
    hooks: Hooks | None = None,
) -> Edge:
    keys = KeyFile(tmp_path / "keys.json")
    key = keys.create("tests", games=("space-miner",))
    other_key = keys.create("others", games=("puzzle-quest",))
    spool = ManualSpool()
    time = [NOW]
    window = DedupWindow(1000)
    limits = Limits(body_bytes=1 << 20, decompressed_bytes=8 << 20, requests_in_flight=100)

    async def elsewhere(*_: object) -> None:
        raise AssertionError("not an event path")

    metrics = Metrics()
    keyring = Keyring(keys)
    games = Games(GameFile(tmp_path / "games.json"), keyring, learnt_games)
    key_rate = RateLimiter(events_per_second, 1.0, lambda: 0.0)
    decider = Decider(
        key_rate,
        Judge(CATALOG, 64 << 10, "tests", games),
        window,
        RejectedQuota(6_000, lambda: 0.0),
    )
    collector = Collector(
        admission=Admission(keyring, limits, key_rate, addresses, Cors(cors_origins), lambda: time[0]),
        budget=ByteBudget(64 << 20),
        decider=decider,
        window=window,
        spool=spool,  # type: ignore[arg-type]
        metrics=metrics,
        shared=shared,
        hooks=hooks,
    )
    return Edge(
        collector,
        spool,
        key,
        time,
        EventPaths(collector, Charged(collector.admission.addresses, elsewhere)),
        other_key,
        metrics,
        (keyring, games),
    )


@pytest.fixture
def edge(tmp_path: Path) -> Edge:
    return make_edge(tmp_path)


def event(**changes: object) -> dict[str, object]:
    return {
        "event_id": str(uuid4()),
        "event_type": "install",
        "schema_version": "1-0-0",
        "event_time": "2026-11-21T04:59:00Z",
        "user_id": "user-1",
        "session_id": str(uuid4()),
        "game_id": "space-miner",
        "platform": "ios",
        "app_version": "1.2.3",
        "environment": "production",
        "install_source": "organic",
        **changes,
    }


def encoded(document: object) -> bytes:
    return json.dumps(document).encode()


def play(scenario: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        async with asyncio.timeout(30):
            await scenario()

    asyncio.run(main())


async def turn() -> None:
    """Let every task run until it waits."""
    for _ in range(10):
        await asyncio.sleep(0)

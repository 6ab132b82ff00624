"""`python -m game_events_api.process.worker`: one server process, configured by the environment."""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

import uvloop
from starlette.types import ASGIApp

from game_events_api.admission.addresses import Addresses
from game_events_api.admission.admit import Admission, Limits
from game_events_api.admission.budget import ByteBudget
from game_events_api.admission.cors import Cors
from game_events_api.admission.games import GameFile, Games
from game_events_api.admission.key_use import KeyUse
from game_events_api.admission.keys import KeyFile, Keyring
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.admission.sharing import SharedState
from game_events_api.admission.wrong_keys import WrongKeys
from game_events_api.contract.catalog import Catalog
from game_events_api.edge.asgi import EventPaths
from game_events_api.edge.collector import Collector
from game_events_api.edge.decisions import Decider
from game_events_api.edge.protocol import Bounds
from game_events_api.edge.seats import Seats
from game_events_api.errors import ApiError, ConfigurationError, FileDamaged
from game_events_api.exit_codes import ExitCode
from game_events_api.heartbeat import BEAT_SECONDS, Heartbeat, pipe_of
from game_events_api.hooks import Hooks, load_all
from game_events_api.ingest.dedup import DedupWindow
from game_events_api.ingest.judge import Judge
from game_events_api.ingest.rejected_quota import RejectedQuota
from game_events_api.logs import configure_logging
from game_events_api.metrics import Metrics, SnapshotFile
from game_events_api.metrics.definitions import (
    IN_FLIGHT_BYTES,
    REDIS_FAILURES,
    REDIS_FALLBACKS,
    REDIS_UP,
    SPOOL_BYTES,
    WRONG_KEYS,
)
from game_events_api.metrics.snapshots import WRITE_SECONDS
from game_events_api.operators.app import VERSION, create_app
from game_events_api.operators.endpoints import Operators
from game_events_api.process.open_files import possible_connections
from game_events_api.process.readiness import Readiness
from game_events_api.process.server import listen, make_server, meanwhile, serve
from game_events_api.settings import Environment, Settings
from game_events_api.spool import Spool, used_games
from game_events_api.telemetry import Exposition

log = logging.getLogger(__name__)

KEYS_REFRESH_SECONDS = 0.5
"""The bound that is promised, within a second, is met with time to spare."""


@dataclass
class Worker:
    """Everything one process holds, put together."""

    settings: Settings
    spool: Spool
    keyring: Keyring
    shared: SharedState | None = None

    def __post_init__(self) -> None:
        self.catalog = Catalog()
        # By its spool file, which no other worker has: the one that comes after it goes on with its counts.
        self.metrics = Metrics(self.spool.path.stem)
        self.snapshots = SnapshotFile(self.settings.data_dir, self.metrics.process)
        self.metrics.go_on_from(self.snapshots.read())
        data_dir, room = self.settings.data_dir, self.settings.learnt_games
        self.games = Games(GameFile(data_dir / "games.json"), self.keyring, room, used_games(data_dir, room))
        status_file = self.settings.data_dir / "delivery" / "status.json"
        self.exposition = Exposition(self.settings.data_dir)
        self.readiness = Readiness(self.spool, self.keyring, status_file, self.shared)

    def collector(self) -> Collector:
        settings = self.settings
        limits = Limits(settings.max_body_bytes, settings.max_decompressed_bytes, settings.max_requests_in_flight)
        window = DedupWindow(settings.dedup_window)
        self.spool.on_displaced = window.forget  # a repeated event has to be stored again
        budget = ByteBudget(settings.max_in_flight_bytes)
        self._watch(budget)
        key_rate = RateLimiter(settings.events_per_second, settings.burst_seconds)
        address_rate = RateLimiter(settings.address_requests_per_second, settings.burst_seconds, of="address")
        addresses = Addresses(settings.trusted_proxies, address_rate)
        cors, wrong_keys = Cors(settings.cors_origins), WrongKeys(settings.wrong_keys_per_minute)
        for status in wrong_keys.answered:
            self.metrics.read(WRONG_KEYS, partial(wrong_keys.answered.__getitem__, status), str(status))
        decider = Decider(
            key_rate,
            Judge(self.catalog, settings.max_event_bytes, f"game-events-api/{VERSION}", self.games),
            window,
            RejectedQuota(settings.rejected_per_minute),
        )
        return Collector(
            admission=Admission(self.keyring, limits, key_rate, addresses, cors, wrong_keys=wrong_keys),
            budget=budget,
            decider=decider,
            window=window,
            spool=self.spool,
            metrics=self.metrics,
            shared=self.shared,
            hooks=self._hooks(),
        )

    def app(self, collector: Collector) -> ASGIApp:
        """The event paths of the collector, and all that is none."""
        operators = Operators(self.settings.data_dir, collector.admission, self.catalog)
        return EventPaths(collector, create_app(readiness=self.readiness, scrape=self.scrape, operators=operators))

    def bounds(self) -> Bounds:
        settings = self.settings
        return Bounds(
            max_header_bytes=settings.max_header_bytes,
            max_body_bytes=settings.max_body_bytes,
            header_seconds=settings.header_seconds,
            body_seconds=settings.body_seconds,
            keep_alive_seconds=settings.keep_alive_seconds,
        )

    def _hooks(self) -> Hooks | None:
        settings = self.settings
        if not (settings.enrich or settings.observe):
            return None
        enriching, observing = load_all(settings.enrich, settings.observe)
        hooks = Hooks(enriching, observing, seconds=settings.enrich_seconds, threads=settings.enrich_threads)
        hooks.watch(self.metrics)
        return hooks

    def _watch(self, budget: ByteBudget) -> None:
        read, process = self.metrics.read, self.metrics.process
        read(IN_FLIGHT_BYTES, lambda: budget.used, process)
        read(SPOOL_BYTES, lambda: self.spool.bytes_used, process)
        if (shared := self.shared) is not None:
            read(REDIS_UP, lambda: shared.up, process)
            read(REDIS_FAILURES, lambda: shared.failures)
            read(REDIS_FALLBACKS, lambda: shared.fallbacks)

    def write_snapshot(self) -> None:
        self.snapshots.write(self.metrics.snapshot())

    def scrape(self) -> bytes:
        """Of the whole server; what this worker counts, as of now."""
        self.write_snapshot()
        return self.exposition.text()


def shared_state(settings: Settings) -> SharedState | None:
    if settings.redis_url is None:
        return None
    return SharedState(
        settings.redis_url.get_secret_value(),
        prefix=settings.redis_prefix,
        events_per_second=settings.events_per_second,
        burst_seconds=settings.burst_seconds,
        window=settings.shared_dedup_window,
        timeout_seconds=settings.redis_timeout_seconds,
    )


def opened(settings: Settings) -> Worker:
    """A worker with a spool file of its own, which is the caller's to close. FileDamaged, SpoolUnavailable, OSError."""
    keyring = Keyring(KeyFile(settings.data_dir / "keys.json"))
    spool = Spool.claim(
        settings.data_dir / "spool",
        max_bytes=settings.max_spool_bytes,
        max_pending_bytes=settings.max_pending_bytes,
    )
    try:
        return Worker(settings, spool, keyring, shared_state(settings))
    except BaseException:
        spool.close()
        raise


@contextlib.asynccontextmanager
async def kept_up(worker: Worker) -> AsyncIterator[None]:
    """What goes on beside the requests, until the block ends."""
    shared = worker.shared.connected() if worker.shared is not None else contextlib.nullcontext()
    key_use = KeyUse(worker.settings.data_dir)
    async with (
        meanwhile(_follow(worker.keyring, worker.games)),
        meanwhile(key_use.follow(worker.keyring)),
        meanwhile(_write_snapshots(worker)),
        shared,
    ):
        yield
    worker.write_snapshot()
    key_use.note(worker.keyring.used)


async def run(worker: Worker, listener: socket.socket, heartbeat: Heartbeat) -> None:
    """Serve until SIGTERM."""
    settings, collector, bounds = worker.settings, worker.collector(), worker.bounds()
    connections = possible_connections(settings.max_connections)
    if connections < settings.max_connections:
        log.warning(
            f"the limit of open files leaves {connections:,} of max_connections ({settings.max_connections:,});"
            " raise it (ulimit -n, LimitNOFILE) or set max_connections lower"
        )
    seats = Seats(connections)
    server = make_server(
        worker.app(collector),
        collector,
        bounds,
        seats,
        worker.readiness,
        drain_seconds=settings.drain_seconds,
        grace_seconds=settings.grace_seconds,
    )
    async with kept_up(worker), meanwhile(_beat(heartbeat)):
        await serve(server, bounds, seats, listener)


async def _beat(heartbeat: Heartbeat) -> None:
    """Whoever blocks the loop blocks this."""
    try:
        while True:
            heartbeat.beat()
            await asyncio.sleep(BEAT_SECONDS)
    finally:
        heartbeat.close()


async def _write_snapshots(worker: Worker) -> None:
    """In a thread: the file system may take its time, and requests go on."""
    while True:
        await asyncio.sleep(WRITE_SECONDS)
        await asyncio.to_thread(worker.write_snapshot)


async def _follow(*files: Keyring | Games) -> None:
    """Keys made or revoked and games added take effect within a second, without a restart."""
    while True:
        await asyncio.sleep(KEYS_REFRESH_SECONDS)
        for file in files:
            try:
                file.refresh()
            except Exception as error:  # whatever is in it: giving up would keep revoked keys in force for good
                message = "a file of keys or games cannot be read; what is known stays in force"
                log.error(message, extra={"error": str(error)})


def main() -> int:
    configure_logging()
    try:
        environment = Environment.read(os.environ)
        settings = environment.of(Settings)
        load_all(settings.enrich, settings.observe)
    except ConfigurationError as error:
        log.error(f"the settings cannot be used: {error}")
        return ExitCode.UNUSABLE
    configure_logging(settings.log_level)
    if environment.ignored:
        log.warning(environment.ignored)
    try:
        listener = listen(settings.host, settings.port)
        worker = opened(settings)
    except (ApiError, OSError) as error:
        log.error("the worker cannot start", extra={"error": str(error)})
        return ExitCode.UNUSABLE if isinstance(error, FileDamaged | OSError) else ExitCode.FAILED
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            heartbeat = Heartbeat(pipe_of(sys.argv[1:]), blocked_seconds=settings.blocked_seconds)
            runner.run(run(worker, listener, heartbeat))
    finally:
        worker.spool.close()
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())

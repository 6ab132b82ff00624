"""`python -m game_events_api.process.worker`: one server process, configured by the environment."""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from functools import partial

import uvloop
from starlette.types import ASGIApp

from game_events_api.admission.admit import Admission, Limits
from game_events_api.admission.budget import ByteBudget
from game_events_api.admission.cors import Cors
from game_events_api.admission.games import GameFile, Games
from game_events_api.admission.keyring import Keyring, keyring_of
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.admission.sharing import SharedState
from game_events_api.contract.catalog import Catalog
from game_events_api.edge.asgi import Charged, EventPaths
from game_events_api.edge.collector import Collector
from game_events_api.edge.decisions import Decider
from game_events_api.edge.protocol import bounded
from game_events_api.edge.seats import Seats
from game_events_api.errors import ApiError, ConfigurationError, FileDamaged
from game_events_api.exit_codes import ExitCode
from game_events_api.heartbeat import Heartbeat, pipe_of
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
)
from game_events_api.open_files import possible_connections
from game_events_api.operators.application import VERSION, public_app
from game_events_api.process import beside
from game_events_api.process.connections import addresses_of, bounds_of, counted_wrong_keys
from game_events_api.process.readiness import Readiness
from game_events_api.process.server import listen, make_server, meanwhile, serve
from game_events_api.settings import Environment, Settings
from game_events_api.spool import Spool, used_games

log = logging.getLogger(__name__)


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
        self.readiness = Readiness(self.spool, self.shared)

    def collector(self) -> Collector:
        settings = self.settings
        limits = Limits(settings.max_body_bytes, settings.max_decompressed_bytes, settings.max_requests_in_flight)
        window = DedupWindow(settings.dedup_window)
        self.spool.on_displaced = window.forget  # a repeated event has to be stored again
        budget = ByteBudget(settings.max_in_flight_bytes)
        self._watch(budget)
        key_rate = RateLimiter(settings.events_per_second, settings.burst_seconds)
        addresses = addresses_of(settings)
        cors, wrong_keys = Cors(settings.cors_origins), counted_wrong_keys(settings, self.metrics)
        decider = Decider(
            key_rate,
            Judge(self.catalog, settings.max_event_bytes, f"game-events-api/{VERSION}", self.games),
            window,
            RejectedQuota(settings.rejected_per_minute),
        )
        return self._kind_of_collector()(
            admission=Admission(self.keyring, limits, key_rate, addresses, cors, wrong_keys=wrong_keys),
            budget=budget,
            decider=decider,
            window=window,
            spool=self.spool,
            metrics=self.metrics,
            shared=self.shared,
            hooks=self._hooks(),
        )

    def _kind_of_collector(self) -> Callable[..., Collector]:
        if self.settings.traces_url is None:
            return Collector
        from game_events_api.edge.traced_collector import TracedCollector
        from game_events_api.tracing import Tracing

        return partial(TracedCollector, Tracing(self.settings.traces_url, "game-events-edge"))

    def app(self, collector: Collector) -> ASGIApp:
        """The event paths of the collector, and what else the public port has."""
        rest = public_app(lambda: self.readiness.is_ready)
        return EventPaths(collector, Charged(collector.admission.addresses, rest))

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
        self.snapshots.write(replace(self.metrics.snapshot(), checks=self.readiness.report()))


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
    keyring = keyring_of(settings.data_dir, settings.keys_place)
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
    async with beside.kept_up(worker.keyring, worker.write_snapshot, worker.games), shared:
        yield


async def run(worker: Worker, listener: socket.socket, heartbeat: Heartbeat) -> None:
    """Serve until SIGTERM."""
    settings, collector, bounds = worker.settings, worker.collector(), bounds_of(worker.settings)
    connections = possible_connections(settings.max_connections)
    if connections < settings.max_connections:
        log.warning(
            f"the limit of open files leaves {connections:,} of max_connections ({settings.max_connections:,});"
            " raise it (ulimit -n, LimitNOFILE) or set max_connections lower"
        )
    seats = Seats(connections)
    server = make_server(
        worker.app(collector),
        bounded(collector.admission.addresses, bounds, seats, collector),
        worker.readiness,
        drain_seconds=settings.drain_seconds,
        grace_seconds=settings.grace_seconds,
    )
    async with kept_up(worker), meanwhile(beside.beat(heartbeat)):
        await serve(server, bounds, seats, listener)


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

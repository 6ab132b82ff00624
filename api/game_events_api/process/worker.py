"""`python -m game_events_api.process.worker`: one server process, configured by the environment."""

import asyncio
import contextlib
import gc
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
import uvicorn
import uvloop

from game_events_api.admission.admit import Limits
from game_events_api.admission.budget import ByteBudget
from game_events_api.admission.keys import KeyFile, Keyring
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.admission.sharing import SharedState
from game_events_api.contract.catalog import Catalog
from game_events_api.edge.collector import Collector
from game_events_api.edge.protocol import bounded, enforce_deadlines
from game_events_api.errors import ApiError, ConfigurationError, FileDamaged
from game_events_api.exit_codes import ExitCode
from game_events_api.ingest.dedup import DedupWindow
from game_events_api.ingest.judge import Judge
from game_events_api.logs import configure_logging
from game_events_api.metrics import Metrics
from game_events_api.operators.app import VERSION, Check, create_app
from game_events_api.operators.endpoints import Operators
from game_events_api.settings import Environment, Settings
from game_events_api.spool import Spool

KEYS_REFRESH_SECONDS = 1.0
STATUS_STALE_SECONDS = 15.0


@dataclass
class Worker:
    """Everything one process holds."""

    settings: Settings
    spool: Spool
    keyring: Keyring
    metrics: Metrics = field(default_factory=Metrics)
    shared: SharedState | None = None
    draining: bool = False

    def collector(self) -> Collector:
        settings, catalog = self.settings, Catalog()
        window = DedupWindow(settings.dedup_window)
        self.spool.on_displaced = window.forget  # a repeated event has to be stored again
        budget = ByteBudget(settings.max_in_flight_bytes)
        self.metrics.gauge("game_events_in_flight_bytes", "Bytes of large bodies held", lambda: budget.used)
        self.metrics.gauge("game_events_spool_bytes", "Bytes that wait for delivery", lambda: self.spool.bytes_used)
        if (shared := self.shared) is not None:
            self.metrics.gauge("game_events_redis_up", "Whether limits and duplicates are shared", lambda: shared.up)
            self.metrics.counter("game_events_redis_failures", "Times Redis did not answer", lambda: shared.failures)
            self.metrics.counter(
                "game_events_redis_fallbacks", "Requests judged without Redis", lambda: shared.fallbacks
            )
        return Collector(
            create_app(
                readiness=self.checks,
                metrics=self.metrics,
                operators=Operators(settings.data_dir, self.keyring, catalog),
            ),
            event_types=catalog.event_types,
            keyring=self.keyring,
            limiter=RateLimiter(settings.events_per_second, settings.burst_seconds),
            limits=Limits(
                settings.max_body_bytes,
                settings.max_decompressed_bytes,
                settings.max_requests_in_flight,
            ),
            budget=budget,
            judge=Judge(catalog, settings.max_event_bytes),
            window=window,
            spool=self.spool,
            metrics=self.metrics,
            ingested_by=f"game-events-api/{VERSION}",
            shared=self.shared,
            rejected_per_minute=settings.rejected_per_minute,
        )

    def checks(self) -> Mapping[str, Check]:
        checks = {
            "accepting": Check("fail", "shutting down") if self.draining else Check("pass", "taking events"),
            "spool": Check("fail", failure)
            if (failure := self.spool.failure)
            else Check("pass", f"{self.spool.bytes_used:,} bytes in use"),
            "keys": Check("pass", f"{len(self.keyring)} keys")
            if len(self.keyring)
            else Check("warn", "no key yet: `game-events keys create`"),
        }
        if self.shared is not None:
            checks["redis"] = redis_check(self.shared)
        return checks | {"delivery": delivery_check(self.settings.data_dir / "delivery" / "status.json")}


def redis_check(shared: SharedState) -> Check:
    """Without Redis events are safe and limits and duplicates are each worker's own: a warning."""
    if shared.up:
        return Check("pass", "limits and duplicates are shared")
    return Check("warn", f"each worker limits and deduplicates alone: {shared.failure}")


def delivery_check(path: Path) -> Check:
    """What delivery last said of itself. It never makes the server unready: events are safe in the spool meanwhile."""
    try:
        status = json.loads(path.read_text())
        age = time.time() - path.stat().st_mtime
    except (OSError, ValueError):
        return Check("warn", "delivery has not reported yet")
    if age > STATUS_STALE_SECONDS:
        return Check("warn", f"delivery last reported {age:.0f} s ago")
    if unusable := status.get("unusable_spools"):
        reasons = "; ".join(f"{name}: {reason}" for name, reason in unusable.items())
        return Check("warn", f"spool files that cannot be delivered, the others are: {reasons}"[:1024])
    return Check("pass", json.dumps(status)[:1024])


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


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that shares its port with the other workers; the kernel spreads connections over them."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise ConfigurationError(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from error
    listener.listen(2048)
    return listener


class Server(uvicorn.Server):
    """uvicorn's server, which on SIGTERM first turns unready, then stops."""

    def __init__(self, config: uvicorn.Config, worker: Worker) -> None:
        super().__init__(config)
        self._worker = worker

    def handle_exit(self, sig: int, frame: object) -> None:
        if self._worker.draining:
            self.should_exit = True
            return
        self._worker.draining = True
        loop = asyncio.get_running_loop()
        loop.call_later(self._worker.settings.drain_seconds, setattr, self, "should_exit", True)

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        # asyncio's handlers instead of signal.signal's: they run in the loop, between callbacks.
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


async def serve(worker: Worker, listener: socket.socket) -> None:
    """Serve until SIGTERM; every request that was taken is answered and on disk when this returns."""
    settings = worker.settings
    collector = worker.collector()
    config = uvicorn.Config(
        collector,
        http=bounded(
            collector,
            max_header_bytes=settings.max_header_bytes,
            header_seconds=settings.header_seconds,
            body_seconds=settings.body_seconds,
            keep_alive_seconds=settings.keep_alive_seconds,
            max_connections=settings.max_connections,
        ),
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=max(1, int(settings.grace_seconds)),
    )
    server = Server(config, worker)
    shortest = min(settings.header_seconds, settings.body_seconds, settings.keep_alive_seconds)
    async with (
        _meanwhile(_follow(worker.keyring)),
        _meanwhile(enforce_deadlines(server.server_state.connections, shortest)),
        worker.shared.connected() if worker.shared is not None else contextlib.nullcontext(),
    ):
        # What was imported and compiled lives as long as the process: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 10, 10)
        await server.serve(sockets=[listener])


async def _follow(keyring: Keyring) -> None:
    """Keys made or revoked take effect within a second, without a restart."""
    while True:
        await asyncio.sleep(KEYS_REFRESH_SECONDS)
        try:
            keyring.refresh()
        except Exception as error:  # whatever is in the file: giving up would keep revoked keys in force for good
            structlog.get_logger().error("the key file cannot be read; the keys known stay in force", error=str(error))


@contextlib.asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()


def main() -> int:
    configure_logging()
    log = structlog.get_logger()
    try:
        environment = Environment.read(os.environ)
        settings = environment.of(Settings)
    except ConfigurationError as error:
        log.error(f"the settings cannot be used: {error}")
        return ExitCode.UNUSABLE
    if environment.ignored:
        log.warning(environment.ignored)
    try:
        keyring = Keyring(KeyFile(settings.data_dir / "keys.json"))
        listener = listen(settings.host, settings.port)
        spool = Spool.claim(
            settings.data_dir / "spool",
            max_bytes=settings.max_spool_bytes,
            max_pending_bytes=settings.max_pending_bytes,
        )
    except (ApiError, OSError) as error:
        log.error("the worker cannot start", error=str(error))
        return ExitCode.UNUSABLE if isinstance(error, FileDamaged | OSError) else ExitCode.FAILED
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(Worker(settings, spool, keyring, shared=shared_state(settings)), listener))
    finally:
        spool.close()
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m game_events_api.delivery`: drain every spool under the data directory until SIGTERM."""

import logging
import os
import signal
import sys
import threading
from types import FrameType

from filelock import FileLock, Timeout

from game_events_api.delivery.engine import Engine
from game_events_api.delivery.sinks import build_sinks
from game_events_api.errors import ConfigurationError
from game_events_api.exit_codes import ExitCode
from game_events_api.heartbeat import Heartbeat, pipe_of
from game_events_api.logs import configure_logging
from game_events_api.metrics import SnapshotFile
from game_events_api.private_files import FILE_MODE, make_folder
from game_events_api.settings import DeliverySettings, Environment

log = logging.getLogger(__name__)
LOCK_SECONDS = 15.0


def main() -> int:
    configure_logging()
    try:
        environment = Environment.read(os.environ)
        settings = environment.of(DeliverySettings)
    except ConfigurationError as error:
        log.error("the settings cannot be used: %s", error)
        return ExitCode.UNUSABLE
    configure_logging(settings.log_level)
    if environment.ignored:
        log.warning("%s", environment.ignored)
    folder = settings.data_dir / "delivery"
    try:
        make_folder(folder)
        make_folder(settings.data_dir / "spool")
    except OSError as error:
        log.error("the data folder cannot be used: %s", error)
        return ExitCode.UNUSABLE
    try:
        with FileLock(folder / "delivery.lock", timeout=LOCK_SECONDS, mode=FILE_MODE):
            run(settings)
    except Timeout:
        log.error("another delivery process drains %s; stop it first", settings.data_dir)
        return ExitCode.BUSY
    return ExitCode.OK


def run(settings: DeliverySettings) -> None:
    wake = threading.Event()
    heartbeat = Heartbeat(pipe_of(sys.argv[1:]), blocked_seconds=settings.blocked_seconds)

    def beat() -> None:
        heartbeat.beat()
        snapshots.keep(engine.metrics.snapshot)

    engine = Engine(
        settings.data_dir,
        build_sinks(settings, wake, heartbeat.beat),
        poll=settings.poll_seconds,
        shutdown=settings.shutdown_seconds,
        wake=wake,
        beat=beat,
    )
    snapshots = SnapshotFile(settings.data_dir, engine.metrics.process)
    engine.metrics.go_on_from(snapshots.read())

    def stop(_signal: int, _frame: FrameType | None) -> None:
        engine.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        engine.run()
    finally:
        snapshots.write(engine.metrics.snapshot())
        engine.close()


if __name__ == "__main__":
    sys.exit(main())

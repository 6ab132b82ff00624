"""`python -m game_events_api.delivery`: drain every spool under the data directory until SIGTERM."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from types import FrameType

from filelock import FileLock, Timeout

from game_events_api.delivery.engine import Engine
from game_events_api.delivery.lake_sink import LakeSink
from game_events_api.delivery.sink import Around, Sink
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

    around = traced(settings)
    engine = Engine(
        settings.data_dir,
        [build_sink(name, settings, wake, heartbeat.beat, around(name)) for name in settings.sinks],
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


def build_sink(
    name: str, settings: DeliverySettings, wake: threading.Event, beat: Callable[[], None], around: Around
) -> Sink:
    match name:
        case "lake":
            lake = LakeSink(
                settings.data_dir / "lake",
                known=settings.data_dir / "delivery" / "lake.marker",
                linger=settings.linger_seconds,
                file_bytes=settings.lake_file_bytes,
            )
            lake.around = around
            return lake
        case "s3":
            return s3_sink(settings, beat, around)
        case "firehose":
            return firehose_sink(settings, wake, around)
        case _:
            raise AssertionError(f"the sink {name} is in SINKS, and nothing here builds it")


def traced(settings: DeliverySettings) -> Callable[[str], Around]:
    """What each sink enters with the lines that it delivers: a span, where traces go somewhere."""
    if settings.traces_url is None:
        return lambda name: nullcontext
    from game_events_api.tracing import Tracing

    return partial(partial, Tracing(settings.traces_url, "game-events-delivery").delivering)


def s3_sink(settings: DeliverySettings, beat: Callable[[], None], around: Around) -> Sink:
    from game_events_api.delivery.s3_sink import Bucket, S3Sink

    assert settings.s3_bucket is not None
    bucket = Bucket(
        settings.s3_bucket,
        settings.s3_prefix,
        endpoint_url=settings.s3_endpoint_url,
        region=settings.aws_region,
        beat=beat,
    )
    sink = S3Sink(bucket, linger=settings.linger_seconds, file_bytes=settings.lake_file_bytes)
    sink.around = around
    return sink


def firehose_sink(settings: DeliverySettings, wake: threading.Event, around: Around) -> Sink:
    from game_events_api.delivery.firehose_sink import FirehoseSink
    from game_events_api.delivery.letter_keeping import LetterKeeping
    from game_events_api.delivery.transport import BotoTransport, ThreadedCalls

    transport = BotoTransport(
        endpoint_url=settings.firehose_endpoint_url,
        region=settings.aws_region,
        threads=settings.firehose_threads,
        connect_timeout=settings.firehose_connect_timeout,
        read_timeout=settings.firehose_read_timeout,
    )
    transport.around = around
    return FirehoseSink(
        ThreadedCalls(
            transport, threads=settings.firehose_threads, on_done=wake.set, deadline=settings.firehose_call_timeout
        ),
        streams={"events": settings.firehose_stream, "rejected": settings.firehose_rejected_stream},
        linger=settings.linger_seconds,
        window_bytes=settings.firehose_window_bytes,
        threads=settings.firehose_threads,
        keep_letters=LetterKeeping(settings.dead_letter_bytes, failures(settings)).step,
    )


def failures(settings: DeliverySettings) -> Callable[[], None]:
    from game_events_api.delivery.firehose_failures import FirehoseFailures, error_output

    if settings.firehose_error_output is None:
        return lambda: None
    output = error_output(
        settings.firehose_error_output, endpoint_url=settings.s3_endpoint_url, region=settings.aws_region
    )
    return FirehoseFailures(settings.data_dir, output).step


if __name__ == "__main__":
    sys.exit(main())

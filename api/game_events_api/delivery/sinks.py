"""The sinks that the settings name, built."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from game_events_api.delivery.lake_sink import LakeSink
from game_events_api.delivery.sink import Around, Sink
from game_events_api.settings import DeliverySettings

if TYPE_CHECKING:
    from game_events_api.delivery.firehose_failures import FirehoseFailures


def build_sinks(settings: DeliverySettings, wake: threading.Event, beat: Callable[[], None]) -> list[Sink]:
    """`wake` is set when a call has its answer, `beat` called while one goes on."""
    around = traced(settings)
    return [build_sink(name, settings, wake, beat, around(name)) for name in settings.sinks]


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
    found = failures(settings)
    fetch = found.step if found else lambda: None
    sink = FirehoseSink(
        ThreadedCalls(
            transport, threads=settings.firehose_threads, on_done=wake.set, deadline=settings.firehose_call_timeout
        ),
        streams={"events": settings.firehose_stream, "rejected": settings.firehose_rejected_stream},
        linger=settings.linger_seconds,
        window_bytes=settings.firehose_window_bytes,
        threads=settings.firehose_threads,
        keep_letters=LetterKeeping(settings.dead_letter_bytes, fetch).step,
    )
    if found:
        sink.trouble = lambda: found.failure and f"{found.failure}; set GAME_EVENTS_FIREHOSE_ERROR_OUTPUT right"
    return sink


def failures(settings: DeliverySettings) -> "FirehoseFailures | None":
    from game_events_api.delivery.firehose_failures import FirehoseFailures, error_output

    if settings.firehose_error_output is None:
        return None
    output = error_output(
        settings.firehose_error_output, endpoint_url=settings.s3_endpoint_url, region=settings.aws_region
    )
    return FirehoseFailures(settings.data_dir, output)

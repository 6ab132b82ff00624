"""Spans for an OpenTelemetry collector, where `traces_url` names one; elsewhere this module is not imported.

A request's trace is its correlation id: 16 bytes in hexadecimal are a trace's name too, and every stored line has them.
So nothing is stored for the sake of traces, and delivery finds in a batch's lines whose requests it carries. The edge's
span is named by the second half of its trace, so that delivery can link it without having been told. Spans tell of no
event, key, player or address. Decision 0206 has the reasons.
"""

import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.trace import set_span_in_context as within

from game_events_api.correlation import correlation_ids

MAX_LINKS = 128
"""Of a span; OpenTelemetry's own limit."""
NAME = re.compile(r"[0-9a-f]{32}")
PARENT = re.compile(rb"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
SAMPLED = TraceFlags(TraceFlags.SAMPLED)


class Tracing:
    """Of one process. Spans are sent by a thread of OpenTelemetry's; what it cannot send it drops, and events go on."""

    def __init__(self, url: str, service: str) -> None:
        """`url` is the collector's, without /v1/traces. Sampling is by OTEL_TRACES_SAMPLER."""
        self._names = _Names()
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": service}),
            id_generator=self._names,
        )
        exporter = OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer(service)

    def answered(self, name: str, status: int, correlation_id: str, parent: bytes | None, seconds: float) -> None:
        """A request that was let in and took so many seconds; `parent` is its traceparent header."""
        context = None
        if (found := PARENT.fullmatch(parent or b"")) and found[1].decode() == correlation_id:
            sender = SpanContext(int(found[1], 16), int(found[2], 16), is_remote=True, trace_flags=SAMPLED)
            context = within(NonRecordingSpan(sender))
        now = time.time_ns()
        with self._names.after(correlation_id):
            span = self._tracer.start_span(
                f"take {name}",
                context=context,
                kind=SpanKind.SERVER,
                start_time=now - int(seconds * 1e9),
                attributes={"game_events.path": name, "http.response.status_code": status},
            )
        if status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end(now)

    @contextmanager
    def delivering(self, sink: str, blocks: Sequence[bytes]) -> Iterator[None]:
        """Around giving lines to a sink, linked to the requests that brought them: the first MAX_LINKS of them."""
        names = correlation_ids(blocks)
        links = [Link(_taken(name)) for name in names if _is_name(name)][:MAX_LINKS]
        lines = sum(lines.count(b"\n") for lines in blocks)
        told: dict[str, str | int] = {
            "game_events.sink": sink,
            "game_events.requests": len(names),
            "game_events.lines": lines,
        }
        with self._tracer.start_as_current_span(
            f"deliver to {sink}",
            kind=SpanKind.PRODUCER,
            links=links,
            attributes=told,
            record_exception=False,  # its text may name a path or an address
            set_status_on_exception=True,
        ):
            yield


class _Names(RandomIdGenerator):
    """Names of traces and spans: at random, or after a correlation id."""

    def __init__(self) -> None:
        self._local = threading.local()

    @contextmanager
    def after(self, correlation_id: str) -> Iterator[None]:
        self._local.name = correlation_id if _is_name(correlation_id) else None
        try:
            yield
        finally:
            self._local.name = None

    def generate_trace_id(self) -> int:
        name = getattr(self._local, "name", None)
        return int(name, 16) if name else super().generate_trace_id()

    def generate_span_id(self) -> int:
        name = getattr(self._local, "name", None)
        return int(name[16:], 16) if name else super().generate_span_id()


def _is_name(correlation_id: str) -> bool:
    """Whether it can be a trace's and, by its second half, a span's; a sender may have called its request otherwise."""
    return NAME.fullmatch(correlation_id) is not None and correlation_id[16:].strip("0") != ""


def _taken(correlation_id: str) -> SpanContext:
    """The edge's span of a request."""
    return SpanContext(int(correlation_id, 16), int(correlation_id[16:], 16), is_remote=True, trace_flags=SAMPLED)

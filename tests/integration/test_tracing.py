"""One trace from the SDK's request over the edge to delivery, as a collector on a real socket receives it."""

import asyncio
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import RunningServer, ServerFactory, wait_until
from game_events import AsyncGameAnalyticsClient, EventReceipt, GameAnalyticsClient
from game_events.tracing import AsyncTracingTransport, TracingTransport
from game_events_api.delivery.transport import BotoTransport
from game_events_api.tracing import Tracing
from game_events_devtools.firehose_emulator import DirectoryDestination, FirehoseEndpoint
from integration.edge_wire import install
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from s3_server import CREDENTIALS

PLAYER = "player-who-is-nobodys-business"


class Collector:
    """Takes spans by OTLP over HTTP, and keeps them."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.bodies: list[bytes] = []
        kept = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kept.bodies.append(body)
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    kept.spans += [span for scope in resource.scope_spans for span in scope.spans]
                self.send_response(200)
                self.end_headers()

            def log_message(self, *told: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def named(self, beginning: str) -> list[Any]:
        return [span for span in self.spans if span.name.startswith(beginning)]


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


@pytest.fixture(scope="module")
def sent() -> InMemorySpanExporter:
    """The spans of this process, in which the SDK runs."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


async def sent_by_asyncio(server: RunningServer) -> EventReceipt:
    http = httpx.AsyncClient(transport=AsyncTracingTransport())
    async with http, AsyncGameAnalyticsClient(server.url, server.key, http=http) as client:
        return await client.send_event({**install(), "user_id": PLAYER})


def test_a_request_is_one_trace_from_the_sdk_to_the_batch_that_delivered_it(
    start_server: ServerFactory, collector: Collector, sent: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
    server = start_server(traces_url=collector.url)
    with (
        trace.get_tracer("game").start_as_current_span("level") as level,
        GameAnalyticsClient(server.url, server.key, http=lambda: httpx.Client(transport=TracingTransport())) as client,
    ):
        receipts = [client.send_event({**install(), "user_id": PLAYER}), asyncio.run(sent_by_asyncio(server))]
    plain = httpx.post(f"{server.url}/v1/events/install", headers=server.headers, json=install())
    server.wait_until_delivered()
    wait_until(
        lambda: len(collector.named("take")) == 3 and len(linked(collector)) == 3, explain=lambda: str(collector)
    )

    requests = [span for span in sent.get_finished_spans() if span.name == "send events"]
    ids = [trace.format_trace_id(span.context.trace_id) for span in requests]
    assert [receipt.correlation_id for receipt in receipts] == ids
    assert len(set(ids)) == 2
    assert all(span.links[0].context == level.get_span_context() for span in requests)
    taken = {span.trace_id.hex(): span for span in collector.named("take install")}
    assert set(taken) == {*ids, plain.headers["x-correlation-id"]}
    for span in requests:
        edge = taken[trace.format_trace_id(span.context.trace_id)]
        assert edge.parent_span_id.hex() == trace.format_span_id(span.context.span_id)
        assert edge.start_time_unix_nano < edge.end_time_unix_nano
    assert linked(collector) == {(span.trace_id, span.span_id) for span in taken.values()}
    for secret in (PLAYER, server.key, "127.0.0.1", "puzzle-quest"):
        assert not any(secret.encode() in body for body in collector.bodies)


def test_a_call_to_firehose_links_the_requests_whose_lines_it_carries(
    collector: Collector, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in {**CREDENTIALS, "OTEL_BSP_SCHEDULE_DELAY": "100"}.items():
        monkeypatch.setenv(name, value)
    ids = [f"{number:032x}" for number in range(1, 300)]
    names = [*ids, "a-name-of-the-senders"]
    lines = [b'{"received_at":"2026-11-28T09:30:00Z","correlation_id":"%b"}\n' % name.encode() for name in names]
    with FirehoseEndpoint(DirectoryDestination(tmp_path)) as endpoint:
        transport = BotoTransport(
            endpoint_url=endpoint.url, region="eu-west-1", threads=1, connect_timeout=5, read_timeout=5
        )
        transport.around = partial(Tracing(collector.url, "tests").delivering, "firehose")
        transport.put("game-events", [b"".join(lines[:200]), b"".join(lines[200:])])
    wait_until(lambda: bool(collector.named("deliver to firehose")))
    (span,) = collector.named("deliver to firehose")
    assert [link.trace_id.hex() for link in span.links] == ids[:128]
    told = {attribute.key: attribute.value.int_value for attribute in span.attributes}
    assert (told["game_events.requests"], told["game_events.lines"]) == (300, 300)


def linked(collector: Collector) -> set[tuple[bytes, bytes]]:
    return {(link.trace_id, link.span_id) for span in collector.named("deliver to lake") for link in span.links}

"""A span for each request of a client, with OpenTelemetry: `pip install 'game-events-sdk[otel]'`.

    from game_events.tracing import TracingTransport
    client = GameAnalyticsClient(url, key, http=lambda: httpx.Client(transport=TracingTransport()))

The server calls the request by the trace's name (X-Correlation-Id), keeps it with each event, and its own spans and
delivery's belong to it. A request carries events of many moments, so its trace begins with it and links the span that
was current. Without an OpenTelemetry SDK that records, nothing is added. Spans have no event, no key and no player.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from opentelemetry import trace
from opentelemetry.context import Context

_tracer = trace.get_tracer("game_events")


class TracingTransport(httpx.HTTPTransport):
    """Give it what httpx's own takes: `verify`, `http2`, `proxy`, …"""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with _sending(request) as span:
            response = super().handle_request(request)
            span.set_attribute("http.response.status_code", response.status_code)
            return response


class AsyncTracingTransport(httpx.AsyncHTTPTransport):
    """As TracingTransport, for AsyncGameAnalyticsClient."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with _sending(request) as span:
            response = await super().handle_async_request(request)
            span.set_attribute("http.response.status_code", response.status_code)
            return response


@contextmanager
def _sending(request: httpx.Request) -> Iterator[trace.Span]:
    current = trace.get_current_span().get_span_context()
    told = {"http.request.method": request.method, "server.address": request.url.host, "url.path": request.url.path}
    with _tracer.start_as_current_span(
        "send events",
        context=Context(),
        kind=trace.SpanKind.CLIENT,
        links=[trace.Link(current)] if current.is_valid else [],
        attributes=told,
        record_exception=False,
    ) as span:
        own = span.get_span_context()
        if own.is_valid:
            name = trace.format_trace_id(own.trace_id)
            request.headers["X-Correlation-Id"] = name
            request.headers["traceparent"] = f"00-{name}-{trace.format_span_id(own.span_id)}-{own.trace_flags:02x}"
        yield span

"""What a scripted server may answer instead of a receipt, and what may happen on the way."""

from collections.abc import Mapping
from typing import Any

import httpx

CORRELATION_ID = "c-9"
_SLUGS = {401: "unauthenticated", 403: "forbidden", 413: "too-large", 422: "invalid-event", 429: "rate-limited"}


def problem(status: int, headers: Mapping[str, str] | None = None, **more: Any) -> httpx.Response:
    """A refusal as the server writes it (RFC 9457); `more` are members of the document, say `errors`."""
    document = {
        "type": f"urn:game-events:problem:{_SLUGS.get(status, 'scripted')}",
        "title": "Refused",
        "status": status,
        "detail": "for a test",
        "correlation_id": CORRELATION_ID,
        **more,
    }
    own = {"Content-Type": "application/problem+json", "X-Correlation-ID": CORRELATION_ID}
    return httpx.Response(status, json=document, headers={**own, **(headers or {})})


def busy(retry_after: float, status: int = 429) -> httpx.Response:
    """Come again in so many seconds."""
    return problem(status, {"Retry-After": f"{retry_after:g}"})


def rejection(pointer: str, rule: str, message: str) -> httpx.Response:
    """Of one event that goes alone: 422, with this reason."""
    return problem(422, errors=[{"pointer": pointer, "rule": rule, "message": message}])


def connection_refused(request: httpx.Request) -> httpx.Response:
    """Nobody listens; the event has not arrived."""
    raise httpx.ConnectError("connection refused", request=request)


def no_answer(request: httpx.Request) -> httpx.Response:
    """The server takes the connection and says nothing in time; the event has not arrived."""
    raise httpx.ReadTimeout("no answer in time", request=request)


def lost_answer(request: httpx.Request) -> httpx.Response:
    """The event arrives and its receipt does not: sent again, it is a duplicate. FakeServer knows it by name."""
    raise httpx.ReadError("connection reset", request=request)

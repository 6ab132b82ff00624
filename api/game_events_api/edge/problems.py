"""Refusals as problem documents (RFC 9457)."""

import msgspec

from game_events_api.errors import RequestRefused

TITLES = {
    "malformed-json": "The body is not JSON",
    "invalid-header": "A header is malformed",
    "unauthorized": "No valid API key",
    "forbidden": "The key may not do this",
    "not-found": "There is no such thing here",
    "method-not-allowed": "This method is not for this path",
    "request-timeout": "The request came too slowly",
    "retired-schema-version": "The schema version is retired",
    "content-too-large": "The body is too large",
    "unsupported-media-type": "The body's type or encoding is not supported",
    "invalid-event": "The event breaks its contract",
    "invalid-batch": "The batch breaks its contract",
    "invalid-request": "The request breaks its contract",
    "rate-limited": "Too many events",
    "headers-too-large": "The headers are too large",
    "unavailable": "Not now",
}
JSON = (b"content-type", b"application/problem+json")


def body(refused: RequestRefused, correlation_id: str) -> bytes:
    """The problem document of a refusal."""
    document: dict[str, object] = {
        "type": f"urn:game-events:problem:{refused.slug}",
        "title": TITLES[refused.slug],
        "status": refused.status,
        "detail": refused.detail,
        "correlation_id": correlation_id,
    }
    if refused.errors:
        document["errors"] = [error.model_dump() for error in refused.errors]
    return msgspec.json.encode(document)

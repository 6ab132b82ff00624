"""What every answer of an operators' application has: a name, HEAD as GET, and headers that keep browsers strict."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from game_events_api.admission.admit import correlation_id_of
from game_events_api.errors import Headers

STRICT: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
"""Of an answer that brings none of its own."""


class CorrelationId:
    """Pure ASGI: X-Correlation-ID, also in the scope for who writes a problem; and `further` beside STRICT."""

    def __init__(self, app: ASGIApp, further: Headers = ()) -> None:
        self._app = app
        self._headers = (*STRICT, *further)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = correlation_id_of(dict(scope["headers"]))
        scope.setdefault("state", {})["correlation_id"] = correlation_id

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [field for field in message["headers"] if field[0] != b"x-correlation-id"]
                names = {name for name, _ in own}
                strict = [field for field in self._headers if field[0] not in names]
                message["headers"] = [*own, (b"x-correlation-id", correlation_id.encode()), *strict]
            await send(message)

        await self._app(scope, receive, send_named)


class HeadAsGet:
    """Pure ASGI: HEAD is answered as GET is, without the body (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, send_head)

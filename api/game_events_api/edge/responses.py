"""An answer on its way out: as bytes of HTTP/1.1, as ASGI messages, as Starlette's response."""

from starlette.responses import Response
from starlette.types import Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from game_events_api.edge.answers import Answer
from game_events_api.errors import Headers

NOSNIFF = (b"x-content-type-options", b"nosniff")
_NOSNIFF_LINE = b"%b: %b\r\n" % NOSNIFF


def http(answer: Answer, default_headers: Headers, *, closing: bool, with_body: bool = True) -> bytes:
    """The whole response; `closing` says that the connection ends with it."""
    parts = [STATUS_LINE[answer.status]]
    for name, value in default_headers:
        parts += (name, b": ", value, b"\r\n")
    for name, value in answer.fields():
        parts += (name, b": ", value, b"\r\n")
    parts.append(_NOSNIFF_LINE + b"connection: close\r\n\r\n" if closing else _NOSNIFF_LINE + b"\r\n")
    if with_body:
        parts.append(answer.body)
    return b"".join(parts)


async def asgi(answer: Answer, send: Send, further: Headers = ()) -> None:
    headers = [*answer.fields(), NOSNIFF, *further]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def starlette(answer: Answer) -> Response:
    response = Response(answer.body, answer.status)
    response.raw_headers = answer.fields()
    return response

"""The body off the wire: bounded in size and in what it decompresses to."""

from collections.abc import Callable

from isal import igzip_lib, isal_zlib
from starlette.types import Receive

from game_events_api.errors import Problem, RequestRefused

GZIP_WINDOW_BITS = 31  # zlib's number for "gzip, largest window"
GZIP_RESERVED_FLAGS = 0b1110_0000  # of the fourth byte; RFC 1952 (2.3.1.2) has them refused, and isal passes them


class Disconnected(Exception):
    """The sender hung up before the body was complete; there is nobody to answer."""


async def read(receive: Receive, max_bytes: int, hold: Callable[[int], None]) -> bytes:
    """The whole body, or RequestRefused 413, or Disconnected. How long it may take is the protocol's business.

    `hold` is told how many bytes there are so far, and may refuse them.
    """
    parts = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        parts += message.get("body", b"")
        if len(parts) > max_bytes:
            raise too_large(max_bytes)
        hold(len(parts))
        if not message.get("more_body"):
            return bytes(parts)


def decompress(body: bytes, max_bytes: int) -> bytes:
    """Gunzip, stopping at `max_bytes`: a megabyte of gzip can hold a gigabyte."""
    if len(body) > 3 and body[3] & GZIP_RESERVED_FLAGS:
        raise RequestRefused(Problem.MALFORMED_JSON, "the body's gzip header sets flags that RFC 1952 reserves")
    stream = isal_zlib.decompressobj(wbits=GZIP_WINDOW_BITS)
    try:
        data = stream.decompress(body, max_bytes + 1)
    except igzip_lib.IsalError as error:  # type: ignore[misc] # its stub calls the class an instance
        raise RequestRefused(Problem.MALFORMED_JSON, f"the body is not gzip: {error}") from error
    if len(data) > max_bytes:
        raise RequestRefused(Problem.CONTENT_TOO_LARGE, f"the body decompresses to more than {max_bytes:,} bytes")
    if not stream.eof or stream.unused_data:
        raise RequestRefused(Problem.MALFORMED_JSON, "the body is not exactly one complete gzip member")
    return bytes(data)


def too_large(max_bytes: int) -> RequestRefused:
    return RequestRefused(Problem.CONTENT_TOO_LARGE, f"a body holds at most {max_bytes:,} bytes; split the batch")

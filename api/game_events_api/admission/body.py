"""The body off the wire: bounded in size and in what it decompresses to."""

from collections.abc import Callable, Generator

from isal import igzip_lib, isal_zlib
from starlette.types import Receive

from game_events_api.errors import Problem, RequestRefused

GZIP_WINDOW_BITS = 31  # zlib's number for "gzip, largest window"
GZIP_RESERVED_FLAGS = 0b1110_0000  # of the fourth byte; RFC 1952 (2.3.1.2) has them refused, and isal passes them
STEP_BYTES = 32 * 1024


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


def decompress(
    body: bytes, max_bytes: int, hold: Callable[[int], None] = lambda size: None
) -> Generator[None, None, bytes]:
    """Gunzip in short steps, stopping at `max_bytes`: a megabyte of gzip can hold a gigabyte.

    Of what is taken in too, few bytes a step: a block's tables take longer to build than its bytes to come.
    `hold` is told how many bytes there are so far, and may refuse them.
    """
    if len(body) > 3 and body[3] & GZIP_RESERVED_FLAGS:
        raise RequestRefused(Problem.MALFORMED_JSON, "the body's gzip header sets flags that RFC 1952 reserves")
    stream = isal_zlib.decompressobj(wbits=GZIP_WINDOW_BITS)
    parts: list[bytes] = []
    size = 0
    for start in range(0, len(body), STEP_BYTES):
        taken = body[start : start + STEP_BYTES]
        more = True
        while more:
            try:
                part = stream.decompress(taken, STEP_BYTES * 16)
            except igzip_lib.IsalError as error:  # type: ignore[misc] # its stub calls the class an instance
                raise RequestRefused(Problem.MALFORMED_JSON, f"the body is not gzip: {error}") from error
            parts.append(part)
            size += len(part)
            if size > max_bytes:
                detail = f"the body decompresses to more than {max_bytes:,} bytes"
                raise RequestRefused(Problem.CONTENT_TOO_LARGE, detail)
            hold(size)
            taken = stream.unconsumed_tail
            more = bool(taken) or (len(part) == STEP_BYTES * 16 and not stream.eof)
            if more:
                yield
        if stream.eof:
            break
        yield
    if not stream.eof or stream.unused_data or start + STEP_BYTES < len(body):
        raise RequestRefused(Problem.MALFORMED_JSON, "the body is not exactly one complete gzip member")
    return b"".join(parts)


def too_large(max_bytes: int) -> RequestRefused:
    return RequestRefused(Problem.CONTENT_TOO_LARGE, f"a body holds at most {max_bytes:,} bytes; split the batch")

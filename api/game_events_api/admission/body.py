"""The body off the wire: bounded in size and in what it decompresses to."""

from collections.abc import Mapping

from isal import igzip_lib, isal_zlib
from starlette.types import Receive

from game_events_api.admission.budget import ByteBudget
from game_events_api.errors import RequestRefused

GZIP_WINDOW_BITS = 31  # zlib's number for "gzip, largest window"


class Disconnected(Exception):
    """The sender hung up before the body was complete; there is nobody to answer."""


def check_headers(headers: Mapping[bytes, bytes], max_bytes: int) -> None:
    """Refuse what can be refused before the body is read."""
    media_type, _, parameters = headers.get(b"content-type", b"").lower().partition(b";")
    if media_type.strip() != b"application/json":
        raise RequestRefused(415, "unsupported-media-type", "send Content-Type: application/json")
    if parameters.strip().replace(b'"', b"") not in (b"", b"charset=utf-8", b"charset=utf8"):
        raise RequestRefused(415, "unsupported-media-type", "JSON is sent in UTF-8; drop the other parameters")
    if headers.get(b"content-encoding", b"identity").lower() not in (b"identity", b"gzip"):
        raise RequestRefused(415, "unsupported-media-type", "Content-Encoding is gzip or identity")
    length = headers.get(b"content-length")
    if length is not None and length.isdigit() and int(length[:20]) > max_bytes:
        raise _too_large(max_bytes)


async def read(receive: Receive, max_bytes: int, budget: ByteBudget) -> bytes:
    """The whole body, or RequestRefused 413 or 503, or Disconnected.

    Its bytes are held from the budget in the name of `receive` until somebody releases them. How long the body may
    take is the protocol's business.
    """
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        whole: bytes = message.get("body", b"")
        if len(whole) > max_bytes:
            raise _too_large(max_bytes)
        budget.hold(receive, len(whole))
        return whole
    parts = bytearray()
    while True:
        if message["type"] == "http.disconnect":
            raise Disconnected
        parts += message.get("body", b"")
        if len(parts) > max_bytes:
            raise _too_large(max_bytes)
        budget.hold(receive, len(parts))
        if not message.get("more_body"):
            return bytes(parts)
        message = await receive()


def decompress(body: bytes, max_bytes: int) -> bytes:
    """Gunzip, stopping at `max_bytes`: a megabyte of gzip can hold a gigabyte."""
    stream = isal_zlib.decompressobj(wbits=GZIP_WINDOW_BITS)
    try:
        data = stream.decompress(body, max_bytes + 1)
    except igzip_lib.IsalError as error:  # type: ignore[misc] # its stub calls the class an instance
        raise RequestRefused(400, "malformed-json", f"the body is not gzip: {error}") from error
    if len(data) > max_bytes:
        raise RequestRefused(413, "content-too-large", f"the body decompresses to more than {max_bytes:,} bytes")
    if not stream.eof or stream.unused_data:
        raise RequestRefused(400, "malformed-json", "the body is not exactly one complete gzip member")
    return bytes(data)


def _too_large(max_bytes: int) -> RequestRefused:
    return RequestRefused(413, "content-too-large", f"a body holds at most {max_bytes:,} bytes; split the batch")

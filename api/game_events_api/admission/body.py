"""The body off the wire: bounded in size and in what it decompresses to."""

from collections.abc import Callable, Mapping

from isal import igzip_lib, isal_zlib
from starlette.types import Receive

from game_events_api.errors import RequestRefused

GZIP_WINDOW_BITS = 31  # zlib's number for "gzip, largest window"


class Disconnected(Exception):
    """The sender hung up before the body was complete; there is nobody to answer."""


def check_headers(headers: Mapping[bytes, bytes], max_bytes: int) -> bool:
    """Refuse what can be refused before the body is read. Returns whether the body is gzipped."""
    content_type = headers.get(b"content-type", b"")
    if content_type != b"application/json":
        _check_media_type(content_type)
    length = headers.get(b"content-length")
    if length is not None and length.isdigit() and int(length[:20]) > max_bytes:
        raise too_large(max_bytes)
    encoding = headers.get(b"content-encoding")
    if encoding is None:
        return False
    if encoding.lower() not in (b"identity", b"gzip"):
        raise RequestRefused(415, "unsupported-media-type", "Content-Encoding is gzip or identity")
    return encoding.lower() == b"gzip"


def _check_media_type(content_type: bytes) -> None:
    media_type, _, parameters = content_type.lower().partition(b";")
    if media_type.strip() != b"application/json":
        raise RequestRefused(415, "unsupported-media-type", "send Content-Type: application/json")
    if parameters.strip().replace(b'"', b"") not in (b"", b"charset=utf-8", b"charset=utf8"):
        raise RequestRefused(415, "unsupported-media-type", "JSON is sent in UTF-8; drop the other parameters")


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


def too_large(max_bytes: int) -> RequestRefused:
    return RequestRefused(413, "content-too-large", f"a body holds at most {max_bytes:,} bytes; split the batch")

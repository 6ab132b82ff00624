"""What RFC 9112 asks of a request's head beyond what the parser sees to. Pure.

The parser (llhttp) refuses what is no HTTP at all; what it lets pass and a server must not, or must read another way,
is here: versions, targets, Host, transfer codings, repeated fields, wishes for another protocol.
"""

import re
from collections.abc import Sequence

from game_events_api.errors import Headers, Problem, RequestRefused

VERSIONS = ("1.1", "1.0")
MAX_TARGET_BYTES = 8 * 1024
"""RFC 9112 (3) recommends at least 8,000; longer ones are answered 414."""
MAX_FIELDS = 100
"""Header fields of a request, and trailer fields of another; more are answered 431."""

_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[\w.~!$&'()*+;=%-]*)(:\d{0,5})?")  # no comma: that would be two hosts
_ABSOLUTE = re.compile(rb"https?://([^/?#]*)([^#]*)", re.IGNORECASE)
_HOP_BY_HOP_WISHES = (b"upgrade", b"http2-settings")
_IGNORED_PROTOCOLS = (b"h2c",)
"""Some clients wish for it with each first request and go on without it (RFC 9110, 7.8)."""


def fields_of(headers: Headers) -> dict[bytes, bytes]:
    """The fields by name; one that came in several lines is the list of their values (RFC 9110, 5.3)."""
    fields = dict(headers)
    if len(fields) < len(headers):
        fields = {}
        for name, value in headers:
            fields[name] = b"%b, %b" % (fields[name], value) if name in fields else value
    return fields


def check(method: bytes, version: str, fields: dict[bytes, bytes]) -> None:
    """RequestRefused when the head as a whole cannot be taken; its connection is to be closed then."""
    if method == b"CONNECT":
        raise RequestRefused(
            Problem.METHOD_NOT_ALLOWED,
            "this server is no proxy; send the request to itself",
            headers=((b"allow", b"GET, HEAD, POST"),),
        )
    if version not in VERSIONS:
        raise _malformed("speak HTTP/1.1")
    host = fields.get(b"host")
    if host is None:
        if version != "1.0":
            raise _malformed("a request has a Host field")
    elif _HOST.fullmatch(host) is None:
        raise _malformed("a request has one Host field, with a name or an address and perhaps a port")
    if (codings := fields.get(b"transfer-encoding")) is not None:
        _check_codings(codings, version)


def path_and_query(method: bytes, target: bytes, fields: dict[bytes, bytes]) -> bytes:
    """The target in origin-form; the host of one in absolute-form stands in place of the Host field."""
    if target[:1] == b"/":
        if b"#" in target:
            raise _malformed("a fragment is not sent")
        return target
    if target == b"*" and method == b"OPTIONS":
        return target
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute is None or not absolute[1] or _HOST.fullmatch(absolute[1]) is None:
        raise _malformed("the request's target is a path, such as /v1/events/install")
    fields[b"host"] = absolute[1]
    rest = absolute[2]
    return rest if rest[:1] == b"/" else b"/" + rest


def without_upgrade(version: str, headers: Headers) -> list[tuple[bytes, bytes]]:
    """The fields without the wish for another protocol; RequestRefused when the sender cannot do without."""
    fields = fields_of(headers)
    protocols = _tokens(fields.get(b"upgrade", b""))
    if version != "1.0" and not set(protocols).issubset(_IGNORED_PROTOCOLS):
        raise _malformed("this server speaks HTTP/1.1 only; send the request without Upgrade")
    kept = [token for token in _tokens(fields[b"connection"]) if token not in _HOP_BY_HOP_WISHES]
    left = [field for field in headers if field[0] not in (*_HOP_BY_HOP_WISHES, b"connection")]
    return [*left, (b"connection", b", ".join(kept))] if kept else left


def _check_codings(value: bytes, version: str) -> None:
    codings = _tokens(value)
    if version == "1.0" or not codings or codings[-1] != b"chunked":
        raise _malformed("where the body ends cannot be told; send Content-Length, or chunks with HTTP/1.1")
    if len(codings) > 1:
        raise RequestRefused(
            Problem.NOT_IMPLEMENTED, "no transfer coding but chunked is taken; compress with Content-Encoding: gzip"
        )


def _tokens(value: bytes) -> Sequence[bytes]:
    return [token for part in value.lower().split(b",") if (token := part.strip(b" \t"))]


def _malformed(detail: str) -> RequestRefused:
    return RequestRefused(Problem.INVALID_HEADER, detail)

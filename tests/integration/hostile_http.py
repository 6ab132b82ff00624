"""Hostile HTTP around a good event: headers, keys, encodings, paths and bytes that no library would send."""

import gzip
import zlib
from collections.abc import Iterator

from conftest import RunningServer
from integration.edge_wire import CLOSED, encoded, install, request
from integration.hostile import Hostile


def entries(server: RunningServer) -> Iterator[Hostile]:
    yield from _headers(server)
    yield from _keys(server)
    yield from _encodings(server)
    yield from _paths(server)
    yield from _http(server)


def _headers(server: RunningServer) -> Iterator[Hostile]:
    body = encoded(install())
    fields: dict[str, tuple[dict[str, str | None], int]] = {
        "no content type": ({"Content-Type": None}, 415),
        "text": ({"Content-Type": "text/plain"}, 415),
        "form": ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        "multipart": ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        "JSON in UTF-16": ({"Content-Type": "application/json; charset=utf-16"}, 415),
        "a strange parameter": ({"Content-Type": "application/json; x=y"}, 415),
        "NDJSON": ({"Content-Type": "application/x-ndjson"}, 415),
        "type with garbage": ({"Content-Type": "application/json\x80"}, 415),
        "Sent-At is a word": ({"Sent-At": "now"}, 400),
        "Sent-At without offset": ({"Sent-At": "2026-11-21T00:00:00"}, 400),
        "Sent-At is empty": ({"Sent-At": ""}, 400),
        "Sent-At on 31 February": ({"Sent-At": "2026-02-31T00:00:00Z"}, 400),
        "Sent-At of 8,000 digits": ({"Sent-At": "9" * 8000}, 400),
        "Sent-At in bytes": ({"Sent-At": "\xff\xfe"}, 400),
        "Sent-At a century off": ({"Sent-At": "2926-01-01T00:00:00Z"}, 422),
        "Sent-At in the year 1000": ({"Sent-At": "1000-01-01T00:00:00Z"}, 422),
        "correlation id of 1,000": ({"X-Correlation-ID": "c" * 1000}, 202),
        "correlation id with a quote": ({"X-Correlation-ID": 'a","event":{}'}, 202),
        "correlation id in bytes": ({"X-Correlation-ID": "\xff"}, 202),
        "60 headers": ({f"X-{number}": "x" for number in range(60)}, 202),
    }
    for name, (changes, status) in fields.items():
        event = encoded(install()) if status == 202 else body
        yield Hostile(f"header: {name}", request(server, event, headers=changes), (status,))
    yield Hostile("header: 40 KiB in one", request(server, body, headers={"X-Big": "x" * 40_000}), (431,))
    yield Hostile(
        "header: 40 KiB in many", request(server, body, headers={f"X-{n}": "x" * 40 for n in range(1000)}), (431,)
    )
    yield Hostile("header: 40 KiB of path", request(server, body, "/" + "x" * 40_000), (414,))
    yield Hostile("header: 40 KiB of query", request(server, body, "/v1/events/install?" + "x" * 40_000), (414,))


def _keys(server: RunningServer) -> Iterator[Hostile]:
    body = encoded(install())
    for name, value in {
        "none": None,
        "empty": "",
        "only the scheme": "Bearer",
        "only the scheme and a space": "Bearer ",
        "Basic": "Basic dXNlcjpwYXNz",
        "a word": "Bearer x",
        "last character changed": f"Bearer {server.key[:-1]}{'a' if server.key[-1] != 'a' else 'b'}",
        "cut": f"Bearer {server.key[:-3]}",
        "in capitals": f"Bearer {server.key.upper()}",
        "twice": f"Bearer {server.key}{server.key}",
        "of 8,000 characters": "Bearer " + "k" * 8000,
        "of underscores": "Bearer " + "_" * 100,
        "in bytes": "Bearer \xff\xfe\xfd",
        "with a percent sign": "Bearer ge_live_%00_x",
        "in another's place": f"Token {server.key}",
    }.items():
        yield Hostile(f"key: {name}", request(server, body, headers={"Authorization": value}), (401,))


def _encodings(server: RunningServer) -> Iterator[Hostile]:
    good = encoded(install())
    packed = gzip.compress(good)
    for name, body, status in (
        ("not gzip at all", good, 400),
        ("empty", b"", 400),
        ("truncated", packed[:-9], 400),
        ("no trailer", packed[:-8], 400),
        ("wrong checksum", packed[:-8] + bytes(4) + packed[-4:], 400),
        ("wrong length", packed[:-4] + bytes(4), 400),
        ("two members", packed + gzip.compress(b" "), 400),
        ("trailing bytes", packed + b"garbage", 400),
        ("raw deflate", zlib.compress(good, wbits=-15), 400),
        ("zlib", zlib.compress(good), 400),
        ("corrupt in the middle", packed[:30] + b"\xff" * 10 + packed[40:], 400),
        ("gzip of gzip", gzip.compress(packed), 400),
        ("bomb of zeros", gzip.compress(bytes(64 << 20)), 413),
        ("bomb of white space", gzip.compress(b" " * (64 << 20) + good), 413),
        ("bomb of brackets", gzip.compress(b"[" * (9 << 20)), 413),
        ("8 MiB of brackets", gzip.compress(b"[" * (8 << 20)), 413),
    ):
        yield Hostile(f"gzip: {name}", request(server, body, headers={"Content-Encoding": "gzip"}), (status,))
    for coding in ("br", "deflate", "zstd", "gzip, gzip", "identity, gzip", "nonsense", ""):
        data = request(server, packed, headers={"Content-Encoding": coding})
        yield Hostile(f"encoding: {coding or 'empty'}", data, (415,))
    for bit in (5, 6, 7):
        reserved = packed[:3] + bytes([packed[3] | 1 << bit]) + packed[4:]
        data = request(server, reserved, headers={"Content-Encoding": "gzip"})
        yield Hostile(f"gzip: reserved flag {bit}", data, (400,))


def _paths(server: RunningServer) -> Iterator[Hostile]:
    body = encoded(install())
    for path in (
        "/v1",
        "/v1/events",
        "/v1/events/",
        "/v1/events/install/",
        "/v1/events/INSTALL",
        "/v1/events/nothing",
        "/v1/events/..",
        "/v1/events/%2e%2e/metrics",
        "/v1/events/install%00",
        "/v1/events/install%2f",
        "/v1/events/%ff%fe",
        "//v1/events/install",
        "/v1//events/install",
        "/v2/events/install",
        "/.env",
        "/wp-login.php",
        "/v1/events/" + "a" * 4000,
        "/v1/events/install;x=1",
    ):
        yield Hostile(f"path: {path[:40]}", request(server, body, path), (404,))
    for method in ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"):
        data = request(server, b"", method=method, headers={"Connection": "close"})
        yield Hostile(f"method: {method}", data, (405,))
    for path in (
        "/v1/schemas/install/%2e%2e",
        "/v1/schemas/install/../../x",
        "/v1/schemas/%00/%00",
        "/v1/schemas/x/1-0-0",
    ):
        yield Hostile(f"schema: {path}", request(server, b"", path, "GET"), (404,))
    for path in ("/health", "/ready", "/openapi.json"):
        yield Hostile(f"post to {path}", request(server, body, path), (405,))


def _http(server: RunningServer) -> Iterator[Hostile]:
    body = encoded(install())
    whole = request(server, body)
    chunked: dict[str, str | None] = {"Content-Length": None, "Transfer-Encoding": "chunked"}
    head = request(server, b"", headers=chunked)
    for name, data in {
        "no request line": b"\r\n\r\n\r\nnonsense\r\n\r\n",
        "binary": bytes(range(128, 256)) * 4,
        "TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
        "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "HTTP/9.9": whole.replace(b"HTTP/1.1", b"HTTP/9.9"),
        "unknown method": whole.replace(b"POST", b"STOP", 1),
        "lower-case method": whole.replace(b"POST", b"post", 1),
        "space in the path": whole.replace(b"/v1/events/install", b"/v1/events /install", 1),
        "bytes in the path": whole.replace(b"/v1/events/install", b"/v1/\xff\xfe", 1),
        "NUL in a header": whole.replace(b"localhost", b"local\x00host", 1),
        "space before the colon": whole.replace(b"Host:", b"Host :", 1),
        "header without a colon": whole.replace(b"Host: localhost", b"nonsense", 1),
        "folded header": whole.replace(b"Host: localhost", b"Host: a\r\n b", 1),
        "bare carriage return": whole.replace(b"localhost", b"a\rb", 1),
        "length is negative": request(server, body, headers={"Content-Length": "-1"}),
        "length with a sign": request(server, body, headers={"Content-Length": "+5"}),
        "length is a word": request(server, body, headers={"Content-Length": "many"}),
        "length in hexadecimal": request(server, body, headers={"Content-Length": "0x10"}),
        "length with a space": request(server, body, headers={"Content-Length": "1 0"}),
        "length of 30 digits": request(server, body, headers={"Content-Length": "9" * 30}),
        "two lengths": whole.replace(b"Host: localhost", b"Content-Length: 3", 1),
        "length and chunks": request(server, body, headers={"Transfer-Encoding": "chunked"}),
        "chunk size is a word": head + b"xyz\r\n",
        "chunk size is negative": head + b"-1\r\n",
        "chunk size beyond 64 bits": head + b"f" * 17 + b"\r\n",
        "chunk without its line end": head + b"3\r\n{}}x\r\n",
        "unknown transfer encoding": request(server, body, headers={"Content-Length": None, "Transfer-Encoding": "x"}),
        "chunked is not last": request(server, body, headers={**chunked, "Transfer-Encoding": "chunked, gzip"}),
    }.items():
        yield Hostile(f"http: {name}", data, (400, CLOSED), finish=True)
    yield from _rfc_9112(server)
    yield Hostile("http: nothing at all", b"", (CLOSED,), finish=True)
    yield Hostile("http: half a request line", b"POST /v1/ev", (CLOSED,), finish=True)
    yield Hostile("http: headers without an end", whole[:60], (CLOSED,), finish=True)
    yield Hostile("http: half a body", whole[:-5], (CLOSED,), finish=True)
    yield Hostile("http: chunks without an end", head + b"3\r\n{\n}\r\n", (CLOSED,), finish=True)
    yield Hostile(
        "http: body too long for its length", request(server, body, headers={"Content-Length": "2"}), (400, CLOSED)
    )
    yield Hostile(
        "http: a megabyte too much announced", request(server, b"", headers={"Content-Length": "1048577"}), (413,)
    )
    yield Hostile("http: 9 exabytes announced", request(server, b"", headers={"Content-Length": "9" * 18}), (413,))
    yield Hostile("http: a chunked body of 2 MiB", head + b"200000\r\n" + b" " * 0x200000 + b"\r\n0\r\n\r\n", (413,))
    yield Hostile(
        "http: upgrade to WebSocket",
        request(server, b"", "/docs", "GET", {"Upgrade": "websocket", "Connection": "Upgrade"}),
        (400,),
    )
    yield Hostile(
        "http: h2c",
        request(
            server,
            b"",
            "/health",
            "GET",
            {"Upgrade": "h2c", "Connection": "Upgrade, HTTP2-Settings", "HTTP2-Settings": ""},
        ),
        (200,),
    )
    yield Hostile("http: 1,000 chunks of one byte", head + b"1\r\n \r\n" * 1000 + b"0\r\n\r\n", (400,))
    yield Hostile("http: chunk extensions", head + b"2;a=b\r\n{}\r\n0\r\n\r\n", (422,))
    yield Hostile("http: trailers", head + b"2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\n\r\n", (422,))


def _rfc_9112(server: RunningServer) -> Iterator[Hostile]:
    """What the parser would let pass."""
    whole = request(server, encoded(install()))
    chunked: dict[str, str | None] = {"Content-Length": None, "Transfer-Encoding": "chunked"}
    empty = request(server, b"", headers=chunked) + b"0\r\n\r\n"
    target = b"/v1/events/install"
    for name, data, status in (
        ("no version", b"POST /v1/events/install\r\n\r\n", 400),
        ("HTTP/0.9", whole.replace(b"HTTP/1.1", b"HTTP/0.9", 1), 400),
        ("HTTP/2.0", whole.replace(b"HTTP/1.1", b"HTTP/2.0", 1), 400),
        ("HTTP/1.0 in chunks", empty.replace(b"HTTP/1.1", b"HTTP/1.0", 1), 400),
        ("no Host", whole.replace(b"Host: localhost\r\n", b"", 1), 400),
        ("two Hosts", whole.replace(b"Host:", b"Host: localhost\r\nHost:", 1), 400),
        ("two Hosts in one", whole.replace(b"localhost", b"localhost, example.org", 1), 400),
        ("a Host with a path", whole.replace(b"localhost", b"localhost/", 1), 400),
        ("gzip, chunked", empty.replace(b": chunked", b": gzip, chunked", 1), 501),
        ("gzip, then chunked", empty.replace(b"Transfer", b"Transfer-Encoding: gzip\r\nTransfer", 1), 501),
        ("gzip by transfer", empty.replace(b": chunked", b": gzip", 1), 400),
        ("star", whole.replace(target, b"*", 1), 400),
        ("another scheme", whole.replace(target, b"ftp://localhost" + target, 1), 400),
        ("authority", whole.replace(target, b"localhost:8000", 1), 400),
        ("fragment", whole.replace(target, target + b"#x", 1), 400),
        ("NUL in the target", whole.replace(target, target + b"\0", 1), 400),
        ("CONNECT", b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n", 405),
        ("CONNECT to a path", whole.replace(b"POST", b"CONNECT", 1), 405),
        ("PRI", whole.replace(b"POST", b"PRI", 1), 400),
        ("an upgrade to TLS", whole.replace(b"Host:", b"Upgrade: TLS/1.0\r\nConnection: Upgrade\r\nHost:", 1), 400),
        ("trailers without an end", empty[:-2] + b"X: " + b"x" * 200_000, 401),
        ("an extension without an end", empty[:-5] + b"1;" + b"x" * 200_000, 401),
    ):
        data = data.replace(server.key.encode(), b"x") if status == 401 else data
        yield Hostile(f"RFC 9112: {name}", data, (status,))
    for name, data in (
        ("absolute-form", whole.replace(target, b"http://localhost" + target, 1)),
        ("absolute-form with a query", whole.replace(target, b"http://localhost" + target + b"?x", 1)),
        ("HTTP/1.0 without Host", whole.replace(b"HTTP/1.1\r\nHost: localhost", b"HTTP/1.0", 1)),
        ("HTTP/1.0 with Expect", whole.replace(b"1.1\r\n", b"1.0\r\nExpect: 100-continue\r\n", 1)),
        ("close, upgrade", whole.replace(b"Host:", b"Connection: close, upgrade\r\nHost:", 1)),
        ("x-gzip", request(server, gzip.compress(encoded(install())), headers={"Content-Encoding": "x-gzip"})),
        (
            "charset and nothing",
            request(server, encoded(install()), headers={"Content-Type": "application/json; charset=utf-8;"}),
        ),
    ):
        yield Hostile(f"RFC 9112: {name}", data, (202,))

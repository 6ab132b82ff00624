"""Hostile bodies: broken JSON, impossible events, batches that are none."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from conftest import RunningServer
from integration.edge_wire import encoded, install, request
from integration.hostile import Hostile

BATCH = "/v1/events/batch"
PURCHASE = "/v1/events/purchase"


def entries(server: RunningServer) -> Iterator[Hostile]:
    yield from _json(server)
    yield from _events(server)
    yield from _batches(server)


def _json(server: RunningServer) -> Iterator[Hostile]:
    good = encoded(install())
    bodies: dict[str, bytes] = {
        "empty body": b"",
        "white space only": b" \r\n\t ",
        "truncated object": good[:-1],
        "truncated in a string": good[:20],
        "trailing comma": good[:-1] + b",}",
        "two documents": good + good,
        "trailing garbage": good + b"x",
        "trailing NUL": good + b"\x00",
        "leading NUL": b"\x00" + good,
        "byte order mark": b"\xef\xbb\xbf" + good,
        "UTF-16": json.dumps(install()).encode("utf-16"),
        "UTF-16 without mark": json.dumps(install()).encode("utf-16-le"),
        "UTF-32": json.dumps(install()).encode("utf-32"),
        "Latin-1": json.dumps(install(user_id="caf\xe9"), ensure_ascii=False).encode("latin-1"),
        "single quotes": good.replace(b'"', b"'"),
        "unquoted keys": b"{event_type:1}",
        "comment": b"/* */" + good,
        "line comment": good + b"//",
        "NaN": good[:-1] + b',"x":NaN}',
        "Infinity": good[:-1] + b',"x":Infinity}',
        "-Infinity": good[:-1] + b',"x":-Infinity}',
        "1e400": good[:-1] + b',"x":1e400}',
        "-1e400": good[:-1] + b',"x":-1e400}',
        "5000 digits": good[:-1] + b',"x":' + b"9" * 5000 + b"}",
        "leading zero": good[:-1] + b',"x":01}',
        "plus sign": good[:-1] + b',"x":+1}',
        "bare minus": good[:-1] + b',"x":-}',
        "bare point": good[:-1] + b',"x":1.}',
        "hexadecimal": good[:-1] + b',"x":0x10}',
        "lone high surrogate": good[:-1] + b',"x":"\\ud800"}',
        "lone low surrogate": good[:-1] + b',"x":"\\udc00"}',
        "surrogates in the wrong order": good[:-1] + b',"x":"\\udc00\\ud800"}',
        "surrogate in UTF-8": good[:-1] + b',"x":"\xed\xa0\x80"}',
        "overlong UTF-8": good[:-1] + b',"x":"\xc0\xba"}',
        "beyond Unicode": good[:-1] + b',"x":"\xf4\x90\x80\x80"}',
        "continuation byte alone": good[:-1] + b',"x":"\x80"}',
        "bad escape": good[:-1] + b',"x":"\\x41"}',
        "short escape": good[:-1] + b',"x":"\\u12"}',
        "raw newline in a string": good[:-1] + b',"x":"a\nb"}',
        "raw NUL in a string": good[:-1] + b',"x":"a\x00b"}',
        "nested arrays, 1,000": good[:-1] + b',"x":' + b"[" * 1000 + b"]" * 1000 + b"}",
        "nested arrays, 100,000, never closed": b"[" * 100_000,
        "nested objects, 20,000": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        "duplicate key": good[:-1] + b',"user_id":"other"}',
        "duplicate key, escaped": good[:-1] + b',"user\\u005fid":"other"}',
        "duplicate key, its colon made up by an escape": good[:-1] + b',"user_id":"x","y":"\\u003a"}',
        "duplicate key in a nested object": good[:-1] + b',"device":{"model":"a","model":"a"}}',
        "duplicate event_id": good[:-1] + b',"event_id":"x"}',
        "keyword in capitals": b"TRUE",
        "undefined": b"undefined",
        "form data": b"event_type=install",
        "XML": b"<event/>",
        "random bytes": bytes(range(256)),
        "one quote": b'"',
        "one brace": b"{",
        "one bracket": b"[",
        "a colon": b":",
    }
    for name, body in bodies.items():
        yield Hostile(f"json: {name}", request(server, body), (400,))
    nested = b'{"a":' * 100_000 + b"1" + b"}" * 100_000  # too large to be looked at
    yield Hostile("json: nested objects, 100,000", request(server, nested), (413,))
    for name, body in {
        "null": b"null",
        "true": b"true",
        "a number": b"1",
        "a string": b'"install"',
        "an array": b"[" + good + b"]",
        "no keys": b"{}",
        "integer of 25 digits": good[:-1] + b',"x":' + b"9" * 25 + b"}",
        "integer beyond 64 bits": good[:-1] + b',"x":18446744073709551616}',
        "nested arrays, 200": good[:-1] + b',"x":' + b"[" * 200 + b"]" * 200 + b"}",
        "nested arrays, 600": good[:-1] + b',"x":' + b"[" * 600 + b"]" * 600 + b"}",
        "nested objects, 600": good[:-1] + b',"properties":' + b'{"a":' * 600 + b"1" + b"}" * 601,
        "empty key": good[:-1] + b',"":1}',
        "key of NULs": good[:-1] + b',"\\u0000":1}',
        "10,000 keys": encoded({**install(), **{f"k{number}": number for number in range(4000)}}),
        "__proto__": good[:-1] + b',"__proto__":{}}',
    }.items():
        yield Hostile(f"json: {name}", request(server, body), (422,))


def _events(server: RunningServer) -> Iterator[Hostile]:
    now = datetime.now(UTC)
    changes: dict[str, dict[str, object]] = {
        "unknown type": {"event_type": "uninstall"},
        "another path's type": {"event_type": "purchase"},
        "type is a number": {"event_type": 1},
        "type is an object": {"event_type": {}},
        "type is missing": {"event_type": None},
        "unknown version": {"schema_version": "9-9-9"},
        "version of a path": {"schema_version": "../../etc/passwd"},
        "version is a list": {"schema_version": ["1-0-0"]},
        "version is missing": {"schema_version": None},
        "no id": {"event_id": None},
        "id in capitals": {"event_id": "0190B3C4-0000-7000-8000-00000000000A"},
        "id in braces": {"event_id": "{0190b3c4-0000-7000-8000-00000000000a}"},
        "id of a megabyte's hundredth": {"event_id": "a" * 10_000},
        "id is null in effect": {"event_id": ""},
        "user is empty": {"user_id": ""},
        "user with a newline": {"user_id": "a\nb"},
        "user with a NUL": {"user_id": "a\u0000b"},
        "user of 60,000": {"user_id": "u" * 60_000},
        "game with a slash": {"game_id": "../x"},
        "game with a quote": {"game_id": "a'; DROP TABLE events; --"},
        "platform unknown": {"platform": "toaster"},
        "platform in capitals": {"platform": "IOS"},
        "extra field": {"is_admin": True},
        "time without offset": {"event_time": "2026-11-21T00:00:00"},
        "time is a number": {"event_time": 1700000000},
        "time with a 13th month": {"event_time": "2026-13-01T00:00:00Z"},
        "30 February": {"event_time": "2026-02-30T00:00:00Z"},
        "hour 24": {"event_time": "2026-11-20T24:00:00Z"},
        "year 0": {"event_time": "0000-01-01T00:00:00Z"},
        "year 1": {"event_time": "0001-01-01T00:00:00+14:00"},
        "year 9999": {"event_time": "9999-12-31T23:59:59-14:00"},
        "32 days old": {"event_time": (now - timedelta(days=32)).strftime("%Y-%m-%dT%H:%M:%SZ")},
        "25 hours ahead": {"event_time": (now + timedelta(hours=25)).strftime("%Y-%m-%dT%H:%M:%SZ")},
        "country in lower case": {"country_code": "jp"},
        "device is a string": {"device": "phone"},
        "properties too deep": {"properties": {"a": {"b": {"c": {"d": {"e": 1}}}}}},
        "properties is a list": {"properties": []},
    }
    for name, change in changes.items():
        yield Hostile(f"event: {name}", request(server, encoded(install(**change))), (422,))
    yield Hostile("event: over 64 KiB", request(server, encoded(install(user_id="u" * 70_000))), (413,))
    yield Hostile("event: an install on the purchase path", request(server, encoded(install()), PURCHASE), (422,))


def _batches(server: RunningServer) -> Iterator[Hostile]:
    envelopes: dict[str, object] = {
        "empty object": {},
        "no events": {"events": []},
        "events is null": {"events": None},
        "events is an object": {"events": {"0": install()}},
        "events is a string": {"events": "install"},
        "an item is null": {"events": [install(), None]},
        "an item is a number": {"events": [1]},
        "an item is a list": {"events": [[install()]]},
        "another key": {"events": [install()], "dry_run": True},
        "501 events": {"events": [{"n": 1}] * 501},
        "an array": [install()],
        "an event": install(),
        "a string": "events",
        "null": None,
    }
    for name, envelope in envelopes.items():
        yield Hostile(f"batch: {name}", request(server, encoded(envelope), BATCH), (422,))
    one = encoded(install())
    for name, body in {
        "events named twice": b'{"events":[' + one + b'],"events":[' + one + b"]}",
        "duplicate key in one event": b'{"events":[' + one[:-1] + b',"user_id":"other"}]}',
        "never closed": b'{"events":[' + one,
        "NDJSON": one + b"\n" + one,
    }.items():
        yield Hostile(f"batch: {name}", request(server, body, BATCH), (400,))
    for name, batch in {
        "500 empty objects": [{}] * 500,
        "500 unknown types": [{"event_type": "x" * 50}] * 500,
        "the same event 500 times": [install()] * 500,
    }.items():
        yield Hostile(f"batch: {name}", request(server, encoded({"events": batch}), BATCH), (202,))

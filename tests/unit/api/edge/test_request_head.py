"""The corners of RFC 9112 and RFC 9110 that the parser leaves to a server."""

import pytest
from game_events_api.edge.request_head import check, fields_of, path_and_query, without_upgrade
from game_events_api.errors import RequestRefused


def status(method: bytes = b"POST", version: str = "1.1", target: bytes = b"/", **fields: bytes) -> int:
    """What a head is refused with; 0 when it is taken."""
    named = {
        name.replace("_", "-").encode(): value for name, value in ({"host": b"localhost"} | fields).items() if value
    }
    try:
        check(method, version, named)
        path_and_query(method, target, named)
    except RequestRefused as refused:
        return refused.problem.status
    return 0


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (b"localhost", 0),
        (b"localhost:8000", 0),
        (b"127.0.0.1:8000", 0),
        (b"[::1]:8000", 0),
        (b"xn--bcher-kva.example", 0),
        (b"events_1.example:", 0),
        (b"a b", 400),
        (b"a, b", 400),
        (b"a,b", 400),
        (b"user@a", 400),
        (b"a/b", 400),
        (b"http://a", 400),
        (b"[::1", 400),
        (b"a:port", 400),
        (b"a:1:2", 400),
        (b"a\xff", 400),
    ],
)
def test_a_host_is_one_name_or_address(host: bytes, expected: int) -> None:
    assert status(host=host) == expected


def test_a_request_has_one_host_or_an_empty_one_and_http_1_0_none() -> None:
    assert status(host=b"") == 400, "left out"
    assert status(host=b"", version="1.0") == 0
    check(b"POST", "1.1", {b"host": b""})  # RFC 9112 (3.2): empty where the target has no authority
    twice = fields_of([(b"host", b"a"), (b"host", b"a")])
    for version in ("1.0", "1.1"):
        with pytest.raises(RequestRefused, match="one Host"):
            check(b"POST", version, twice)


@pytest.mark.parametrize(
    ("codings", "version", "expected"),
    [
        (b"chunked", "1.1", 0),
        (b"Chunked", "1.1", 0),
        (b", chunked", "1.1", 0),
        (b"gzip, chunked", "1.1", 501),
        (b"identity, chunked", "1.1", 501),
        (b"chunked, chunked", "1.1", 501),
        (b"gzip", "1.1", 400),
        (b"chunked, gzip", "1.1", 400),
        (b"xchunked", "1.1", 400),
        (b"chunked", "1.0", 400),
        (b"gzip, chunked", "1.0", 400),
    ],
)
def test_a_body_is_sent_whole_or_in_chunks(codings: bytes, version: str, expected: int) -> None:
    assert status(transfer_encoding=codings, version=version) == expected


@pytest.mark.parametrize(("version", "expected"), [("0.9", 400), ("1.0", 0), ("1.1", 0), ("2.0", 400)])
def test_versions(version: str, expected: int) -> None:
    assert status(version=version) == expected


@pytest.mark.parametrize(
    ("method", "target", "origin_form"),
    [
        (b"GET", b"/", b"/"),
        (b"GET", b"/a?b=http://c", b"/a?b=http://c"),
        (b"GET", b"//a/b", b"//a/b"),
        (b"OPTIONS", b"*", b"*"),
        (b"GET", b"http://a", b"/"),
        (b"GET", b"http://a?b", b"/?b"),
        (b"GET", b"HTTPS://a:1/b?c", b"/b?c"),
        (b"GET", b"http://[::1]:80/b", b"/b"),
    ],
)
def test_the_forms_of_a_target(method: bytes, target: bytes, origin_form: bytes) -> None:
    assert path_and_query(method, target, {}) == origin_form


@pytest.mark.parametrize(
    "target", [b"*", b"a:80", b"http://", b"http:///a", b"http://u@a/b", b"ftp://a/b", b"/a#b", b"http://a/b#c", b"*a"]
)
def test_what_is_no_target(target: bytes) -> None:
    assert status(target=target) == 400


def test_an_absolute_target_names_the_host() -> None:
    fields = {b"host": b"elsewhere"}
    path_and_query(b"GET", b"http://here:80/a", fields)
    assert fields[b"host"] == b"here:80"


def test_this_is_no_proxy() -> None:
    assert status(b"CONNECT", target=b"example.org:443") == 405


def test_fields_in_several_lines_are_one_list() -> None:
    assert fields_of([(b"a", b"1"), (b"b", b"2"), (b"a", b"3")]) == {b"a": b"1, 3", b"b": b"2"}


@pytest.mark.parametrize(
    ("version", "wish", "connection", "left"),
    [
        ("1.1", b"h2c", b"Upgrade", None),
        ("1.1", b"h2c", b"Upgrade, HTTP2-Settings", None),
        ("1.1", b"H2C", b"close, upgrade", b"close"),
        ("1.0", b"websocket", b"keep-alive, upgrade", b"keep-alive"),
    ],
)
def test_a_wish_that_can_be_ignored_leaves_the_rest(
    version: str, wish: bytes, connection: bytes, left: bytes | None
) -> None:
    headers = [(b"host", b"a"), (b"upgrade", wish), (b"connection", connection), (b"http2-settings", b"x")]
    expected = [(b"host", b"a")] + ([(b"connection", left)] if left else [])
    assert without_upgrade(version, headers) == expected


@pytest.mark.parametrize("wish", [b"websocket", b"TLS/1.0", b"h2c, websocket", b"nonsense"])
def test_a_wish_that_cannot_be_ignored_is_refused(wish: bytes) -> None:
    with pytest.raises(RequestRefused, match="without Upgrade"):
        without_upgrade("1.1", [(b"upgrade", wish), (b"connection", b"upgrade")])

"""Requests made to hurt: each is refused as it should be, and honest ones are served afterwards."""

import time
from collections import Counter

import pytest
from conftest import RunningServer, ServerFactory
from integration import hostile_http
from integration.edge_corpus import corpus
from integration.edge_wire import CLOSED, Wire, encoded, install, post, request

ANSWER_SECONDS = 15.0


def test_every_hostile_request_gets_its_status_and_hurts_nobody(server: RunningServer) -> None:
    entries = corpus(server)
    wrong = []
    for entry in entries:
        started = time.monotonic()
        with Wire(server, ANSWER_SECONDS) as wire:
            wire.send(entry.data)
            if entry.finish:
                wire.finish()
            try:
                answer = wire.answer()
            except TimeoutError:
                wrong.append(f"{entry.name}: no answer in {time.monotonic() - started:.0f} s")
                continue
        if answer.status not in entry.statuses:
            wrong.append(f"{entry.name}: {answer.status}, expected {entry.statuses}: {answer.body[:200]!r}")
        elif 400 <= answer.status != CLOSED and b"HEAD" not in entry.data[:4]:
            if answer.headers.get("content-type") != "application/problem+json":
                wrong.append(f"{entry.name}: the refusal is {answer.headers.get('content-type')}")
            elif "x-correlation-id" not in answer.headers:
                wrong.append(f"{entry.name}: no correlation id")

    assert wrong == []
    assert len(entries) >= 150
    assert max(Counter(entry.name for entry in entries).values()) == 1, "names are unique"
    assert post(server, encoded(install())).status == 202
    assert '"level": "error"' not in server.log, server.log[-3000:]


def test_pipelined_requests_are_answered_in_order(server: RunningServer) -> None:
    good, bad = request(server, encoded(install())), request(server, b"nonsense")
    with Wire(server) as wire:
        wire.send((good + bad) + request(server, encoded(install())) + bad)
        assert [wire.answer().status for _ in range(4)] == [202, 400, 202, 400]


@pytest.mark.parametrize("wish", ["Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk"])
def test_a_wish_for_another_protocol_is_ignored(server: RunningServer, wish: str) -> None:
    body = encoded(install())
    wishing = request(server, body).replace(b"\r\n\r\n", f"\r\n{wish}\r\n\r\n".encode(), 1)
    with Wire(server) as wire:
        wire.send(wishing[:-10])
        wire.send(wishing[-10:] + wishing.replace(body, encoded(install())))
        assert [wire.answer().status for _ in range(2)] == [202, 202]
    with Wire(server) as wire:
        wire.send(request(server, b"", "/health", "GET").replace(b"\r\n\r\n", f"\r\n{wish}\r\n\r\n".encode(), 1))
        assert wire.answer().status == 200


def test_what_is_no_request_is_one_answer_and_at_most_one_line_of_the_log(start_server: ServerFactory) -> None:
    server = start_server()
    before = len(server.log.splitlines())
    refused = [entry for entry in hostile_http.entries(server) if entry.name.startswith(("http: ", "RFC 9112: "))]
    for entry in refused:
        with Wire(server, ANSWER_SECONDS) as wire:
            wire.send(entry.data)
            wire.finish()
            wire.answer()
    lines = server.log.splitlines()[before:]
    assert len(lines) <= len(refused), "\n".join(lines)[-3000:]
    assert sum(map(len, lines)) < 300 * len(refused)


def test_head_of_what_can_be_got(server: RunningServer) -> None:
    for path in ("/health", "/ready", "/openapi.json"):
        with Wire(server) as wire:
            wire.send(
                request(server, b"", path, "HEAD") + request(server, b"", "/nowhere", "GET", {"Connection": "close"})
            )
            both = wire.rest()
            assert both.startswith(b"HTTP/1.1 200 OK\r\n"), both
            assert both.partition(b"\r\n\r\n")[2].startswith(b"HTTP/1.1 404 "), "no body before the next answer"


def test_a_sender_that_ends_its_side_is_answered(server: RunningServer) -> None:
    with Wire(server) as wire:
        wire.send(request(server, encoded(install())) + request(server, encoded(install())))
        wire.finish()
        assert [wire.answer().status for _ in range(2)] == [202, 202]
        assert wire.closed()


@pytest.mark.parametrize("depth", range(970, 1000, 2))
def test_every_depth_of_nesting_is_the_senders_fault(server: RunningServer, depth: int) -> None:
    body = b'{"properties":' + b"[" * depth + b"]" * depth + b"}"
    for path in ("/v1/events/install", "/v1/validate"):
        with Wire(server) as wire:
            wire.send(request(server, body, path))
            assert wire.answer().status in (200, 400, 422)


def test_the_connection_survives_a_refusal_before_the_body_was_read(server: RunningServer) -> None:
    body = encoded(install())
    with Wire(server) as wire:
        wire.send(request(server, body, headers={"Authorization": None}))
        assert wire.answer().status == 401
        wire.send(request(server, body))
        assert wire.answer().status == 202

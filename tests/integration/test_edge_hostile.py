"""Requests made to hurt: each is refused as it should be, and honest ones are served afterwards."""

import time
from collections import Counter

from conftest import RunningServer
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


def test_the_connection_survives_a_refusal_before_the_body_was_read(server: RunningServer) -> None:
    body = encoded(install())
    with Wire(server) as wire:
        wire.send(request(server, body, headers={"Authorization": None}))
        assert wire.answer().status == 401
        wire.send(request(server, body))
        assert wire.answer().status == 202

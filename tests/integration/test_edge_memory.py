"""Many large bodies at once cost what the budget says, not what the senders say."""

import contextlib
import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conftest import RunningServer, ServerFactory, wait_until
from game_events_api.admission import KeyFile
from integration.edge_wire import Wire, encoded, install, post, request

MIB = 1024 * 1024
BUDGET = 8 * MIB


@pytest.fixture
def frugal(start_server: ServerFactory) -> Iterator[RunningServer]:
    server = start_server(max_in_flight_bytes=BUDGET, body_seconds=60)
    yield server
    server.stop()


def in_flight_bytes(server: RunningServer) -> int:
    scrape = httpx.get(f"{server.admin_url}/metrics").text
    found = re.search(r'^game_events_in_flight_bytes{process="spool-0"} (\S+)$', scrape, re.MULTILINE)
    assert found is not None
    return int(float(found[1]))


def resident_bytes(server: RunningServer) -> int:
    """Of the largest process under the supervisor, which is the worker."""
    pages = [int(Path(f"/proc/{child}/statm").read_text().split()[1]) for child in server.children(b"")]
    return max(pages) * 4096


def large_event() -> bytes:
    event = encoded(install())
    return event + b" " * (MIB - len(event))


def test_bodies_beyond_the_budget_are_503_until_others_end(frugal: RunningServer) -> None:
    keys = [KeyFile(frugal.data_dir / "keys.json").create(f"sender {number}", games=("*",)) for number in range(8)]
    senders = [f"Bearer {key}" for key in keys]  # one alone leaves half of the budget to others
    wait_until(lambda: post(frugal, encoded(install()), Authorization=senders[-1]).status == 202)
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(Wire(frugal)) for _ in senders]
        for wire, sender in zip(held, senders, strict=True):
            whole = request(frugal, large_event(), headers={"Authorization": sender})
            wire.send(whole[:-1024])
        wait_until(lambda: in_flight_bytes(frugal) > BUDGET - 10 * 1024)
        refused = post(frugal, large_event())
        assert (refused.status, refused.problem, refused.headers["retry-after"]) == (503, "unavailable", "1")
        assert post(frugal, encoded(install())).status == 202, "small bodies pass meanwhile"
        held[0].send(whole[-1024:])
        assert held[0].answer().status == 202, "what was let in is finished"
        assert post(frugal, large_event()).status == 202
    wait_until(lambda: in_flight_bytes(frugal) == 0, explain=lambda: "senders that hung up give their bytes back")


def test_what_a_body_decompresses_to_counts(frugal: RunningServer) -> None:
    event = encoded(install())
    bomb = gzip.compress(event + b" " * (6 * MIB - len(event)))
    assert post(frugal, bomb, Content_Encoding="gzip").status == 202, "alone it fits"
    whole = request(frugal, large_event())
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(Wire(frugal)).send(whole[:-1])
        wait_until(lambda: in_flight_bytes(frugal) > 2 * MIB + MIB // 2)
        assert post(frugal, bomb, Content_Encoding="gzip").status == 503
    wait_until(lambda: post(frugal, bomb, Content_Encoding="gzip").status == 202)
    wait_until(lambda: in_flight_bytes(frugal) == 0)


def test_three_hundred_megabytes_of_bodies_cost_no_more_memory_than_the_budget(frugal: RunningServer) -> None:
    assert post(frugal, large_event()).status == 202
    before = resident_bytes(frugal)
    unfinished = request(frugal, large_event())[:-1]
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(frugal)) for _ in range(300)]
        for wire in wires:
            wire.send(unfinished)
        wait_until(lambda: sum(wire.answered() for wire in wires) >= 300 - BUDGET // MIB)
        grown = resident_bytes(frugal) - before
        assert {wire.answer().status for wire in wires if wire.answered()} == {503}
        assert grown < 64 * MIB, f"{grown / MIB:.0f} MiB for a budget of {BUDGET / MIB:.0f}"
        assert post(frugal, encoded(install())).status == 202
    wait_until(lambda: post(frugal, large_event()).status == 202)


def test_connections_that_ended_leave_nothing_behind(server: RunningServer) -> None:
    assert post(server, large_event()).status == 202
    before = resident_bytes(server)
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(server)) for _ in range(50)]
        for wire in wires * 2:
            wire.send(request(server, large_event()))
            assert wire.answer().status == 202
        idle = resident_bytes(server) - before
    for _ in range(100):
        assert post(server, large_event()).status == 202
    grown = resident_bytes(server) - before
    assert idle < 40 * MIB, f"{idle / MIB:.0f} MiB for 50 connections that wait for their next request"
    assert grown < 40 * MIB, f"{grown / MIB:.0f} MiB after 150 connections"

"""Every limit of the settings, met on purpose, and honest traffic right afterwards."""

import contextlib
import gzip
import json
import signal
import threading
import time

import httpx
import pytest
from conftest import RunningServer, ServerFactory, wait_until
from game_events_api import ledger
from game_events_api.admission import KeyFile
from game_events_cli.main import app
from integration.edge_wire import CLOSED, Answer, Wire, encoded, install, post, request
from typer.testing import CliRunner

BATCH = "/v1/events/batch"


def batch(count: int, **changes: object) -> bytes:
    return encoded({"events": [install(**changes) for _ in range(count)]})


@pytest.fixture(scope="module")
def small(start_server: ServerFactory) -> RunningServer:
    return start_server(
        max_body_bytes=200_000,
        max_decompressed_bytes=300_000,
        max_event_bytes=2_000,
        max_header_bytes=2_048,
        header_seconds=0.6,
        body_seconds=0.6,
        max_connections=20,
        max_requests_in_flight=5,
        keep_alive_seconds=1,
    )


def test_body_bytes(small: RunningServer) -> None:
    event = encoded(install())
    assert post(small, event + b" " * (200_000 - len(event))).status == 202
    answer = post(small, event + b" " * (200_001 - len(event)))
    assert (answer.status, answer.problem) == (413, "content-too-large")


def test_decompressed_bytes(small: RunningServer) -> None:
    event = encoded(install())
    assert post(small, gzip.compress(event + b" " * (300_000 - len(event))), Content_Encoding="gzip").status == 202
    answer = post(small, gzip.compress(event + b" " * (300_001 - len(event))), Content_Encoding="gzip")
    assert (answer.status, answer.problem) == (413, "content-too-large")


def test_event_bytes_alone_and_in_a_batch(small: RunningServer) -> None:
    answer = post(small, encoded(install(user_id="u" * 2_000)))
    assert (answer.status, json.loads(answer.body)["errors"][0]["rule"]) == (413, "too-large")
    mixed = encoded({"events": [install(), install(user_id="u" * 2_000)]})
    results = json.loads(post(small, mixed, BATCH).body)["results"]
    assert [result["status"] for result in results] == ["accepted", "rejected"]


def test_header_bytes(small: RunningServer) -> None:
    answer = post(small, encoded(install()), X_Big="x" * 2_048)
    assert (answer.status, answer.problem) == (431, "headers-too-large")


def test_500_events_are_a_batch_and_501_are_not(server: RunningServer) -> None:
    whole = post(server, batch(500), BATCH)
    assert (whole.status, json.loads(whole.body)["accepted"]) == (202, 500)
    answer = post(server, batch(501), BATCH)
    assert (answer.status, json.loads(answer.body)["errors"][0]["rule"]) == (422, "maxItems")


@pytest.mark.parametrize("sent", [b"", b"POST /v1/ev", b"POST /v1/events/install HTTP/1.1\r\nHost: x\r\n"])
def test_headers_that_never_end_are_answered_408(small: RunningServer, sent: bytes) -> None:
    with Wire(small) as wire:
        wire.send(sent)
        assert wire.answer().status == 408
        assert wire.closed()


def test_headers_that_trickle_do_not_renew_their_time(small: RunningServer) -> None:
    with Wire(small) as wire:
        threading.Thread(target=_trickle, args=(wire, request(small, b"")[:-2]), daemon=True).start()
        assert wire.answer().status == 408


def test_a_body_that_never_ends_is_answered_408(small: RunningServer) -> None:
    with Wire(small) as wire:
        wire.send(request(small, encoded(install()))[:-1])
        assert wire.answer().status == 408
        assert wire.closed()


def test_a_body_that_trickles_after_its_refusal_does_not_hold_the_connection(small: RunningServer) -> None:
    with Wire(small) as wire:
        wire.send(request(small, b"", headers={"Authorization": None, "Content-Length": "100000"}))
        assert wire.answer().status == 401
        threading.Thread(target=_trickle, args=(wire, b" " * 100_000), daemon=True).start()
        assert wire.closed()


def test_idle_connections_are_closed(small: RunningServer) -> None:
    with Wire(small) as wire:
        wire.send(request(small, encoded(install())))
        assert wire.answer().status == 202
        assert wire.closed()


def test_unfinished_requests_do_not_count_as_being_served(small: RunningServer) -> None:
    unfinished = request(small, encoded(install()))[:-1]
    with contextlib.ExitStack() as stack:
        for _ in range(8):  # of five at once
            stack.enter_context(Wire(small)).send(unfinished)
        assert [post(small, encoded(install())).status for _ in range(5)] == [202] * 5


def test_idle_connections_make_room_for_a_new_one(start_server: ServerFactory) -> None:
    server = start_server(max_connections=20)
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(Wire(server)) for _ in range(10)]
        wait_until(lambda: post(server, encoded(install())).status == 202)
        assert any(wire.answered() for wire in idle), "one was told that it gave way"


def test_the_rate_of_an_address(start_server: ServerFactory) -> None:
    server = start_server(address_requests_per_second=0.1, burst_seconds=100, trusted_proxies="127.0.0.0/8, ::1")
    body = encoded(install())
    for forwarded in ("203.0.113.1", "198.51.100.9, 203.0.113.2", "203.0.113.3, 127.0.0.1"):
        refused = [post(server, body, Authorization="none", X_Forwarded_For=forwarded) for _ in range(11)]
        assert {answer.status for answer in refused} == {401}
        answer = post(server, body, X_Forwarded_For=forwarded)
        assert (answer.status, answer.problem) == (429, "rate-limited")
        assert int(answer.headers["retry-after"]) >= 1
        with Wire(server) as wire:
            wire.send(request(server, b"", "/health", "GET", {"X-Forwarded-For": forwarded}))
            assert wire.answer().status == 429, "whatever it asks for"
    assert post(server, body, X_Forwarded_For="203.0.113.4").status == 202
    assert [post(server, body).status for _ in range(12)] == [202] * 12, "the proxy itself"
    told = server.log.encode() + httpx.get(f"{server.admin_url}/metrics").content
    kept = b"".join(file.read_bytes() for file in server.data_dir.rglob("*") if file.is_file())
    assert b"203.0.113" not in told + kept


def test_a_key_that_leaves_its_requests_unfinished_keeps_no_other_out(start_server: ServerFactory) -> None:
    server = start_server(max_requests_in_flight=100)
    other = KeyFile(server.data_dir / "keys.json").create("another")
    with contextlib.ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(Wire(server)).send(request(server, encoded(install()))[:-1])
        for _ in range(40):
            stack.enter_context(Wire(server)).send(request(server, batch(500), BATCH)[:-1])
        wait_until(lambda: post(server, encoded(install()), Authorization=f"Bearer {other}").status == 202)
        answers = [post(server, batch(100), BATCH, Authorization=f"Bearer {other}").status for _ in range(20)]
        assert answers == [202] * 20


def test_connections(small: RunningServer) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(Wire(small))
        with Wire(small) as wire:
            answer = wire.answer()
            assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    wait_until(lambda: post(small, encoded(install())).status == 202)


def test_pending_bytes_refuse_what_the_disk_could_not_take(start_server: ServerFactory) -> None:
    server = start_server(max_pending_bytes=20_000)
    answer = post(server, batch(100), BATCH)
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert post(server, encoded(install())).status == 202


def test_the_rate_of_a_key(start_server: ServerFactory) -> None:
    server = start_server(events_per_second=50, burst_seconds=1)
    first = post(server, batch(100), BATCH)
    assert first.status == 202, "a batch larger than the bucket is delayed, never impossible"
    answer = post(server, encoded(install()))
    assert (answer.status, answer.problem) == (429, "rate-limited")
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["ratelimit"].startswith('"key";r=0;t=')
    assert answer.headers["ratelimit-policy"] == '"key";q=50;w=1'
    wait_until(lambda: post(server, encoded(install())).status == 202)


def test_a_full_spool_answers_503_and_takes_events_again_when_delivery_made_room(start_server: ServerFactory) -> None:
    # Delivery lingers, so the spool fills up; started again with less patience, it empties it.
    server = start_server(max_spool_bytes=2 << 20, linger_seconds=3600)
    wait_until(lambda: post(server, batch(500), BATCH).status == 503)
    answer = post(server, encoded(install()))
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    with Wire(server) as wire:
        wire.send(request(server, b"", "/ready", "GET"))
        assert wire.answer().status == 503

    server.stop()
    server.environment = {**server.environment, "GAME_EVENTS_LINGER_SECONDS": "0.1"}
    server.start()
    wait_until(lambda: post(server, encoded(install())).status == 202)


def test_a_thousand_slow_connections_do_not_stop_honest_traffic(start_server: ServerFactory) -> None:
    server = start_server(header_seconds=30)
    with contextlib.ExitStack() as stack:
        for number in range(1_000):
            slow = stack.enter_context(Wire(server))
            slow.send(b"POST /v1/events/install HTTP/1.1\r\nX-Slow: " + b"x" * (number % 50))
        began = time.monotonic()
        assert [post(server, encoded(install())).status for _ in range(20)] == [202] * 20
        assert time.monotonic() - began < 5


def test_sigterm_first_turns_unready_then_answers_what_it_took(start_server: ServerFactory) -> None:
    server = start_server(drain_seconds=1.0, keep_alive_seconds=5)
    assert server.process is not None
    with Wire(server) as probe, Wire(server) as late:
        whole = request(server, encoded(install()))
        late.send(whole[:-1])
        server.process.send_signal(signal.SIGTERM)
        statuses: list[int] = []
        while not statuses or statuses[-1] == 200:
            probe.send(request(server, b"", "/ready", "GET"))
            statuses.append(probe.answer().status)
        assert statuses[-1] == 503, "unready while requests are still taken"
        probe.send(request(server, encoded(install())))
        assert probe.answer().status == 202
        late.send(whole[-1:])
        assert late.answer().status == 202
    assert server.process.wait(30) == 0


def test_sigterm_under_load_answers_every_request_it_took(start_server: ServerFactory) -> None:
    server = start_server()
    answers: list[Answer] = []
    stop = threading.Event()

    def send() -> None:
        with Wire(server) as wire:
            while not stop.is_set():
                wire.send(request(server, encoded(install())))
                answers.append(wire.answer())
                if answers[-1].status == CLOSED:
                    return

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(answers) > 50)
    server.stop()
    stop.set()
    for thread in threads:
        thread.join()
    # A connection that ends between two requests is no loss; an answer other than 202 would be.
    assert {answer.status for answer in answers} <= {202, CLOSED}
    assert all(answer.body == b"" for answer in answers if answer.status == CLOSED)


def _trickle(wire: Wire, data: bytes) -> None:
    for byte in data:
        with contextlib.suppress(OSError):
            wire.send(bytes([byte]))
        time.sleep(0.02)


def test_a_faulty_build_is_answered_and_counted_and_only_so_many_of_its_refusals_are_kept(
    start_server: ServerFactory,
) -> None:
    server = start_server(rejected_per_minute=3)
    wrong = [install(install_source="carrier-pigeon") for _ in range(5)]
    answer = post(server, encoded({"events": [install(), *wrong]}), path=BATCH)
    assert [result["status"] for result in json.loads(answer.body)["results"]] == ["accepted"] + ["rejected"] * 5
    assert post(server, encoded(wrong[0])).status == 422
    assert post(server, b"{").status == 400
    assert post(server, encoded(install())).status == 202
    server.wait_until_delivered()
    server.stop()

    counts = ledger.read(server.data_dir)
    assert {stage: counts.total(stage) for stage in ("accepted", "rejected", "rejected_dropped")} == {
        "accepted": 2,
        "rejected": 3,
        "rejected_dropped": 4,
    }
    files = (server.data_dir / "lake" / "rejected").rglob("*.gz")
    assert sum(len(gzip.decompress(file.read_bytes()).splitlines()) for file in files) == 3
    result = CliRunner().invoke(app, ["reconcile", "--data-dir", str(server.data_dir), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["totals"]["rejected_dropped"] == 4

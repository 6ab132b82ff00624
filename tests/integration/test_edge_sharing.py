"""Workers that share limits and duplicates through a real Redis, and do without it when it is slow or gone."""

import json
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import RunningServer, wait_until
from faults.edge_workers import Load, Workers, make_workers
from game_events_api.admission.key_file import KeyFile
from game_events_api.telemetry import Exposition
from integration.edge_wire import Wire, encoded, install, post, request
from integration.redis_process import RedisProcess, redis_folder, redis_process

__all__ = ["redis_folder", "redis_process"]
pytestmark = pytest.mark.needs("redis-server")
ELEVEN = {"events_per_second": 0.001, "burst_seconds": 10_000}
"""A bucket of ten; what trickles into it while a test runs lets one request more go into debt, and none after it."""
PATIENT = {"redis_timeout_seconds": 10}
"""So that a busy machine does not look like a slow Redis."""

MakeWorker = Callable[..., Workers]


@pytest.fixture
def worker(tmp_path: Path, redis_folder: Path) -> Iterator[MakeWorker]:
    """Start workers one by one, each on a port of its own, all with one key and one folder of spools."""
    key = KeyFile(tmp_path / "keys.json").create("tests")
    started: list[Workers] = []

    def start(**settings: object) -> Workers:
        url = f"unix://{redis_folder / 'redis.sock'}"
        started.append(make_workers(tmp_path, key, **{"redis_url": url, **PATIENT, **settings}).start())
        return started[-1]

    yield start
    for one in started:
        one.kill()


def redis_check(server: Workers) -> str:
    try:
        return ": ".join(server.report().checks["redis"])
    except KeyError:
        return "nothing yet"


def until_redis(said: str, *servers: Workers) -> None:
    """Workers report every second."""
    wait_until(lambda: all(redis_check(server).startswith(said) for server in servers))


def metric(server: Workers, name: str) -> float:
    report = server.report()
    return next(number for (told, *_), number in [*report.counters.items(), *report.gauges.items()] if told == name)


def verdict(server: RunningServer, event: dict[str, object]) -> str:
    answer = post(server, encoded(event))
    assert answer.status == 202, answer.body
    return str(json.loads(answer.body)["status"])


def as_key(server: Workers, key: str) -> Workers:
    return Workers(server.url, key, server.data_dir, server.command, server.environment)


def accepted_of(count: int, *servers: RunningServer) -> int:
    answers = [post(servers[number % len(servers)], encoded(install())) for number in range(count)]
    assert {answer.status for answer in answers} <= {202, 429}
    return sum(answer.status == 202 for answer in answers)


def test_workers_share_a_keys_limit(redis_process: RedisProcess, worker: MakeWorker) -> None:
    one, two = worker(**ELEVEN), worker(**ELEVEN)
    first = post(one, encoded(install()))
    assert first.headers["ratelimit"].startswith('"key";r=9;t=')
    assert accepted_of(20, one, two) == 10
    refused = post(two, encoded(install()))
    assert (refused.status, refused.problem) == (429, "rate-limited")
    assert int(refused.headers["retry-after"]) >= 1
    other_key = KeyFile(one.data_dir / "keys.json").create("another")
    wait_until(lambda: post(as_key(one, other_key), encoded(install())).status == 202)


def test_an_event_that_another_worker_stored_is_a_duplicate(redis_process: RedisProcess, worker: MakeWorker) -> None:
    one, two = worker(), worker()
    first, second, third = install(), install(), install()
    assert verdict(one, first) == "accepted"
    assert verdict(two, first) == "duplicate"
    batch = post(two, encoded({"events": [second, first, third]}), "/v1/events/batch")
    assert [result["status"] for result in json.loads(batch.body)["results"]] == ["accepted", "duplicate", "accepted"]
    assert [verdict(one, event) for event in (third, second)] == ["duplicate", "duplicate"]
    one.kill()
    two.kill()
    assert one.stored() == Counter({str(event["event_id"]): 1 for event in (first, second, third)})


def test_an_id_with_other_content_is_told_apart_on_every_worker(
    redis_process: RedisProcess, worker: MakeWorker
) -> None:
    one, two = worker(dedup_window=0), worker(dedup_window=0)
    first = install()
    other, foreign = {**first, "user_id": "someone-else"}, {**first, "game_id": "another-game"}
    assert verdict(one, first) == "accepted"
    assert [verdict(two, event) for event in (other, foreign, first)] == ["accepted", "accepted", "duplicate"]
    assert [verdict(one, event) for event in (other, foreign, first)] == ["duplicate"] * 3
    assert verdict(one, {**first, "user_id": "a-third"}) == "accepted"
    reused = re.findall(r'stage="reused_id"} (\S+)', Exposition(one.data_dir).text().decode())
    assert sum(map(float, reused)) == 2, "of both"
    assert verdict(two, dict(reversed(first.items()))) == "duplicate"
    assert one.stored() == Counter({str(first["event_id"]): 4})


def test_500_new_and_500_known_events_are_told_apart(redis_process: RedisProcess, worker: MakeWorker) -> None:
    one, two = worker(), worker()
    known = [install() for _ in range(250)]
    assert post(one, encoded({"events": known}), "/v1/events/batch").status == 202
    mixed = [event for pair in zip(known, [install() for _ in range(250)], strict=True) for event in pair]
    receipt = json.loads(post(two, encoded({"events": mixed}), "/v1/events/batch").body)
    assert [result["status"] for result in receipt["results"]] == ["duplicate", "accepted"] * 250


def test_an_event_that_could_not_be_stored_is_not_remembered(redis_process: RedisProcess, worker: MakeWorker) -> None:
    broken, sound = worker(max_pending_bytes=1), worker()
    event = install()
    assert post(broken, encoded(event)).status == 503
    assert verdict(sound, event) == "accepted"


def test_the_shared_window_forgets_the_oldest(redis_process: RedisProcess, worker: MakeWorker) -> None:
    small = {"shared_dedup_window": 20, "dedup_window": 0}
    one, two = worker(**small), worker(**small)
    oldest, newest = install(), install()
    for event in (oldest, *(install() for _ in range(25)), newest):
        assert verdict(one, event) == "accepted"
    assert (verdict(two, newest), verdict(two, oldest)) == ("duplicate", "accepted")
    events = redis_process.client()
    assert events.hlen("game-events:known:young") + events.hlen("game-events:known:old") <= 20


def test_servers_with_another_prefix_share_nothing(redis_process: RedisProcess, worker: MakeWorker) -> None:
    production, staging = worker(**ELEVEN), worker(redis_prefix="staging", **ELEVEN)
    event = install()
    assert [verdict(production, event), verdict(staging, event)] == ["accepted", "accepted"]
    assert accepted_of(20, production) == 10
    assert accepted_of(20, staging) == 10


@pytest.mark.parametrize("attempts", [40])
def test_the_same_event_on_two_workers_at_once_is_accepted_and_never_lost(
    redis_process: RedisProcess, worker: MakeWorker, attempts: int
) -> None:
    workers = worker(), worker()
    events = [install() for _ in range(attempts)]
    verdicts: list[Counter[str]] = [Counter() for _ in events]
    start = threading.Barrier(2)

    def send(server: Workers) -> None:
        with Wire(server) as wire:
            for event, seen in zip(events, verdicts, strict=True):
                start.wait(30)
                wire.send(request(server, encoded(event)))
                seen[json.loads(wire.answer().body)["status"]] += 1

    threads = [threading.Thread(target=send, args=(server,)) for server in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for server in workers:
        server.kill()
    stored = workers[0].stored()
    assert set(stored) == {str(event["event_id"]) for event in events}
    for event, seen in zip(events, verdicts, strict=True):
        assert seen["accepted"] + seen["duplicate"] == 2
        assert seen["accepted"] == stored[str(event["event_id"])] >= 1, "what was called a duplicate is not stored"


def test_redis_killed_under_load_loses_nothing_and_comes_back(redis_process: RedisProcess, worker: MakeWorker) -> None:
    one, two = worker(), worker()
    with Load(one) as first, Load(two) as second:
        wait_until(lambda: min(len(first.acknowledged), len(second.acknowledged)) > 100)
        redis_process.kill()
        seen = len(first.acknowledged), len(second.acknowledged)
        until_redis("warn", one, two)
        wait_until(lambda: len(first.acknowledged) > seen[0] + 100 and len(second.acknowledged) > seen[1] + 100)
        redis_process.start()
        until_redis("pass", one, two)
        event = install()
        assert [verdict(one, event), verdict(two, event)] == ["accepted", "duplicate"]
        assert metric(one, "game_events_redis_up") == 1
        assert metric(one, "game_events_redis_failures") >= 1
        assert metric(one, "game_events_redis_fallbacks") >= 1
    assert first.refusals + second.refusals == Counter()
    for server in (one, two):
        server.kill()
    acknowledged = [*first.acknowledged, *second.acknowledged]
    stored = one.stored()
    assert set(acknowledged) - set(stored) == set(), "acknowledged and lost"
    assert max(stored.values()) == 1, "nobody sent anything twice"


def test_limits_fall_back_to_each_worker_and_return(redis_process: RedisProcess, worker: MakeWorker) -> None:
    one, two = worker(**ELEVEN), worker(**ELEVEN)
    keys = KeyFile(one.data_dir / "keys.json")
    alone, together = keys.create("alone"), keys.create("together")
    until_redis("pass", one, two)
    redis_process.kill()
    for server in (one, two):  # a request notices, not a timer
        wait_until(lambda server=server: post(as_key(server, alone), b"{}").status != 401)  # type: ignore[misc]
        until_redis("warn", server)
    assert accepted_of(40, as_key(one, alone), as_key(two, alone)) == 20, "eleven each, one of them taken by b'{}'"
    redis_process.start()
    until_redis("pass", one, two)
    assert accepted_of(40, as_key(one, together), as_key(two, together)) == 11


def test_a_redis_that_hangs_costs_one_time_out_and_not_the_edge(
    redis_process: RedisProcess, worker: MakeWorker
) -> None:
    one = worker(redis_timeout_seconds=0.5)
    assert verdict(one, install()) == "accepted"
    redis_process.signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert verdict(one, install()) == "accepted"
        assert 0.4 < time.monotonic() - began < 5
        until_redis("warn: each worker limits and deduplicates alone: TimeoutError", one)
        began = time.monotonic()
        event = install()
        assert [verdict(one, event), verdict(one, event)] == ["accepted", "duplicate"], "the worker's own window"
        assert time.monotonic() - began < 0.4, "nobody waits for a Redis known to hang"
    finally:
        redis_process.signal(signal.SIGCONT)
    until_redis("pass", one)


def test_a_worker_starts_without_redis_and_finds_it_later(redis_folder: Path, worker: MakeWorker) -> None:
    one = worker()
    assert verdict(one, install()) == "accepted"
    until_redis("warn", one)
    late = RedisProcess(redis_folder).start()
    try:
        until_redis("pass", one)
    finally:
        late.kill()


@pytest.mark.parametrize("command", ["SCRIPT FLUSH", "FLUSHALL", "CLIENT KILL TYPE normal", "CONFIG SET maxmemory 1"])
def test_what_operators_do_to_redis_never_fails_a_request(
    redis_process: RedisProcess, worker: MakeWorker, command: str
) -> None:
    one = worker()
    with Load(one) as load:
        wait_until(lambda: len(load.acknowledged) > 50)
        redis_process.client().execute_command(*command.split())  # type: ignore[no-untyped-call]
        before = len(load.acknowledged)
        wait_until(lambda: len(load.acknowledged) > before + 100)
        redis_process.client().config_set("maxmemory", 0)
        until_redis("pass", one)
    assert load.refusals == Counter()
    one.kill()
    assert set(load.acknowledged) - set(one.stored()) == set()


def test_a_bucket_from_before_redis_clock_was_set_back_does_not_lock_the_key(
    redis_process: RedisProcess, worker: MakeWorker
) -> None:
    one = worker(**ELEVEN)
    key_id = one.key.split("_")[2]
    in_a_year = (time.time() + 365 * 86400) * 1e6
    redis_process.client().set(f"game-events:rate:{key_id}", f"{in_a_year:.0f}")
    assert verdict(one, install()) == "accepted"
    assert accepted_of(20, one) == 10


def test_the_password_is_in_no_log_and_no_answer(redis_folder: Path, worker: MakeWorker) -> None:
    running = RedisProcess(redis_folder, "--requirepass", "right-7f3a").start()
    try:
        wrong = worker(redis_url=f"unix://:wrong-91bc@{running.socket}")
        right = worker(redis_url=f"unix://:right-7f3a@{running.socket}")
        until_redis("warn", wrong)
        until_redis("pass", right)
        running.kill()
        assert verdict(right, install()) == "accepted"
        until_redis("warn", right)
        shown = right.log + Exposition(right.data_dir).text().decode() + redis_check(wrong) + redis_check(right)
        assert "Redis does not answer" in shown
        assert "wrong-91bc" not in shown
        assert "right-7f3a" not in shown
    finally:
        running.kill()

"""What a real Prometheus sees of several workers, one of which is killed; and what the log says beside."""

import itertools
import json
import math
import os
import re
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from conftest import RunningServer, ServerFactory, wait_until
from documents import ROOT
from game_events_api import ledger
from game_events_api.admission import KeyFile
from game_events_api.metrics import DEFINITIONS
from game_events_devtools.simulator import play, simulate
from integration.edge_wire import Answer, Wire, encoded, install, post, request
from integration.prometheus_process import RULES, PrometheusProcess
from integration.redis_process import RedisProcess, redis_folder, redis_process

RULES_READ = [rule for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]
__all__ = ["redis_folder", "redis_process"]
OF_THE_MACHINE = "GameEventsDisk.*|GameEventsIntakeBurns.*"
"""Alerts of a machine that is full, or slow."""
ACCEPTED = 'game_events_events_total{stage="accepted", event_type="install"}'


def send(server: RunningServer, batches: int, size: int = 50) -> int:
    """Each batch over a connection of its own, so that the kernel spreads them over the workers."""
    taken = 0
    for _ in range(batches):
        answer = post(server, encoded({"events": [install() for _ in range(size)]}), "/v1/events/batch")
        taken += size if answer.status == 202 else 0
    return taken


def assert_increase_is(prometheus: PrometheusProcess, events: int) -> None:
    """But for what `increase` adds, which reckons the rate to go on for half an interval before and after."""
    samples = prometheus.value(f"count_over_time({ACCEPTED}[1h])") or 0
    increase = prometheus.value(f"increase({ACCEPTED}[1h])") or 0
    assert events <= increase <= events * (samples + 1) / (samples - 1), (increase, samples)


def queries_of_dashboards() -> dict[str, str]:
    """What Grafana would ask, by dashboard and panel, for all servers."""
    found = {}
    for path in (ROOT / "deploy" / "grafana").glob("*.json"):
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            for number, target in enumerate(panel["targets"]):
                query = target["expr"].replace("$instance", ".*").replace("$__rate_interval", "1m")
                found[f"{path.stem}: {panel['title']} {number}"] = query
    return found


def send_what_is_refused(server: RunningServer) -> None:
    repeated = encoded(install())
    for body in (repeated, repeated, encoded({**install(), "platform": "no such"})):
        post(server, body)
    post(server, repeated, Authorization="Bearer ge_live_wrong")


def assert_every_dashboard_shows_something(prometheus: PrometheusProcess) -> None:
    """And every metric that a dashboard or a rule names has been seen."""
    asked = queries_of_dashboards()
    assert len(asked) > 40

    def in_vain() -> list[str]:
        return [name for name, query in asked.items() if all(map(math.isnan, prometheus.values(query)))]

    wait_until(lambda: not in_vain(), explain=lambda: f"empty: {in_vain()}")
    expressions = [*asked.values(), *(rule["expr"] for rule in RULES_READ)]
    named = {name for one in expressions for name in re.findall(r"\bgame_events[\w:]+", one)}
    assert named <= set(prometheus.names())


@pytest.mark.needs("prometheus")
@pytest.mark.needs("redis-server")
@pytest.mark.parametrize(
    ("batches", "size"), [(20, 50), pytest.param(67, 500, marks=pytest.mark.long, id="100,000 events")]
)
def test_one_scrape_tells_of_all_workers_also_of_one_that_was_killed(
    start_server: ServerFactory, tmp_path: Path, redis_process: RedisProcess, batches: int, size: int
) -> None:
    server = start_server(workers=4, redis_url=redis_process.url, redis_timeout_seconds=10, events_per_second=1e6)
    with PrometheusProcess(tmp_path, server.admin_url).running() as prometheus:
        acknowledged = send(server, batches, size)
        prometheus.scrape()
        seen_first = prometheus.value(f"min_over_time({ACCEPTED}[1h])") or 0
        os.kill(server.children(b"process.worker")[0], signal.SIGKILL)
        acknowledged += send(server, 2 * batches, size)
        server.wait_until_delivered(120)
        wait_until(lambda: len(server.children(b"process.worker")) == 4)
        counted = 'sum(game_events_delivery_seconds_count{sink="lake"})'  # which delivery writes once a second
        wait_until(lambda: prometheus.value(counted) == acknowledged, explain=lambda: str(prometheus.value(counted)))

        assert prometheus.value(ACCEPTED) == acknowledged == ledger.read(server.data_dir).total("accepted")
        assert_increase_is(prometheus, acknowledged - int(seen_first))
        assert prometheus.value(ACCEPTED.replace("accepted", "delivered")) == acknowledged
        counters = [name for name in prometheus.names() if name.startswith("game_events_") and name.endswith("_total")]
        assert [name for name in counters if any(prometheus.values(f"resets({name}[10m])"))] == []
        assert prometheus.value("game_events_ledger_difference") == 0
        requests = prometheus.value('game_events_requests_total{path="batch", status="202"}') or 0
        assert requests * size <= acknowledged, "a request that was counted was answered"
        assert prometheus.value('game_events_request_seconds_count{kind="batch"}') == requests
        names = {definition.exposed for definition in DEFINITIONS if definition.kind != "histogram"}
        names |= {f"{definition.name}_{part}" for definition in DEFINITIONS for part in ("bucket", "count", "sum")}
        assert {name for name in map(str, prometheus.names()) if name.startswith("game_events_")} <= names
        alerts = f'ALERTS{{alertname!~"{OF_THE_MACHINE}"}}'  # a worker that has just begun has not asked Redis yet
        wait_until(lambda: prometheus.labels(alerts) == [], explain=lambda: str(prometheus.labels(alerts)))

        (server.data_dir / "warehouse").mkdir(exist_ok=True)
        (server.data_dir / "warehouse" / "warehouse.duckdb").touch()
        for _ in range(2):  # a rate is of a series that was there before
            send_what_is_refused(server)
            prometheus.scrape()
        assert_every_dashboard_shows_something(prometheus)


@pytest.mark.long
@pytest.mark.needs("prometheus")
def test_the_demos_events_trip_no_alert_but_that_of_the_builds_that_break_their_contract(
    start_server: ServerFactory, tmp_path: Path
) -> None:
    """Each expression is asked without its patience. The demo breaks events of some builds on purpose.

    One worker, because two know of each other's duplicates only with Redis, and each part may meet another of them.
    """
    server = start_server()
    events = simulate(events=5_000, seed=1, today=datetime.now(UTC).date())
    with PrometheusProcess(tmp_path, server.admin_url).running() as prometheus:
        for part in (1_000, 4_000):  # a rate is of a series that was there before
            played = play(server.url, server.key, itertools.islice(events, part))
            assert played.as_expected == part
            server.wait_until_delivered(120)
            prometheus.scrape()
        trips = {rule["alert"]: prometheus.labels(rule["expr"]) for rule in RULES_READ if "alert" in rule}

    trips = {name: found for name, found in trips.items() if found and not re.fullmatch(OF_THE_MACHINE, name)}
    assert set(trips) == {"GameEventsContractBurnsFast", "GameEventsContractBurnsSlowly"}, trips
    named = [(one.get("event_type"), one.get("schema_version")) for one in trips["GameEventsContractBurnsFast"]]
    assert ("install", "2-1-1") in named, "what the careless build sends"


@pytest.fixture(scope="module")
def server(start_server: ServerFactory) -> RunningServer:
    return start_server()


def test_refusals_leave_a_trace_without_a_secret(server: RunningServer) -> None:
    wrong = encoded({**install(), "platform": "a-secret-of-a-player"})
    for _ in range(30):
        assert post(server, wrong).status == 422
    for _ in range(6):
        assert post(server, encoded(install()), Authorization="Bearer ge_live_aaaaaaaa_never-to-be-seen").status == 401

    lines: list[dict[str, Any]] = [json.loads(line) for line in server.log.splitlines()]
    assert Counter((line["reason"], line["key_id"] != "") for line in lines if line["event"] == "refused") == {
        ("enum", True): 1,
        ("unauthorized", False): 1,
    }
    assert all(len(line["correlation_id"]) == 32 for line in lines if line["event"] == "refused")
    assert any("listens on" in line["event"] for line in lines), "what the server says of itself is JSON too"
    assert "never-to-be-seen" not in server.log
    assert "secret-of-a-player" not in server.log


def answered(server: RunningServer, key: str) -> int:
    return post(server, encoded(install()), Authorization=f"Bearer {key}").status


def test_a_rotation_drops_nothing_and_a_revoked_key_is_taken_for_less_than_a_second_more(server: RunningServer) -> None:
    file = KeyFile(server.data_dir / "keys.json")
    old = file.create("shop")
    wait_until(lambda: answered(server, old) == 202)
    new = file.rotate(old.split("_")[2], timedelta(days=7))
    rotated = time.monotonic()
    while (status := answered(server, new)) == 401:
        assert answered(server, old) == 202
        unknown_until = time.monotonic()
        assert unknown_until - rotated < 1.0
    assert (status, answered(server, old)) == (202, 202)

    file.revoke(old.split("_")[2])
    taken = revoked = time.monotonic()
    while True:
        sent = time.monotonic()
        if answered(server, old) != 202:
            break
        taken = sent
    assert taken - revoked < 1.0
    assert answered(server, new) == 202


def refusals(server: RunningServer) -> Counter[str]:
    return Counter(
        line["reason"] for text in server.log.splitlines() if (line := json.loads(text))["event"] == "refused"
    )


def test_a_thousand_wrong_keys_are_told_to_wait_and_neither_fill_the_log_nor_stop_a_neighbour(
    server: RunningServer,
) -> None:
    before = refusals(server)
    wrong = [request(server, b"{}", headers={"Authorization": f"Bearer guess-{number}"}) for number in range(1000)]
    with Wire(server) as wire:
        answers: list[Answer] = []
        for one in wrong:
            wire.send(one)
            answers.append(wire.answer())
        wire.send(request(server, encoded(install())))
        assert wire.answer().status == 202, "an honest key of the same address"
    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) == {401, 429}
    assert answers[0].status == 401, "a burst is let be"
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers if answer.status == 429)
    assert refusals(server) - before <= Counter({"unauthorized": 1, "rate-limited": 1})
    told = f'game_events_wrong_keys_total{{status="429"}} {float(statuses[429])}'
    wait_until(lambda: told in httpx.get(f"{server.admin_url}/metrics").text)
    with httpx.Client(base_url=server.admin_url) as operator:
        began, answered_401 = time.monotonic(), 0
        while (
            operator.get("/v1/rejected", headers={"Authorization": f"Bearer guess-{answered_401}"}).status_code == 401
        ):
            answered_401 += 1
            # One more than the rate: a part of a token that is left lets a whole request pass.
            assert answered_401 <= 600 + 10 * (time.monotonic() - began) + 1, "on the admin port too"
        honest = operator.get("/v1/rejected", headers={"Authorization": f"Bearer {server.key}"})
    assert honest.status_code == 200
    assert "guess-" not in server.log
    assert "127.0.0.1" not in "".join(line for line in server.log.splitlines() if "refused" in line)

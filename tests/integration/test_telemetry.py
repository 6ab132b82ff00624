"""What a real Prometheus sees of several workers, one of which is killed; and what the log says beside."""

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import RunningServer, ServerFactory, wait_until
from game_events_api import ledger
from game_events_api.metrics import DEFINITIONS
from integration.edge_wire import encoded, install, post
from integration.prometheus_process import PrometheusProcess

ACCEPTED = 'game_events_events_total{stage="accepted", event_type="install"}'


def send(server: RunningServer, batches: int) -> int:
    """Each batch over a connection of its own, so that the kernel spreads them over the workers."""
    taken = 0
    for _ in range(batches):
        answer = post(server, encoded({"events": [install() for _ in range(50)]}), "/v1/events/batch")
        taken += 50 if answer.status == 202 else 0
    return taken


def workers_of(server: RunningServer) -> list[int]:
    assert server.process is not None
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    return [pid for pid in map(int, children) if b"process.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.mark.needs("prometheus")
def test_one_scrape_tells_of_all_workers_also_of_one_that_was_killed(
    start_server: ServerFactory, tmp_path: Path
) -> None:
    server = start_server(workers=4)
    with PrometheusProcess(tmp_path, server.url).running() as prometheus:
        acknowledged = send(server, 20)
        prometheus.scrape()
        os.kill(workers_of(server)[0], signal.SIGKILL)
        acknowledged += send(server, 40)
        server.wait_until_delivered()
        wait_until(lambda: len(workers_of(server)) == 4)
        prometheus.scrape()

        assert prometheus.value(ACCEPTED) == acknowledged == ledger.read(server.data_dir).total("accepted")
        assert prometheus.value(ACCEPTED.replace("accepted", "delivered")) == acknowledged
        assert prometheus.value("sum(resets({__name__=~'game_events_.*_total'}[10m]))") == 0
        assert prometheus.value("game_events_ledger_difference") == 0
        assert prometheus.value('sum(game_events_delivery_seconds_count{sink="lake"})') == acknowledged
        requests = prometheus.value('game_events_requests_total{path="batch", status="202"}') or 0
        assert requests * 50 <= acknowledged, "a request that was counted was answered"
        assert prometheus.value('game_events_request_seconds_count{kind="batch"}') == requests
        names = {definition.exposed for definition in DEFINITIONS if definition.kind != "histogram"}
        known = {str(name) for name in prometheus.names()}
        assert {name for name in known if name.startswith("game_events_")} - {
            f"{definition.name}_{part}" for definition in DEFINITIONS for part in ("bucket", "count", "sum")
        } <= names


def test_refusals_leave_a_trace_without_a_secret(start_server: ServerFactory) -> None:
    server = start_server()
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

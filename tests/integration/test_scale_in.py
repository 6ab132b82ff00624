"""Three instances become one while the sink is down: one command delivers what waits on volumes without a server."""

import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import RunningServer, ServerFactory, wait_until
from game_events_api import ledger
from game_events_devtools.demo import stack
from integration.edge_wire import encoded, install, post
from s3_server import CREDENTIALS, REGION, S3Server, s3_server

BATCH = 100


def acknowledged(server: RunningServer) -> list[str]:
    events = [install() for _ in range(BATCH)]
    answer = post(server, encoded({"events": events}), "/v1/events/batch")
    results = json.loads(answer.body)["results"]
    return [str(event["event_id"]) for event, one in zip(events, results, strict=True) if one["status"] == "accepted"]


def drain(server: RunningServer, within: str) -> "subprocess.CompletedProcess[str]":
    """As the Job of deploy/kubernetes does."""
    command = [sys.executable, "-m", "game_events_cli.main", "drain", "--data-dir", str(server.data_dir)]
    environment = {**os.environ, **server.environment}
    return subprocess.run([*command, "--within", within], env=environment, capture_output=True, text=True, timeout=120)


def delivered(s3: S3Server) -> Counter[str]:
    return Counter(
        json.loads(text)["event"]["event_id"]
        for key, data in s3.contents.items()
        if key.startswith("events/")
        for text in gzip.decompress(data).splitlines()
    )


@pytest.mark.long
def test_no_acknowledged_event_is_lost_where_three_instances_become_one_while_the_sink_is_down(
    start_server: ServerFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**CREDENTIALS, "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    port = stack.free_port()
    sink = {"sink": "s3", "s3_bucket": "lake", "s3_endpoint_url": f"http://127.0.0.1:{port}", "shutdown_seconds": 1}
    servers = [start_server(**sink) for _ in range(3)]
    sent = Counter(event_id for server in servers for _ in range(3) for event_id in acknowledged(server))
    assert len(sent) == 9 * BATCH

    stays, *gone = servers
    for server in gone:
        server.stop()
        early = drain(server, "2s")
        assert early.returncode == 1, early.stdout + early.stderr
        assert f"{3 * BATCH} events wait" in early.stdout
    running = drain(stays, "2s")
    assert running.returncode == 75
    assert f"{stays.data_dir} is in use by process" in running.stderr

    with s3_server(port=port) as s3:
        for server in gone:
            result = drain(server, "60s")
            assert result.returncode == 0, result.stdout + result.stderr
            assert ledger.waiting(server.data_dir) == 0
        stays.wait_until_delivered(90)
        wait_until(lambda: len(delivered(s3)) == len(sent))
        assert delivered(s3) == sent
        stays.stop()

"""What a benchmark of the edge sends, and whether a server takes all of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import httpx
from edge_load import bodies
from edge_processes import Running
from game_events_api.rfc3339 import text
from game_events_devtools.simulator import simulate


def template_file(scratch: Path, events: int) -> Path:
    """One for all workloads of a round, made when it begins."""
    path = scratch / f"{events}.json"
    if not path.exists():
        path.write_bytes(_template(events))
    return path


def _template(count: int) -> bytes:
    """Events of the simulator that happen now, with their ids left open: one install, or a batch of all kinds."""
    now = text(datetime.now(UTC)).decode()  # the simulated day has hours that are too far ahead for most of the day
    events = [{**event, "event_id": "@ID@", "event_time": now} for event in islice(_valid(count), count)]
    return json.dumps(events[0] if count == 1 else {"events": events}, separators=(",", ":")).encode()


def _valid(count: int) -> Iterator[dict[str, object]]:
    wanted = ("install", "purchase") if count > 1 else ("install",)
    for seed in range(100):
        for simulated in simulate(events=2_000, seed=seed, today=datetime.now(UTC).date()):
            event = simulated.event
            taken = simulated.verdict == "accepted" and event["event_type"] in wanted
            if taken and event["schema_version"] == "1-0-0":  # which the usual way has models of
                yield event
    raise SystemExit("the simulator made too few events")


def check(server: Running, path: str, template: bytes, count: int) -> None:
    """SystemExit when it does not accept every event: the benchmark would time refusals."""
    headers = {"authorization": f"Bearer {server.key}", "content-type": "application/json"}
    url = f"http://127.0.0.1:{server.port}{path}"
    answer = httpx.post(url, content=next(bodies(template)), headers=headers, timeout=30, trust_env=False)
    receipt = answer.json()
    accepted = receipt.get("accepted") if count > 1 else int(receipt.get("status") == "accepted")
    if answer.status_code != 202 or accepted != count:
        raise SystemExit(f"{path}: {accepted} of {count} events were accepted: {answer.text[:400]}")

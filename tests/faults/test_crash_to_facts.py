"""kill -9 of everything, again and again, in the middle of a load: what was answered 202 is a fact, once."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from game_events import GameAnalyticsClient, GameEventsError
from game_events_api import ledger
from game_events_api.admission.keys import KeyFile
from game_events_cli.demo import stack
from game_events_cli.simulator import simulate
from game_events_warehouse.build import build

MOMENTS = 20
SENDERS = 3


class Load:
    """Senders that keep posting small batches and remember what was answered 202."""

    def __init__(self, url: str, key: str, events: Iterator[dict[str, object]]) -> None:
        self.acknowledged: list[str] = []
        self._events = events
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(url, key)) for _ in range(SENDERS)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _send(self, url: str, key: str) -> None:
        with GameAnalyticsClient(url, key, max_attempts=1, timeout=5.0) as client:
            while not self._stop.is_set():
                with self._lock:
                    batch = [next(self._events) for _ in range(7)]
                try:
                    receipt = client.send_events_batch(batch)
                except GameEventsError:
                    continue  # not acknowledged: the promise says nothing of these
                sure = [str(result.event_id) for result in receipt.results if result.status != "rejected"]
                with self._lock:
                    self.acknowledged += sure


def start(data_dir: Path, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "game_events_cli.main", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with (data_dir / "server.log").open("ab") as log:
        return subprocess.Popen(
            [*command, "--data-dir", str(data_dir), "--sink", "lake"], stdout=log, stderr=log, start_new_session=True
        )


def wait_for(condition: object, timeout_s: float = 30.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "the server did not get there in time"
        time.sleep(0.02)


@pytest.mark.timeout(240)
def test_acknowledged_events_survive_kills_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(20)
    port = stack.free_port()
    url = f"http://127.0.0.1:{port}"
    key = KeyFile(tmp_path / "keys.json").create(name="crash")
    today = datetime.now(UTC).date()
    endless = (item.event for seed in range(10_000) for item in simulate(events=2_000, seed=seed, today=today))
    acknowledged: list[str] = []

    for _ in range(MOMENTS):
        process = start(tmp_path, port)
        with Load(url, key, endless) as load:
            wait_for(lambda load=load: len(load.acknowledged) > 0)
            time.sleep(chance.uniform(0.0, 0.4))  # the random moment itself
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        acknowledged += load.acknowledged

    process = start(tmp_path, port)
    try:
        wait_for(lambda: ledger.waiting(tmp_path) == 0 and stack.is_ready(url), timeout_s=60)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    built = build(lake=str(tmp_path / "lake"), database=tmp_path / "warehouse" / "warehouse.duckdb")

    with duckdb.connect(str(tmp_path / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        facts = Counter(
            row[0]
            for row in connection.execute(
                "SELECT event_id FROM fct_installs UNION ALL SELECT event_id FROM fct_purchases"
            ).fetchall()
        )
    assert len(acknowledged) > MOMENTS
    assert set(acknowledged) - set(facts) == set(), "acknowledged and lost"
    assert [event_id for event_id, count in facts.items() if count != 1] == [], "counted more than once"
    assert built.installs + built.purchases == len(facts)

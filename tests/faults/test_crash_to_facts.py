"""kill -9 of everything, again and again, in the middle of a load: what was answered 202 is a fact, once."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest
from conftest import ServerFactory, wait_until
from game_events import GameAnalyticsClient, GameEventsError
from game_events_devtools.simulator import simulate
from game_events_warehouse.build import build

SENDERS = 3
FACTS = "SELECT DISTINCT fact FROM event_types"
TOLD_AGAIN = "SELECT event_id FROM quarantined_events WHERE reason LIKE '%-already-counted'"
"""A payment or refund of which two events told is one fact."""


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

    def has_begun(self) -> bool:
        return len(self.acknowledged) > 0

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


@pytest.mark.timeout(240)
@pytest.mark.parametrize("moments", [3, pytest.param(12, marks=pytest.mark.long)])
def test_acknowledged_events_survive_kills_at_random_moments(start_server: ServerFactory, moments: int) -> None:
    chance = random.Random(20)
    server = start_server()
    today = datetime.now(UTC).date()
    endless = (item.event for seed in range(10_000) for item in simulate(events=2_000, seed=seed, today=today))
    acknowledged: list[str] = []

    for _ in range(moments):
        with Load(server.url, server.key, endless) as load:
            wait_until(load.has_begun)
            time.sleep(chance.uniform(0.0, 0.4))  # the random moment itself
            server.kill()
        acknowledged += load.acknowledged
        server.start()
    server.wait_until_delivered(60)
    server.stop()
    database = server.data_dir / "warehouse" / "warehouse.duckdb"
    built = build(lake=str(server.data_dir / "lake"), database=database)

    with duckdb.connect(str(database), read_only=True) as connection:
        facts_of = (f"SELECT event_id FROM {fact}" for (fact,) in connection.execute(FACTS).fetchall())
        rows = connection.execute(" UNION ALL ".join((TOLD_AGAIN, *facts_of)))
        facts = Counter(row[0] for row in rows.fetchall())
    assert len(acknowledged) > moments
    assert set(acknowledged) - set(facts) == set(), "acknowledged and lost"
    assert [event_id for event_id, count in facts.items() if count != 1] == [], "counted more than once"
    assert sum(built.facts.values()) + built.quarantined == len(facts)

"""Programs that send the same purchases, each with an SDK: `sdk_programs.py NAME URL EVENTS`. Run by benchmarks/sdk.py.

Each prints what it took of CPU and wall time, in seconds, from the first event until nothing is left to send.
"""

import json
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

BATCH = 500
KEY = "ge_test_abc_SECRETSECRET"
SHARED = {"game_id": "puzzle-quest", "platform": "android", "app_version": "1.4.2", "environment": "production"}
PURCHASE: dict[str, Any] = {
    "product_id": "coins_1000",
    "product_type": "consumable",
    "quantity": 1,
    "price": "4.99",
    "currency": "USD",
    "store": "google_play",
}
EVERYTHING = {**SHARED, **PURCHASE, "user_id": "player-000123", "session_id": "session-8f2c", "country_code": "DE"}
"""What the others carry as properties: the same fields."""


def taken(send: Callable[[], object]) -> dict[str, float]:
    """Seconds of CPU and on the wall."""
    cpu, wall = time.process_time(), time.perf_counter()
    send()
    return {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}


def ours(url: str, events: int, spool: str | None = None) -> dict[str, float]:
    from game_events import GameAnalyticsClient

    client = GameAnalyticsClient(url, KEY, **SHARED, **({"spool": spool} if spool else {}))

    def send() -> None:
        player = client.player("player-000123", session="session-8f2c", country_code="DE")
        for number in range(events):
            player.purchase(**PURCHASE, transaction_id=f"GPA.{number:08}")
        assert client.flush(120) == 0

    return taken(send)


def ours_on_disk(url: str, events: int) -> dict[str, float]:
    import tempfile

    with tempfile.TemporaryDirectory() as spool:
        return ours(url, events, spool)


def segment(url: str, events: int) -> dict[str, float]:
    from segment.analytics.client import Client

    client = Client("write-key", host=url, upload_size=BATCH, max_queue_size=events, gzip=True, max_retries=1)

    def send() -> None:
        for number in range(events):
            client.track("player-000123", "purchase", {**EVERYTHING, "transaction_id": f"GPA.{number:08}"})
        client.shutdown()

    return taken(send)


def rudder(url: str, events: int) -> dict[str, float]:
    from rudderstack.analytics.client import Client

    client = Client("write-key", host=url, upload_size=BATCH, max_queue_size=events, gzip=True, max_retries=1)

    def send() -> None:
        for number in range(events):
            client.track("player-000123", "purchase", {**EVERYTHING, "transaction_id": f"GPA.{number:08}"})
        client.shutdown()

    return taken(send)


def posthog(url: str, events: int) -> dict[str, float]:
    from posthog import Posthog

    client = Posthog("write-key", host=url, flush_at=BATCH, max_queue_size=events, gzip=True, max_retries=1)

    def send() -> None:
        for number in range(events):
            told = {**EVERYTHING, "transaction_id": f"GPA.{number:08}"}
            client.capture("purchase", distinct_id="player-000123", properties=told)
        client.shutdown()

    return taken(send)


def snowplow(url: str, events: int) -> dict[str, float]:
    from snowplow_tracker import AsyncEmitter, SelfDescribing, SelfDescribingJson, Tracker

    emitter = AsyncEmitter(url.removeprefix("http://"), protocol="http", method="post", batch_size=BATCH)
    tracker = Tracker("game", [emitter])
    schema = "iglu:com.example/purchase/jsonschema/1-0-0"

    def send() -> None:
        for number in range(events):
            told = {**EVERYTHING, "transaction_id": f"GPA.{number:08}"}
            tracker.track(SelfDescribing(SelfDescribingJson(schema, told)))
        tracker.flush()

    return taken(send)


def single(url: str, events: int) -> dict[str, float]:
    from game_events import GameAnalyticsClient

    client = GameAnalyticsClient(url, KEY, **SHARED)
    told = {**PURCHASE, "user_id": "player-000123", "session_id": "session-8f2c", "country_code": "DE"}

    def send() -> None:
        for number in range(events):
            client.send_purchase_event(**told, transaction_id=f"GPA.{number:08}")

    client.send_purchase_event(**told, transaction_id="first")
    return taken(send)


def bare_post(url: str, events: int) -> dict[str, float]:
    import httpx

    event = {**EVERYTHING, "event_type": "purchase", "schema_version": "1-2-0", "transaction_id": "GPA.00000001"}
    event |= {"event_id": "019ab1c2-7f00-7abc-8def-0123456789ab", "event_time": "2026-11-21T12:00:00.000001Z"}
    body = json.dumps(event, separators=(",", ":")).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
    client = httpx.Client()

    def send() -> None:
        for _ in range(events):
            client.post(f"{url}/v1/events/purchase", content=body, headers=headers).raise_for_status()

    client.post(f"{url}/v1/events/purchase", content=body, headers=headers)
    return taken(send)


def memory(url: str, _: int) -> dict[str, float]:
    import tracemalloc

    from game_events import GameAnalyticsClient

    client = GameAnalyticsClient(url, KEY, background=False, **SHARED)
    player = client.player("player-000123", session="session-8f2c", country_code="DE")
    player.purchase(**PURCHASE, transaction_id="first")
    tracemalloc.start()
    for number in range(5_000):
        player.purchase(**PURCHASE, transaction_id=f"GPA.{number:08}")
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    client.flush(60)
    return {"bytes_per_event": held / 5_000}


def imported(module: str) -> dict[str, float]:
    return taken(lambda: [__import__(name) for name in module.split()])


def leave(url: str, _: int) -> dict[str, float]:
    """As the process ends, with a server that is not there."""
    from game_events import GameAnalyticsClient, forks

    client = GameAnalyticsClient(url, KEY, **SHARED)
    client.player("player-000123", session="session-8f2c").purchase(**PURCHASE, transaction_id="first")
    logging.disable()
    return {"exit_s": taken(forks._at_exit)["wall_s"]}


PROGRAMS: dict[str, Callable[[str, int], dict[str, float]]] = {
    "ours": ours,
    "ours on disk": ours_on_disk,
    "segment": segment,
    "rudder": rudder,
    "posthog": posthog,
    "snowplow": snowplow,
    "single": single,
    "bare post": bare_post,
    "memory": memory,
    "import": lambda *_: imported("game_events"),
    "import client": lambda *_: imported("game_events.client"),
    "import floor": lambda *_: imported("pydantic httpx"),
    "exit": leave,
}

if __name__ == "__main__":
    print(json.dumps(PROGRAMS[sys.argv[1]](sys.argv[2], int(sys.argv[3]))))

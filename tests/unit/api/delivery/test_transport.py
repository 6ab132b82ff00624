"""Calls run in threads, and their results come back."""

import threading
from collections.abc import Mapping
from typing import Any

from game_events_api.delivery.transport import ThreadedCalls


class Echo:
    def put(self, stream: str, records: list[bytes]) -> Mapping[str, Any]:
        if stream == "broken":
            raise ConnectionError("gone")
        return {"stream": stream, "records": records}


def test_results_and_errors_come_back_with_their_tokens() -> None:
    done = threading.Semaphore(0)
    calls = ThreadedCalls(Echo(), threads=2, on_done=done.release)
    calls.submit("events", [b"a"], 1)
    calls.submit("broken", [b"b"], 2)
    for _ in range(2):
        assert done.acquire(timeout=10)

    results = dict(calls.collect())

    assert results[1] == {"stream": "events", "records": [b"a"]}
    assert isinstance(results[2], ConnectionError)
    assert calls.collect() == []
    calls.close()

"""Calls run in threads, and their results come back."""

import threading
from collections.abc import Mapping
from typing import Any

from game_events_api.delivery.transport import CallTimedOut, ThreadedCalls


class Echo:
    def put(self, stream: str, records: list[bytes]) -> Mapping[str, Any]:
        if stream == "broken":
            raise ConnectionError("gone")
        return {"stream": stream, "records": records}


def test_results_and_errors_come_back_with_their_tokens() -> None:
    done = threading.Semaphore(0)
    calls = ThreadedCalls(Echo(), threads=2, on_done=done.release, deadline=60.0)
    calls.submit("events", [b"a"], 1)
    calls.submit("broken", [b"b"], 2)
    for _ in range(2):
        assert done.acquire(timeout=10)

    results = dict(calls.collect())

    assert results[1] == {"stream": "events", "records": [b"a"]}
    assert isinstance(results[2], ConnectionError)
    assert calls.collect() == []
    calls.close()


class Stuck:
    """Answers when it is let, and says that it was called."""

    def __init__(self) -> None:
        self.called = threading.Semaphore(0)
        self.let = threading.Event()

    def put(self, stream: str, records: list[bytes]) -> Mapping[str, Any]:
        self.called.release()
        if stream == "stuck":
            self.let.wait()
        return {"stream": stream}


def test_a_call_that_never_ends_is_given_up_once_and_its_thread_replaced() -> None:
    service, now, done = Stuck(), [0.0], threading.Semaphore(0)
    calls = ThreadedCalls(service, threads=1, on_done=done.release, deadline=60.0, monotonic=lambda: now[0])
    for token in range(3):
        calls.submit("stuck", [b"a"], token)
        assert service.called.acquire(timeout=10)
        now[0] += 59.0
        assert calls.collect() == []
        now[0] += 2.0
        ((given_up, result),) = calls.collect()
        assert (given_up, type(result)) == (token, CallTimedOut)
        assert calls.collect() == []
    calls.submit("events", [b"b"], 3)
    assert done.acquire(timeout=10)
    assert calls.collect() == [(3, {"stream": "events"})]
    service.let.set()
    for _ in range(3):
        assert done.acquire(timeout=10)
    assert calls.collect() == [], "what comes too late was sent again"
    calls.close()

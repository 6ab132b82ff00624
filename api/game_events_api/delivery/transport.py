"""PutRecordBatch through boto3: the one way to Firehose, in production, in the demo and in tests."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any, Protocol

from game_events_api.correlation import correlation_ids
from game_events_api.delivery.aws import Connection, client
from game_events_api.delivery.outcomes import CallResult
from game_events_api.delivery.sink import Around

log = logging.getLogger(__name__)


class Transport(Protocol):
    def put(self, stream: str, records: list[bytes]) -> Mapping[str, Any]:
        """Firehose's response; raises what botocore raises."""
        ...


class BotoTransport:
    """Built at the first call, so that missing credentials or a missing region are an outcome like others."""

    def __init__(
        self,
        *,
        endpoint_url: str | None,
        region: str | None,
        threads: int,
        connect_timeout: float,
        read_timeout: float,
    ) -> None:
        self.around: Around = nullcontext
        self._connection = Connection(
            partial(
                client,
                "firehose",
                endpoint_url=endpoint_url,
                region=region,
                threads=threads,
                connect_timeout=connect_timeout,
                read_timeout=read_timeout,
            )
        )

    def put(self, stream: str, records: list[bytes]) -> Mapping[str, Any]:
        with self.around(records), self._connection.client() as firehose:
            response: Mapping[str, Any] = firehose.put_record_batch(
                DeliveryStreamName=stream, Records=[{"Data": data} for data in records]
            )
        if log.isEnabledFor(logging.DEBUG):
            log.debug("sent", extra={"stream": stream, "correlation_ids": correlation_ids(records)})
        return response


class CallTimedOut(TimeoutError):
    """The service may have stored what it was given; its answer comes too late to be waited for."""


class ThreadedCalls:
    """A few threads hide the round trip; results come back through a queue.

    A service that answers byte by byte keeps every time-out of a socket, and its thread, for ever. So a call that takes
    longer than `deadline` seconds is given up with CallTimedOut, and another thread takes the place of its own.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        threads: int,
        on_done: Callable[[], None],
        deadline: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._on_done = on_done
        self._deadline = deadline
        self._monotonic = monotonic
        self._threads = threads
        self._calls: queue.SimpleQueue[tuple[str, list[bytes], int] | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[int, CallResult]] = queue.SimpleQueue()
        self._begun: dict[int, float] = {}
        self._given_up: set[int] = set()
        for _ in range(threads):
            self._start()

    def submit(self, stream: str, records: list[bytes], token: int) -> None:
        self._calls.put((stream, records, token))

    def collect(self) -> list[tuple[int, CallResult]]:
        return [*self._arrived(), *self._overdue()]

    def close(self) -> None:
        for _ in range(self._threads):
            self._calls.put(None)

    def _start(self) -> None:
        # A daemon: what hangs in a call must not keep the process from ending.
        threading.Thread(target=self._run, name="firehose", daemon=True).start()

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            stream, records, token = call
            self._begun[token] = self._monotonic()
            result: CallResult
            try:
                result = self._transport.put(stream, records)
            except Exception as error:
                result = error
            replaced = token in self._given_up
            self._results.put((token, result))
            self._on_done()
            if replaced:
                return  # another thread has taken this one's place

    def _arrived(self) -> list[tuple[int, CallResult]]:
        results: list[tuple[int, CallResult]] = []
        while True:
            try:
                token, result = self._results.get_nowait()
            except queue.Empty:
                return results
            self._begun.pop(token, None)
            if token in self._given_up:
                self._given_up.discard(token)
            else:
                results.append((token, result))

    def _overdue(self) -> list[tuple[int, CallResult]]:
        now = self._monotonic()
        late = [token for token, begun in list(self._begun.items()) if now - begun > self._deadline]
        for token in late:
            self._given_up.add(token)
            del self._begun[token]
            self._start()
        return [(token, CallTimedOut(f"no whole answer within {self._deadline:g} s")) for token in late]

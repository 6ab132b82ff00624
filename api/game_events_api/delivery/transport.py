"""PutRecordBatch through boto3: the one way to Firehose, in production, in the demo and in tests."""

import queue
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

from game_events_api.delivery.aws import Connection, client
from game_events_api.delivery.outcomes import CallResult


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
        with self._connection.client() as firehose:
            response: Mapping[str, Any] = firehose.put_record_batch(
                DeliveryStreamName=stream, Records=[{"Data": data} for data in records]
            )
        return response


class ThreadedCalls:
    """A few threads hide the round trip; results come back through a queue."""

    def __init__(self, transport: Transport, *, threads: int, on_done: Callable[[], None]) -> None:
        self._transport = transport
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="firehose")
        self._results: queue.SimpleQueue[tuple[int, CallResult]] = queue.SimpleQueue()
        self._on_done = on_done

    def submit(self, stream: str, records: list[bytes], token: int) -> None:
        self._pool.submit(self._call, stream, records, token)

    def _call(self, stream: str, records: list[bytes], token: int) -> None:
        result: CallResult
        try:
            result = self._transport.put(stream, records)
        except Exception as error:
            result = error
        self._results.put((token, result))
        self._on_done()

    def collect(self) -> list[tuple[int, CallResult]]:
        results = []
        while True:
            try:
                results.append(self._results.get_nowait())
            except queue.Empty:
                return results

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

"""How many events make a record and how many records a call. Pure.

Direct PUT is billed by record, each rounded up to 5 KB, so that many small events in one record cost
a fraction; Firehose's de-aggregation takes at most 500 of them. Limits: "Amazon Data Firehose quota"
and "PutRecordBatch" in AWS's documentation: 1,000 KiB a record, 500 records and 4 MiB a call. The call's
limit is kept after base64, because that is what is sent; the record's with room to spare.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import TypeVar

RECORD_EVENTS = 500
RECORD_BYTES = 900_000
CALL_RECORDS = 500
CALL_BYTES = 4 * 1024 * 1024
BILLING_STEP = 5 * 1024

T = TypeVar("T")


def base64_size(size: int) -> int:
    return (size + 2) // 3 * 4


def billed(size: int) -> int:
    """Bytes that Direct PUT bills for a record of `size` bytes."""
    return (size + BILLING_STEP - 1) // BILLING_STEP * BILLING_STEP


def into_records(sizes: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Group consecutive blocks into records: `(events, bytes)` of each block to `(first, past the last)`.

    A block that is over a limit by itself gets a record of its own; whoever sends it takes it apart.
    """
    records: list[tuple[int, int]] = []
    first = position = events = size = 0
    for block_events, block_bytes in sizes:
        full = events + block_events > RECORD_EVENTS or size + block_bytes > RECORD_BYTES
        if position > first and full:
            records.append((first, position))
            first, events, size = position, 0, 0
        events += block_events
        size += block_bytes
        position += 1
    if position > first:
        records.append((first, position))
    return records


def fits_a_call(records: int, size_after_base64: int, next_size: int) -> bool:
    """Whether a record of `next_size` bytes may join a call that holds `records` of them already."""
    return records < CALL_RECORDS and (records == 0 or size_after_base64 + base64_size(next_size) <= CALL_BYTES)


def into_a_call(sizes: Iterable[int]) -> int:
    """How many of the records, of so many bytes each, the next call takes."""
    records = size = 0
    for next_size in sizes:
        if not fits_a_call(records, size, next_size):
            break
        records += 1
        size += base64_size(next_size)
    return records


def interleave(items: Sequence[T], games: Sequence[str]) -> list[T]:
    """One of each game in turn, each game's own order kept: a flood of one does not hold the others up.

    `games[i]` is the game of `items[i]`.
    """
    queues: dict[str, deque[T]] = {}
    for item, game in zip(items, games, strict=True):
        queues.setdefault(game, deque()).append(item)
    if len(queues) < 2:
        return list(items)
    mixed: list[T] = []
    while queues:
        for game in list(queues):
            mixed.append(queues[game].popleft())
            if not queues[game]:
                del queues[game]
    return mixed

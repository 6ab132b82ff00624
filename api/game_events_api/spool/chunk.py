"""Lines put together to what one row of the spool may hold. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from game_events_api.ledger_key import LedgerKey

MAX_LINES = 500  # Firehose's de-aggregation breaks above 500 events a record
MAX_BYTES = 256 * 1024  # so that blocks of several requests still fit one Firehose record of 1,000 KiB


class Chunk(msgspec.Struct, frozen=True, gc=False):
    """NDJSON of at most MAX_LINES lines and MAX_BYTES bytes, unless one line alone is larger."""

    data: bytes
    lines: int
    counts: Mapping[LedgerKey, int]


def chunks(lines: Sequence[bytes], keys: Sequence[LedgerKey]) -> list[Chunk]:
    """Pack lines, in order, into as few chunks as halving finds; `keys[i]` is the ledger's key of `lines[i]`."""
    if not lines:
        return []
    if len(lines) == 1:
        return [Chunk(lines[0], 1, {keys[0]: 1})]
    if len(lines) <= MAX_LINES and sum(map(len, lines)) <= MAX_BYTES:
        return [Chunk(b"".join(lines), len(lines), Counter(keys))]
    middle = len(lines) // 2
    return chunks(lines[:middle], keys[:middle]) + chunks(lines[middle:], keys[middle:])


def merge(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Neighbouring chunks put together as long as the limits hold."""
    merged: list[Chunk] = []
    together: list[Chunk] = []
    lines = size = 0
    for chunk in chunks:
        if together and (lines + chunk.lines > MAX_LINES or size + len(chunk.data) > MAX_BYTES):
            merged.append(_joined(together))
            together, lines, size = [], 0, 0
        together.append(chunk)
        lines += chunk.lines
        size += len(chunk.data)
    if together:
        merged.append(_joined(together))
    return merged


def _joined(chunks: list[Chunk]) -> Chunk:
    if len(chunks) == 1:
        return chunks[0]
    counts: dict[LedgerKey, int] = {}
    for chunk in chunks:
        for key, count in chunk.counts.items():
            counts[key] = counts.get(key, 0) + count
    return Chunk(b"".join([chunk.data for chunk in chunks]), sum(chunk.lines for chunk in chunks), counts)

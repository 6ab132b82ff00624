"""What delivery takes out of a spool file, and what it says of it. Pure."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from game_events_api.ledger_key import LedgerKey, parse_counts


@dataclass(frozen=True)
class Block:
    """One row: NDJSON of `events` lines, and how many of them the ledger counts by each key."""

    id: int
    stream: str
    events: int
    keys: Counter[LedgerKey]
    data: bytes


class Waiting(NamedTuple):
    blocks: int
    bytes: int


@dataclass(frozen=True)
class DeadLetter:
    """One event that a sink will never take, word for word, with the reason."""

    line: bytes
    reason: str
    attempts: int


@dataclass(frozen=True)
class Intent:
    """A lake file announced before it is written, so that a crash neither loses nor doubles it."""

    path: str
    sink: str
    stream: str
    first_id: int
    last_id: int
    events: int
    bytes: int
    sha256: str
    counts: str


class Settled(NamedTuple):
    """A block whose every event is either stored by the sink or a dead letter."""

    block: Block
    dead: Sequence[DeadLetter] = ()


def block_of(block_id: int, stream: str, events: object, counts: str, data: object) -> Block:
    """SQLite keeps anything in any column; raises its error where a row is not what a worker writes."""
    try:
        if not isinstance(data, bytes) or not isinstance(events, int) or events < 1:
            raise TypeError("data or events")
        keys = parse_counts(counts)
        for key, number in keys.items():
            "".join(key).encode()
            if not isinstance(number, int) or not 0 < number < 2**63:
                raise ValueError(f"a count of {number}")
    except (ValueError, TypeError, RecursionError) as error:
        raise sqlite3.DataError(f"block {block_id} is not a worker's: {error}") from error
    return Block(block_id, stream, events, keys, data)

"""A row that no worker wrote is none of delivery's."""

import sqlite3
from collections import Counter

import pytest
from game_events_api.ledger_key import LedgerKey
from game_events_api.spool.blocks import block_of

COUNTS = '[["chess", "install", "1-0-0", "2026-11-21T05", 2]]'


def test_a_workers_row_is_a_block() -> None:
    block = block_of(7, "events", 2, COUNTS, b"a\nb\n")

    assert (block.id, block.stream, block.events, block.data) == (7, "events", 2, b"a\nb\n")
    assert block.keys == Counter({LedgerKey("chess", "install", "1-0-0", "2026-11-21T05"): 2})


@pytest.mark.parametrize(
    ("events", "counts", "data"),
    [
        (2, COUNTS, "text"),
        ("2", COUNTS, b"a\n"),
        (0, COUNTS, b"a\n"),
        (1, "not JSON", b"a\n"),
        (1, '[["", "", "", "", 0]]', b"a\n"),
        (1, '[["", "", "", "", 1.5]]', b"a\n"),
        (1, f'[["", "", "", "", {2**63}]]', b"a\n"),
        (1, '[["\\ud800", "", "", "", 1]]', b"a\n"),
        (1, "[" * 200_000, b"a\n"),
    ],
    ids=[
        "text",
        "events-as-text",
        "no-events",
        "no-json",
        "none-counted",
        "half-counted",
        "too-many",
        "half-a-character",
        "deep",
    ],
)
def test_any_other_row_is_an_error_of_the_file(events: object, counts: str, data: object) -> None:
    with pytest.raises(sqlite3.DataError, match="block 7 is not a worker's"):
        block_of(7, "events", events, counts, data)

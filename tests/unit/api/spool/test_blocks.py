"""A block is what a worker wrote, whatever byte of its row became another; else it is none of delivery's."""

import random
from collections import Counter

import pytest
from game_events_api.ledger_key import LedgerKey, dump_counts
from game_events_api.spool.blocks import (
    PLAIN_BYTES,
    Block,
    BlockRow,
    DamagedBlock,
    block_of,
    counted,
    mended,
    pack,
    sealed,
    unpack,
)
from unit.api.delivery.spool_maker import line, rejected_line

KEY = LedgerKey("puzzle-quest", "install", "1-0-0", "2026-11-20T12")
COUNTS = dump_counts({KEY: 2})
LINES = {"small": line(1) + line(2), "packed": line(1) + line(2, padding=3 * PLAIN_BYTES)}


def row(data: bytes, stream: str = "events", counts: str = COUNTS, events: int = 2) -> BlockRow:
    return sealed(BlockRow(7, stream, 1.5, events, counts, pack(data), len(data)))


@pytest.mark.parametrize("kind", LINES)
def test_a_workers_row_is_a_block(kind: str) -> None:
    assert block_of(row(LINES[kind])) == Block(7, "events", 2, Counter({KEY: 2}), LINES[kind])
    assert counted(row(LINES[kind])._replace(data=None)) == {KEY: 2}


def test_many_lines_are_packed_and_few_are_not() -> None:
    assert pack(LINES["small"]) == LINES["small"]
    assert len(packed := pack(LINES["packed"])) < len(LINES["packed"]) // 3
    assert unpack(packed) == LINES["packed"]


@pytest.mark.parametrize("kind", LINES)
def test_no_byte_of_the_data_can_be_another(kind: str) -> None:
    whole = row(LINES[kind])
    for position in range(len(whole.data)):
        data = bytearray(whole.data)
        data[position] ^= random.Random(position).randint(1, 255)
        for damaged in (bytes(data), whole.data[:position], whole.data + b"\n"):
            found = block_of(whole._replace(data=damaged))
            assert isinstance(found, DamagedBlock)
            assert found.keys == {KEY: 2}, "its columns are sound and say what it held"


@pytest.mark.parametrize(
    "changed",
    [
        {"stream": "eventr"},
        {"stream": b"events"},
        {"created_at": 2.5},
        {"created_at": None},
        {"events": 3},
        {"events": "2"},
        {"size": 1},
        {"counts": COUNTS.replace("puzzle", "puzzlf")},
        {"counts": COUNTS.replace("2]", "3]")},
        {"counts": "not JSON"},
        {"counts": '[["\\ud800", "", "", "", 2]]'},
        {"counts": f'[["", "", "", "", {2**64}]]'},
        {"counts": "[" * 200_000},
        {"counts": None},
    ],
    ids=lambda changed: f"{changed}"[:40],
)
@pytest.mark.parametrize("kind", LINES)
def test_where_only_the_columns_suffered_the_lines_tell_what_they_said(kind: str, changed: dict[str, object]) -> None:
    whole = row(LINES[kind])
    found = block_of(whole._replace(**changed))

    assert found == Block(7, "events", 2, Counter({KEY: 2}), LINES[kind])
    assert counted(whole._replace(**changed)) is None
    assert isinstance(found, Block)
    assert block_of(mended(found, changed.get("created_at", 1.5))) == found


def test_a_rejected_line_is_mended_into_its_own_stream() -> None:
    text = rejected_line(1, {"event_id": "x", "game_id": "puzzle-quest"})
    key = LedgerKey("puzzle-quest", "", "", "2026-11-20T12")
    whole = row(text, "rejected", dump_counts({key: 1}), 1)

    assert block_of(whole._replace(stream="")) == Block(7, "rejected", 1, Counter({key: 1}), text)


def test_two_rows_that_have_each_others_data_are_both_found_out() -> None:
    one, other = row(LINES["packed"]), row(LINES["small"])._replace(id=8)
    mixed = block_of(one._replace(data=other.data))

    assert isinstance(mixed, DamagedBlock)


def test_a_row_that_has_the_id_of_another_is_not_taken_for_it() -> None:
    assert counted(row(LINES["small"])._replace(id=9)) is None


@pytest.mark.parametrize("data", ["text", None, b"", 7])
def test_what_is_no_data_is_damaged(data: object) -> None:
    assert isinstance(block_of(row(LINES["small"])._replace(data=data)), DamagedBlock)


def before(data: object, counts: object = COUNTS, events: object = 2) -> BlockRow:
    """As the format before had it."""
    return BlockRow(7, "events", 1.5, events, counts, data)


def test_a_row_of_the_format_before_is_delivered() -> None:
    assert block_of(before(LINES["small"])) == Block(7, "events", 2, Counter({KEY: 2}), LINES["small"])


@pytest.mark.parametrize(
    "suspect",
    [
        before("text"),
        before(LINES["small"], events="2"),
        before(LINES["small"], events=0),
        before(LINES["small"][:-1]),
        before(LINES["small"][:-40] + b"\n"),
        before(LINES["small"].replace(b'"event":{', b'"evenu":{')),
        before(b"[" * 100_000 + b"\n", events=1),
        before(pack(LINES["packed"])),
        row(LINES["packed"])._replace(checksum=None),
    ],
    ids=["text", "count-as-text", "no-events", "cut", "cut-in-a-line", "no-event", "deep", "packed", "checksum-gone"],
)
def test_a_row_of_the_format_before_is_held_to_what_can_be_seen(suspect: BlockRow) -> None:
    assert isinstance(block_of(suspect), DamagedBlock)

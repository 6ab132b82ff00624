"""Chunks and blocks keep what Firehose can take apart."""

from game_events_api.ledger_key import LedgerKey
from game_events_api.spool import Chunk, chunks
from game_events_api.spool.grouping import MAX_BYTES, MAX_LINES, merge
from hypothesis import given
from hypothesis import strategies as st

KEY = LedgerKey("game", "install", "1-0-0", "2026-11-21T05")
lines = st.lists(st.integers(1, 200_000).map(lambda size: b"x" * (size - 1) + b"\n"), max_size=40)


def within_limits(chunk: Chunk) -> bool:
    return chunk.lines <= MAX_LINES and (len(chunk.data) <= MAX_BYTES or chunk.lines == 1)


@given(lines)
def test_chunks_keep_every_line_in_order_within_the_limits(given_lines: list[bytes]) -> None:
    packed = chunks(given_lines, [KEY] * len(given_lines))
    assert b"".join(chunk.data for chunk in packed) == b"".join(given_lines)
    assert sum(sum(chunk.counts.values()) for chunk in packed) == len(given_lines)
    assert all(within_limits(chunk) for chunk in packed)


@given(st.lists(st.tuples(st.integers(1, 600), st.integers(1, 300_000)), max_size=30))
def test_merging_keeps_order_and_counts_and_never_crosses_a_limit(shapes: list[tuple[int, int]]) -> None:
    parts = [Chunk(bytes([index]) * size, count, {KEY: count}) for index, (count, size) in enumerate(shapes)]
    merged = merge(parts)
    assert b"".join(chunk.data for chunk in merged) == b"".join(part.data for part in parts)
    assert sum(chunk.counts[KEY] for chunk in merged) == sum(count for count, _ in shapes)
    originals = {id(part) for part in parts}
    assert all(id(chunk) in originals or within_limits(chunk) for chunk in merged)


def test_501_lines_make_two_chunks() -> None:
    assert [chunk.lines for chunk in chunks([b"x\n"] * 501, [KEY] * 501)] == [250, 251]

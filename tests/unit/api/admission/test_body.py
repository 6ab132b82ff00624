"""Bodies off the wire: in pieces, compressed, too large, cut off."""

import asyncio
import gzip
import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from game_events_api.admission import body as bodies
from game_events_api.edge.long_work import at_once
from game_events_api.errors import Problem, RequestRefused

MALFORMED, TOO_LARGE = Problem.MALFORMED_JSON, Problem.CONTENT_TOO_LARGE


def read(messages: Sequence[dict[str, Any]], max_bytes: int = 10) -> bytes:
    queue = list(messages)

    async def receive() -> dict[str, Any]:
        return queue.pop(0)

    return asyncio.run(bodies.read(receive, max_bytes, lambda size: None))


def part(data: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": data, "more_body": more}


def test_bodies_in_one_piece_and_in_many() -> None:
    assert read([part(b"0123456789")]) == b"0123456789"
    assert read([part(b"01", True), part(b"", True), part(b"23")]) == b"0123"


@pytest.mark.parametrize("messages", [[part(b"x" * 11)], [part(b"x" * 6, True), part(b"x" * 5, True)]])
def test_a_body_over_the_limit_is_refused_as_soon_as_it_is_seen(messages: list[dict[str, Any]]) -> None:
    with pytest.raises(RequestRefused) as refused:
        read(messages)
    assert refused.value.problem is TOO_LARGE


def test_a_sender_that_hangs_up_is_not_answered() -> None:
    with pytest.raises(bodies.Disconnected):
        read([part(b"x", True), {"type": "http.disconnect"}])


PACKED = gzip.compress(b'{"a":1}')


def test_gzip_up_to_the_limit() -> None:
    assert at_once(bodies.decompress(PACKED, 7)) == b'{"a":1}'


def test_gzip_is_unpacked_in_steps_and_counted_while_it_is() -> None:
    unpacked = b"".join(b"%d," % number for number in range(300_000))
    sizes: list[int] = []
    assert at_once(bodies.decompress(gzip.compress(unpacked), len(unpacked), sizes.append)) == unpacked
    assert sizes[-1] == len(unpacked)
    assert max(after - before for before, after in pairwise([0, *sizes])) <= 16 * bodies.STEP_BYTES


def test_gzip_that_unpacks_to_nothing_is_taken_in_steps_too() -> None:
    packer = zlib.compressobj(wbits=31)
    empty_blocks = b"".join(packer.flush(zlib.Z_FULL_FLUSH) + packer.compress(b"x") for _ in range(50_000))
    work = bodies.decompress(empty_blocks + packer.flush(), 1 << 20)
    assert sum(1 for _ in work) >= len(empty_blocks) // bodies.STEP_BYTES


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (PACKED[:-1], MALFORMED),
        (PACKED[:-8] + bytes(8), MALFORMED),
        (PACKED + b"x", MALFORMED),
        (PACKED + PACKED, MALFORMED),
        (PACKED * 10_000, MALFORMED),
        (b"", MALFORMED),
        (b'{"a":1}', MALFORMED),
        (zlib.compress(b"{}"), MALFORMED),
        (gzip.compress(bytes(100 << 20)), TOO_LARGE),
    ],
    ids=[
        "truncated",
        "wrong checksum",
        "trailing bytes",
        "two members",
        "many members",
        "empty",
        "plain",
        "zlib",
        "bomb",
    ],
)
def test_gzip_that_is_refused(data: bytes, problem: Problem) -> None:
    with pytest.raises(RequestRefused) as refused:
        at_once(bodies.decompress(data, 1 << 20))
    assert refused.value.problem is problem


@pytest.mark.parametrize("bit", range(8))
def test_flags_that_rfc_1952_reserves_are_refused(bit: int) -> None:
    packed = bytearray(PACKED)
    packed[3] |= 1 << bit
    if bit == 0:  # FTEXT says nothing of how to read it
        assert at_once(bodies.decompress(bytes(packed), 100)) == b'{"a":1}'
        return
    with pytest.raises(RequestRefused, match="RFC 1952" if bit > 4 else ".") as refused:
        at_once(bodies.decompress(bytes(packed), 100))
    assert refused.value.problem is MALFORMED

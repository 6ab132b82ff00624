"""Records and calls keep the service's limits."""

from game_events_api.delivery import packing
from hypothesis import given
from hypothesis import strategies as st

blocks = st.lists(st.tuples(st.integers(1, 500), st.integers(1, 256 * 1024)), max_size=60)


@given(blocks)
def test_records_keep_both_limits_and_every_block_in_order(sizes: list[tuple[int, int]]) -> None:
    groups = packing.into_records(sizes)

    assert [place for first, last in groups for place in range(first, last)] == list(range(len(sizes)))
    for first, last in groups:
        assert sum(events for events, _ in sizes[first:last]) <= packing.RECORD_EVENTS
        assert sum(size for _, size in sizes[first:last]) <= packing.RECORD_BYTES


def test_a_block_over_the_limit_stands_alone() -> None:
    assert packing.into_records([(1, 10), (1, 1_000_000), (1, 10)]) == [(0, 1), (1, 2), (2, 3)]


def test_a_call_is_full_after_base64_not_before() -> None:
    size = 3 * 1024 * 1024  # exactly 4 MiB after base64
    assert packing.fits_a_call(1, packing.base64_size(size - 3), 3)
    assert not packing.fits_a_call(1, packing.base64_size(size), 1)
    assert not packing.fits_a_call(500, 0, 1)


def test_a_flood_of_one_game_does_not_hold_the_others_up() -> None:
    games = ["flood"] * 100 + ["chess", "chess", "go"]
    mixed = packing.interleave(games, games)

    assert mixed[:5] == ["flood", "chess", "go", "flood", "chess"]
    assert sorted(mixed) == sorted(games)

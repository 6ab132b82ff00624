"""A bound that no one holder can use up."""

import pytest
from game_events_api.admission.shares import Shares
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 5)), max_size=80), st.integers(1, 40))
def test_there_is_room_for_whoever_holds_nothing_while_others_take_what_they_get(
    steps: list[tuple[int, int]], capacity: int
) -> None:
    shares = Shares(capacity)
    held = [0] * 4
    for holder, units in steps:
        if units > 0 and shares.take(holder, units):
            held[holder] += units
        elif units < 0 and held[holder] >= -units:
            shares.give_back(holder, -units)
            held[holder] += units
        assert shares.used == sum(held) <= capacity
    for holder in range(4):
        if held[holder]:
            shares.give_back(holder, held[holder])
    assert shares.used == 0


@pytest.mark.parametrize("greedy", [1, 2, 5])
def test_one_unit_at_a_time_the_greedy_leave_as_much_as_each_has(greedy: int) -> None:
    shares = Shares(600)
    taken = [0] * greedy
    for _ in range(600):
        for holder in range(greedy):
            taken[holder] += shares.take(holder)
    assert 600 - sum(taken) >= max(taken) >= 600 // (greedy + 1) - 1
    assert shares.take("newcomer")


def test_what_is_alone_may_have_all_that_is_free() -> None:
    shares = Shares(10)
    assert shares.take("a", 4)
    assert shares.take("a", 6, together_with=4), "the same thing, grown"
    assert not shares.take("a", 1, together_with=10)
    shares.give_back("a", 10)
    assert shares.take("a", 4)
    assert not shares.take("a", 4), "another thing"

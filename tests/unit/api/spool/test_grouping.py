"""Which entries share a commit, and when they are handed over."""

import pytest
from game_events_api.errors import SpoolUnavailable
from game_events_api.spool.grouping import ENOUGH_COMPANY, GATHER_SECONDS, GROUP_BYTES, Chunk, Entry, Grouping, Storing


def nobody(_error: SpoolUnavailable | None) -> None:
    """Waits for the answer."""


def entry(size: int = 10) -> Entry:
    return Entry([Chunk(b"x" * size, 1, {})])


def add(grouping: Grouping, number: int) -> None:
    for _ in range(number):
        grouping.add(entry(), nobody)


def begun(grouping: Grouping) -> list[Storing]:
    group = grouping.begin()
    assert group is not None
    return group


def is_full(grouping: Grouping) -> bool:
    return grouping.delay is not None and grouping.delay < 0


def test_a_lone_sender_is_written_at_once() -> None:
    grouping = Grouping(1000)
    add(grouping, 1)

    assert grouping.delay == 0.0


def test_two_that_come_together_are_company_enough_for_the_first_time() -> None:
    grouping = Grouping(1000)
    add(grouping, 2)

    assert is_full(grouping)


def test_a_group_waits_to_become_as_large_as_the_last() -> None:
    grouping = Grouping(1000)
    add(grouping, 3)
    group = begun(grouping)
    add(grouping, 2)
    assert grouping.delay is None, "one is being written"

    grouping.end(group)
    assert grouping.delay == GATHER_SECONDS
    add(grouping, 1)
    assert is_full(grouping)


def test_nobody_waits_for_more_than_enough_company() -> None:
    grouping = Grouping(10_000)
    add(grouping, 2 * ENOUGH_COMPANY)
    group = begun(grouping)
    add(grouping, ENOUGH_COMPANY)
    grouping.end(group)

    assert is_full(grouping)


def test_while_a_group_is_written_no_other_begins() -> None:
    grouping = Grouping(1000)
    add(grouping, 2)
    begun(grouping)
    add(grouping, 1)

    assert grouping.begin() is None


def test_a_group_ends_where_its_first_would_wait_for_strangers() -> None:
    grouping = Grouping(3 * GROUP_BYTES)
    for _ in range(3):
        grouping.add(entry(GROUP_BYTES - 1), nobody)

    assert [len(grouping.take()) for _ in range(3)] == [2, 1, 0]


def test_what_is_pending_is_bounded_and_what_is_written_is_pending_no_more() -> None:
    grouping = Grouping(20)
    add(grouping, 2)
    with pytest.raises(SpoolUnavailable, match="keep up"):
        grouping.add(entry(1), nobody)

    grouping.end(begun(grouping))
    add(grouping, 2)

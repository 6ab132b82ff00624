"""The bound on rejected events that are kept."""

from game_events_api.ingest.rejected_quota import RejectedQuota


def test_each_key_keeps_so_many_a_minute_and_starts_anew_in_the_next() -> None:
    now = [0.0]
    quota = RejectedQuota(10, lambda: now[0])

    assert [quota.take("faulty", 4) for _ in range(4)] == [4, 4, 2, 0]
    assert quota.take("sound", 3) == 3, "another key has its own room"
    now[0] = 59.9
    assert quota.take("faulty", 1) == 0
    now[0] = 60.0
    assert quota.take("faulty", 12) == 10


def test_nothing_is_remembered_of_a_minute_that_is_over() -> None:
    now = [0.0]
    quota = RejectedQuota(1, lambda: now[0])
    for number in range(1000):
        quota.take(f"key-{number}", 1)
    now[0] = 61.0
    quota.take("key-0", 1)

    assert quota._kept == {"key-0": 1}


def test_none_are_kept_where_none_may_be() -> None:
    quota = RejectedQuota(0, lambda: 0.0)

    assert quota.take("key", 5) == 0
    assert not quota._kept

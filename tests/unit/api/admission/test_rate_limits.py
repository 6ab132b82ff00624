"""The token buckets, and what a sender is told of them."""

import pytest
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.errors import Problem, RequestRefused
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.tuples(st.integers(1, 500), st.floats(0, 2)), max_size=60))
def test_a_key_never_gets_more_than_its_burst_its_rate_and_one_request(requests: list[tuple[int, float]]) -> None:
    limiter = RateLimiter(100.0, 2.0)
    now, taken = 0.0, 0
    for events, pause in requests:
        now += pause
        if limiter.take("key", events, now)[0] == 0.0:
            taken += events
    assert taken <= 200 + 100 * now + 500 + 1e-6


def test_the_announced_wait_is_enough() -> None:
    limiter = RateLimiter(100.0, 2.0)
    assert limiter.take("key", 500, 0.0)[0] == 0.0
    wait, _ = limiter.take("key", 1, 0.0)
    assert wait == pytest.approx(3.01)
    assert limiter.take("key", 1, wait + 1e-9)[0] == 0.0
    assert limiter.take("another", 1, 0.0)[0] == 0.0, "keys do not share a bucket"


def test_what_was_paid_before_is_not_taken_again_and_lets_a_single_one_in() -> None:
    limiter = RateLimiter(100.0, 1.0)
    for _ in range(100):
        assert limiter.take("key", 1, 0.0)[0] == 0.0
    assert limiter.take("key", 1, 0.0)[0] > 0
    wait, state = limiter.take("key", 20, 0.0, paid=1)
    assert (wait, state) == (0.0, b'"key";r=0;t=2'), "a batch may take more than is left"
    assert limiter.take("key", 20, 0.0, paid=1)[0] > 0
    assert limiter.take("key", 1, 0.2)[0] == 0.0, "and what was refused cost nothing more"


def test_only_so_many_buckets_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("game_events_api.admission.rate_limits.MAX_BUCKETS", 3)
    limiter = RateLimiter(1.0, 1.0, of="address")
    for address in (b"a", b"b", b"c", b"d"):
        assert limiter.take(address, 1, 0.0)[0] == 0.0
    assert limiter.take(b"d", 1, 0.0)[0] > 0
    assert limiter.take(b"a", 1, 0.0)[0] == 0.0, "the oldest was forgotten"


def test_time_that_stands_still_gives_nothing() -> None:
    limiter = RateLimiter(100.0, 1.0)
    limiter.take("key", 100, 5.0)
    assert limiter.take("key", 1, 5.0)[0] > 0


def test_a_sender_is_told_what_is_left_and_then_how_long_to_wait() -> None:
    now = [0.0]
    limiter = RateLimiter(100.0, 2.0, lambda: now[0])

    assert limiter.admit("key", 200) == (
        (b"ratelimit", b'"key";r=0;t=2'),
        (b"ratelimit-policy", b'"key";q=200;w=2'),
    )
    with pytest.raises(RequestRefused) as refused:
        limiter.admit("key", 1)
    assert refused.value.problem is Problem.RATE_LIMITED
    headers = dict(refused.value.headers)
    now[0] = float(headers[b"retry-after"])
    limiter.admit("key", 1)


def test_the_rate_that_other_workers_share_is_told_in_the_same_words() -> None:
    limiter = RateLimiter(100.0, 2.0)

    assert dict(limiter.within(0.0, b"their state"))[b"ratelimit"] == b"their state"
    with pytest.raises(RequestRefused) as refused:
        limiter.within(2.2, b"their state")
    assert dict(refused.value.headers)[b"retry-after"] == b"3"

"""When to try again, as properties."""

from datetime import UTC, datetime, timedelta

import pytest
from game_events.retry import RetryPolicy, is_retryable, parse_retry_after
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@given(attempt=st.integers(1, 100), most=st.integers(1, 10), share=st.floats(0, 1))
def test_waits_are_bounded_and_attempts_end(attempt: int, most: int, share: float) -> None:
    policy = RetryPolicy(max_attempts=most)

    wait = policy.wait(attempt, uniform=lambda low, high: low + share * (high - low))

    if attempt >= most:
        assert wait is None
    else:
        assert wait is not None
        assert 0 <= wait <= min(policy.cap, policy.base * 2 ** (attempt - 1))


@given(retry_after=st.floats(0, 1e6, allow_nan=False))
def test_retry_after_is_a_floor_or_the_end(retry_after: float) -> None:
    policy = RetryPolicy()

    wait = policy.wait(1, retry_after)

    if retry_after > policy.longest_retry_after:
        assert wait is None
    else:
        assert wait is not None
        assert retry_after <= wait <= retry_after + policy.base


def test_at_least_one_attempt() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        RetryPolicy(max_attempts=0)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("120", 120.0),
        ("Sat, 21 Nov 2026 09:31:00 GMT", 60.0),
        ("Sat, 21 Nov 2026 09:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
    ],
)
def test_retry_after_as_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, None, NOW) == seconds


@given(st.integers(100, 599))
def test_retries_timeouts_limits_and_server_errors_only(status: int) -> None:
    assert is_retryable(status) is (status in {408, 429} or status // 100 == 5)


def test_a_retry_after_date_counts_from_the_answers_own_clock() -> None:
    wrong_clock = datetime(2026, 11, 21, tzinfo=UTC) - timedelta(days=3)
    answered, until = "Sat, 21 Nov 2026 12:00:00 GMT", "Sat, 21 Nov 2026 12:00:09 GMT"
    assert parse_retry_after(until, answered, wrong_clock) == 9.0


@given(st.text(), st.none() | st.text())
def test_any_retry_after_is_a_wait_or_nothing(value: str, date: str | None) -> None:
    seconds = parse_retry_after(value, date, datetime(2026, 11, 21, tzinfo=UTC))
    assert seconds is None or seconds >= 0

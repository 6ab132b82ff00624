"""When to try again, as properties."""

from datetime import UTC, datetime, timedelta

import pytest
from game_events.retry import Circuit, RetryPolicy, is_retryable, parse_retry_after
from hypothesis import example, given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@given(attempt=st.integers(1, 100), most=st.none() | st.integers(1, 10), share=st.floats(0, 1), left=st.floats(-1, 60))
def test_waits_are_bounded_and_attempts_end(attempt: int, most: int | None, share: float, left: float) -> None:
    policy = RetryPolicy(max_attempts=most)

    wait = policy.wait(attempt, left, uniform=lambda low, high: low + share * (high - low))

    if wait is None:
        assert (most is not None and attempt >= most) or left <= policy.cap
    else:
        assert 0 <= wait <= min(policy.cap, policy.base * 2 ** (attempt - 1))
        assert wait < left


@given(retry_after=st.floats(0, 1e6, allow_nan=False))
def test_retry_after_is_a_floor_or_the_end(retry_after: float) -> None:
    policy = RetryPolicy()

    wait = policy.wait(1, 30.0, retry_after)

    if wait is None:
        assert retry_after + policy.base >= 30.0
    else:
        assert retry_after <= wait <= retry_after + policy.base


def test_a_circuit_opens_after_many_failures_lets_one_try_at_a_time_and_closes_at_an_answer() -> None:
    circuit = Circuit(failures=3, shortest=2.0, longest=5.0)
    for now in (0.0, 1.0):
        circuit.unheard(now)
        assert circuit.away_for(now) is None
    circuit.unheard(2.0)
    assert circuit.away_for(3.5) == 3.5
    assert circuit.away_for(4.0) is None  # this one tries
    assert circuit.away_for(4.1) == 4.1  # and nobody beside it
    circuit.unheard(4.2)
    assert circuit.away_for(8.1) == 8.1  # the pause has doubled
    assert circuit.away_for(8.3) is None
    circuit.unheard(8.4)
    assert circuit.away_for(13.5) is None  # and is never longer than the longest
    circuit.heard()
    assert circuit.away_for(13.6) is None
    assert circuit.away_for(13.7) is None


def test_at_least_one_attempt() -> None:
    with pytest.raises(ValueError, match="max_attempts is 0"):
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
def test_retries_timeouts_limits_and_passing_server_errors_only(status: int) -> None:
    for_good = {501, 505, 506, 508, 510, 511}
    assert is_retryable(status) is (status in {408, 425, 429} or (status // 100 == 5 and status not in for_good))


def test_a_retry_after_date_counts_from_the_answers_own_clock() -> None:
    wrong_clock = datetime(2026, 11, 21, tzinfo=UTC) - timedelta(days=3)
    answered, until = "Sat, 21 Nov 2026 12:00:00 GMT", "Sat, 21 Nov 2026 12:00:09 GMT"
    assert parse_retry_after(until, answered, wrong_clock) == 9.0


@example("0\x1f", None)
@given(st.text(), st.none() | st.text())
def test_any_retry_after_is_a_wait_or_nothing(value: str, date: str | None) -> None:
    seconds = parse_retry_after(value, date, datetime(2026, 11, 21, tzinfo=UTC))
    assert seconds is None or seconds >= 0

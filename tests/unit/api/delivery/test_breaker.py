"""The breaker over simulated time."""

import random
from itertools import pairwise

from game_events_api.delivery.breaker import Breaker

TEN_MINUTES = 600.0


def breaker() -> Breaker:
    return Breaker(width=4, rng=random.Random(1))


def test_with_the_endpoint_down_only_probes_are_sent() -> None:
    one = breaker()
    calls: list[float] = []
    now = 0.0
    while now < TEN_MINUTES:
        if one.permits(now, 0):
            calls.append(now)
            one.failed(now)
        now += 0.05

    # 5 to open it; then pauses of at least 0.5, 1, 2, 4, 8, 16, 30, 30, … seconds.
    assert len(calls) <= 5 + 6 + TEN_MINUTES / 30
    pauses = [later - earlier for earlier, later in pairwise(calls[5:])]
    assert min(pauses[6:]) >= 30.0
    assert max(pauses) <= 60.1


def test_half_open_lets_one_probe_through() -> None:
    one = breaker()
    one.failed(0.0, alarm=True)

    assert not one.permits(0.1, 0)
    assert one.permits(2.0, 0)
    assert one.state == "half-open"
    assert not one.permits(2.0, 1)


def test_recovery_widens_step_by_step() -> None:
    one = breaker()
    one.failed(0.0, alarm=True)
    assert one.permits(2.0, 0)

    widths = []
    for _ in range(4):
        one.succeeded()
        widths.append(next(width for width in range(10) if not one.permits(3.0, width)))

    assert widths == [1, 2, 4, 4]


def test_throttling_halves_the_calls_in_parallel() -> None:
    one = breaker()
    one.throttled()

    assert one.permits(0.0, 1)
    assert not one.permits(0.0, 2)


def test_an_answer_from_before_it_opened_does_not_close_it() -> None:
    one = breaker()
    one.failed(0.0, alarm=True)
    one.succeeded()

    assert one.state == "open"

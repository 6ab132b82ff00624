"""How long to wait before the next try."""

import random

import pytest
from game_events_api.delivery.backoff import full_jitter


class Longest(random.Random):
    def uniform(self, a: float, b: float) -> float:
        return b


@pytest.mark.parametrize(("failures", "longest"), [(0, 0.5), (1, 0.5), (2, 1.0), (4, 4.0), (7, 30.0), (10_000, 30.0)])
def test_the_wait_doubles_up_to_its_cap(failures: int, longest: float) -> None:
    assert full_jitter(failures, base=0.5, cap=30.0, rng=Longest()) == longest


def test_the_wait_is_anything_from_nothing_on() -> None:
    waits = [full_jitter(5, base=0.5, cap=30.0, rng=random.Random(seed)) for seed in range(200)]

    assert min(waits) < 0.5
    assert max(waits) > 7.5

"""The bytes of all bodies together."""

import contextlib
from dataclasses import dataclass

import pytest
from game_events_api.admission.budget import EXEMPT_BYTES, ByteBudget
from game_events_api.errors import Problem, RequestRefused
from hypothesis import given
from hypothesis import strategies as st


@dataclass
class Body:
    key_id: str = "alone"
    held_bytes: int = 0


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 100_000) | st.none()), max_size=60))
def test_bodies_together_never_hold_more_than_the_budget_and_give_all_of_it_back(
    steps: list[tuple[int, int | None]],
) -> None:
    budget = ByteBudget(200_000)
    bodies = [Body(key_id=f"key {number}") for number in range(6)]
    held = [0] * 6
    for number, size in steps:
        if size is None:
            budget.release(bodies[number])
            held[number] = 0
        elif sum(held) - held[number] + size <= 200_000:
            budget.hold(bodies[number], size)
            held[number] = size if size > EXEMPT_BYTES else held[number]
        elif size > EXEMPT_BYTES:
            with pytest.raises(RequestRefused, match="too many bytes") as refused:
                budget.hold(bodies[number], size)
            assert refused.value.problem is Problem.UNAVAILABLE
        assert [body.held_bytes for body in bodies] == held
        assert budget.used == sum(held) <= 200_000
    for body in bodies:
        budget.release(body)
    assert budget.used == 0


def test_one_key_holds_half_of_the_bytes_and_a_single_body_may_be_larger() -> None:
    budget = ByteBudget(100 * EXEMPT_BYTES)
    bodies = [Body() for _ in range(100)]
    held = 0
    for body in bodies:
        with contextlib.suppress(RequestRefused):
            budget.hold(body, 2 * EXEMPT_BYTES)
            held += 1
    assert held == 25
    budget.hold(Body("another"), 50 * EXEMPT_BYTES)
    for body in bodies:
        budget.release(body)
    budget.hold(bodies[0], 20 * EXEMPT_BYTES)
    budget.hold(bodies[0], 50 * EXEMPT_BYTES)

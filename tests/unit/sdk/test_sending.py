"""The events of one call, played against servers that do anything: none is lost, and no receipt is another's."""

import random

import httpx
import pytest
from game_events import GameEventsError, ServerUnreachableError
from game_events.retry import Circuit, RetryPolicy
from game_events.sending import MAX_BYTES, MAX_EVENTS, Post, Rules, Sending, Wait, parts
from hypothesis import given
from hypothesis import strategies as st
from unit.sdk.faulty_network import NOW, SCHEDULES, Network, encoded


def play(sending: Sending, network: Network) -> float:
    """Seconds that the call took."""
    now = 0.0
    while (step := sending.next(now)) is not None:
        if isinstance(step, Wait):
            assert step.seconds > 0
            now += step.seconds
            continue
        assert 0 < step.seconds <= 15.0
        now += min(step.seconds, network.random.uniform(0, 4.0))
        try:
            answer = network.post(step)
        except httpx.RequestError as error:
            sending.unanswered(error, now)
        else:
            sending.answered(answer, now, NOW)
    return now


@pytest.mark.parametrize("alone", [True, False])
def test_every_event_is_answered_by_its_own_receipt_or_left_with_the_caller(alone: bool) -> None:
    ends = {"receipt": 0, "error": 0}
    for seed in range(SCHEDULES):
        network = Network(seed, most=random.Random(seed).choice((1, 3, 500)))
        names = [f"{seed:030}-{number:05}" for number in range(1 if alone else network.random.randint(1, 12))]
        rules = Rules(RetryPolicy(), Circuit(), 15.0, "http://e", network.random.uniform)
        sending = Sending([encoded(name) for name in names], rules, alone=alone)
        left: list[str] = []
        try:
            play(sending, network)
            ends["receipt"] += 1
        except GameEventsError as error:
            left = error.event_ids
            ends["error"] += 1
            assert left, f"seed {seed}: an error without events"
        told: dict[str, str]
        if alone:
            told = {sending.receipt.event_id: sending.receipt.status} if sending.receipt else {}
        else:
            told = {str(result.event_id): result.status for result in sending.batch_receipt.results}
        assert [*told, *left] == names, f"seed {seed}"
        stored = {name for name, status in told.items() if status != "rejected"}
        assert stored <= network.taken, f"seed {seed}: a receipt for what the server never had"
    assert all(ends.values()), ends


@given(sizes=st.lists(st.integers(0, MAX_BYTES // 3), min_size=1, max_size=40))
def test_parts_keep_the_order_and_the_limits(sizes: list[int]) -> None:
    events = [encoded(str(number), size) for number, size in enumerate(sizes)]
    split = parts(events)
    assert [event for part in split for event in part] == events
    for part in split:
        assert len(part) == 1 or (len(part) <= MAX_EVENTS and sum(len(event.data) + 1 for event in part) <= MAX_BYTES)


def test_a_call_never_takes_longer_than_its_time_for_each_request() -> None:
    for seconds in (0.5, 15.0, 40.0):
        rules = Rules(RetryPolicy(), Circuit(), seconds, "http://e", random.Random(1).uniform)
        sending, now = Sending([encoded("0" * 36)], rules, alone=True), 0.0
        step = sending.next(now)
        assert isinstance(step, Post)
        sending.unanswered(httpx.ReadTimeout("silent"), now := now + step.seconds)
        assert now == seconds
        with pytest.raises(ServerUnreachableError):
            sending.next(now)


def test_a_call_whose_thread_slept_through_its_time_ends() -> None:
    rules = Rules(RetryPolicy(), Circuit(), 15.0, "http://e", random.Random(1).uniform)
    sending = Sending([encoded("a" * 36)], rules, alone=True)
    assert isinstance(sending.next(0.0), Post)
    sending.unanswered(httpx.ConnectError("refused"), 0.1)
    with pytest.raises(ServerUnreachableError, match="refused"):
        sending.next(20.0)

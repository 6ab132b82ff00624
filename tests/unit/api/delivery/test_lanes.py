"""What goes to Firehose next, and who is blamed."""

import random
from collections import Counter
from typing import Any

import pytest
from faults.fault_script import client_error
from game_events_api.delivery.lanes import FAILURES, PROVEN_FAILURES, Call, Lanes, Turn
from game_events_api.ledger_key import LedgerKey
from game_events_api.spool.blocks import Block
from game_events_api.spool.spool_file import SpoolFile

LINGER = 1.0
NOT_TAKEN = client_error("InvalidArgumentException", 400)


class Service:
    """Firehose as a sink sees it: lanes, a spool file that nobody opens, and a time that the test moves."""

    def __init__(self, width: int = 4) -> None:
        self.lanes = Lanes({"events": "E", "rejected": "R"}, linger=LINGER, width=width, rng=random.Random(1))
        self.now = 0.0
        self._spool: SpoolFile = object.__new__(SpoolFile)
        self._id = 0

    def read(self, *events: int, stream: str = "events", size: int = 10) -> Turn:
        """Blocks with so many lines each, sent without lingering."""
        blocks = []
        for number in events:
            self._id += 1
            keys = Counter({LedgerKey("chess", "install", "1-0-0", "2026-11-21T05"): number})
            blocks.append(Block(self._id, stream, number, keys, (b"%d" % self._id).ljust(size - 1, b"x") + b"\n"))
        return self.lanes.turn(self.now, fresh=[(stream, self._spool, blocks)], flushing=True)

    def back(self, call: Call, result: Any = None) -> Turn:
        stored = {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "r"}] * len(call.records)}
        return self.lanes.turn(self.now, results=[(call.token, stored if result is None else result)])

    def wait(self, seconds: float) -> Turn:
        self.now += seconds
        return self.lanes.turn(self.now)

    @property
    def dead(self) -> list[str]:
        return [letter.reason for item in self.lanes.finished for letter in item.dead]


def failed(code: str) -> dict[str, Any]:
    return {"FailedPutCount": 1, "RequestResponses": [{"ErrorCode": code, "ErrorMessage": "x"}]}


def test_a_block_waits_for_company_no_longer_than_the_linger() -> None:
    lanes = Service().lanes
    spool: SpoolFile = object.__new__(SpoolFile)
    block = Block(1, "events", 1, Counter(), b"x\n")

    assert lanes.turn(0.0, fresh=[("events", spool, [block])]) == Turn([], LINGER)
    assert lanes.turn(0.6).delay == pytest.approx(0.4)
    assert [call.lane.target for call in lanes.turn(1.0).calls] == ["E"]


def test_blocks_that_fill_a_call_do_not_wait() -> None:
    service = Service()
    blocks = [Block(number, "events", 500, Counter(), b"x" * 800_000) for number in range(4)]

    assert service.lanes.turn(0.0, fresh=[("events", object.__new__(SpoolFile), blocks)]).calls


def test_a_block_is_finished_when_every_event_of_it_is_stored() -> None:
    service = Service()
    (call,) = service.read(3).calls
    assert service.lanes.finished == []

    service.back(call)

    assert [item.block.id for item in service.lanes.finished] == [1]
    assert not service.lanes.in_flight


def test_no_more_calls_start_than_the_breaker_permits() -> None:
    service = Service(width=2)
    turn = service.read(*[500] * 20, size=899_999)

    assert len(turn.calls) == 2


def test_a_record_that_fails_is_passed_by_the_others() -> None:
    service = Service()
    (call,) = service.read(1).calls
    service.back(call, failed("InternalFailure"))

    (other,) = service.read(1).calls
    service.back(other)
    assert [item.block.id for item in service.lanes.finished] == [2]
    (again,) = service.wait(20.0).calls
    assert again.records == call.records


def test_throttling_is_never_held_against_a_record() -> None:
    service = Service()
    (call,) = service.read(1).calls
    for _ in range(2 * FAILURES):
        service.back(call, failed("ServiceUnavailableException"))
        while not (calls := service.wait(60.0).calls):
            assert service.now < 10_000.0
        (call,) = calls

    assert service.dead == []
    assert call.records[0].failures == 0


def test_a_record_that_fails_while_others_are_taken_becomes_a_dead_letter() -> None:
    service = Service()
    (bad,) = service.read(1).calls
    for number in range(PROVEN_FAILURES):
        (good,) = service.read(1).calls
        service.back(good)
        service.back(bad, failed("InternalFailure"))
        if number < PROVEN_FAILURES - 1:
            (bad,) = service.wait(20.0).calls

    assert service.dead == ["InternalFailure: x"]
    assert service.lanes.empty is False, "finished blocks are the caller's to settle"
    service.lanes.finished.clear()
    assert service.lanes.empty


def test_the_culprit_of_a_call_that_is_not_taken_is_found_by_halves() -> None:
    service = Service()
    (proof,) = service.read(1).calls
    service.back(proof)
    (call,) = service.read(400, 400, 400, 400).calls
    culprit = call.records[2]
    waiting = [call]
    while waiting:
        call = waiting.pop()
        guilty = any(
            run.source is culprit.runs[0].source and run.first == 0 for one in call.records for run in one.runs
        )
        waiting += service.back(call, NOT_TAKEN if guilty else None).calls

    assert service.dead == ["ClientError: " + str(NOT_TAKEN)]
    assert len(service.lanes.finished) == 5


def test_a_stream_that_takes_nothing_is_suspected_before_its_records() -> None:
    service = Service()
    (call,) = service.read(1).calls
    turn = service.back(call, NOT_TAKEN)

    assert turn.calls == []
    assert service.lanes.breaker.state == "open"
    assert service.dead == []
    assert service.lanes.complaints == [service.lanes.last_error] == [f"E: ClientError: {NOT_TAKEN}"]


def test_a_single_event_that_fails_often_enough_is_given_up_without_proof() -> None:
    service = Service()
    calls = service.read(1).calls
    for _ in range(FAILURES):
        (call,) = calls
        service.back(call, NOT_TAKEN)
        calls = service.wait(61.0).calls

    assert len(service.dead) == 1
    assert calls == []


def test_a_probe_is_one_record_that_has_failed_least() -> None:
    service = Service()
    (call,) = service.read(500, 500, 500).calls
    service.back(call, client_error("ResourceNotFoundException", 400))
    service.read(500)

    (probe,) = service.wait(60.0).calls

    assert [record.attempts for record in probe.records] == [1]


def test_an_event_that_fits_no_record_becomes_a_dead_letter_at_once() -> None:
    service = Service()
    turn = service.read(1, size=1_000_000)

    assert turn.calls == []
    assert service.dead == ["too-large: 1000000 bytes do not fit a Firehose record"]


def test_a_stream_with_a_backlog_leaves_the_other_its_calls() -> None:
    service = Service(width=1)
    for stream in ("events", "rejected"):
        service.read(*[500] * 4, stream=stream, size=800_000)  # a call takes three
    (call,) = service.lanes.in_flight.values()
    targets = []
    while True:
        targets.append(call.lane.target)
        turn = service.back(call)
        if not turn.calls:
            break
        (call,) = turn.calls

    assert targets == ["E", "R", "E", "R"]

"""What goes to Firehose next, and who is blamed for what failed. Pure: the time and each call's result come in.

A block is in a lane from being taken until every event of it is stored or a dead letter; then it is `finished`,
and nothing else makes it so. A record that fails waits out its own backoff and is passed by all others.
"""

import random
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from game_events_api.delivery.backoff import full_jitter
from game_events_api.delivery.breaker import Breaker
from game_events_api.delivery.outcomes import CallOutcome, CallResult, outcome_of
from game_events_api.delivery.packing import CALL_BYTES, CALL_RECORDS, RECORD_BYTES, into_a_call
from game_events_api.delivery.records import OpenBlock, Record, pack
from game_events_api.spool.blocks import Block
from game_events_api.spool.spool_file import SpoolFile

BACKOFF_BASE_S = 0.1
BACKOFF_CAP_S = 20.0
PROVEN_FAILURES = 8
FAILURES = 30
"""A single event that failed so often by itself is given up even when no other traffic proves the stream."""
PROOF_SECONDS = 60.0
"""A record is blamed for its failure only when the stream took another one this recently."""
FULL_RECORDS = CALL_BYTES * 3 // 4
"""Bytes that fill a call: no reason to linger any more."""


@dataclass(eq=False)
class Lane:
    """One stream's records on their way to one target."""

    stream: str
    target: str
    fresh: list[tuple[SpoolFile, Block]] = field(default_factory=list)
    since: float = 0.0
    ready: deque[Record] = field(default_factory=deque)
    later: list[Record] = field(default_factory=list)
    suspects: deque[list[Record]] = field(default_factory=deque)
    last_stored: float | None = None
    served: int = 0
    """Token of its latest call."""

    @property
    def empty(self) -> bool:
        return not (self.fresh or self.ready or self.later or self.suspects)

    def linger(self, now: float, linger: float) -> float:
        """Seconds that the fresh blocks may still wait for company."""
        if sum([len(block.data) for _, block in self.fresh]) >= FULL_RECORDS:
            return 0.0
        return self.since + linger - now

    def due(self, now: float) -> bool:
        """Whether it has anything to send."""
        return bool(self.suspects or self.ready) or any(record.not_before <= now for record in self.later)

    def compose(self, now: float, *, probing: bool) -> list[Record]:
        """The records of the next call; a probe is a single one, of what has failed least."""
        if self.suspects:
            return self._suspect() if probing else self.suspects.popleft()
        for record in [record for record in self.later if record.not_before <= now]:
            self.later.remove(record)
            self.ready.append(record)
        if probing:
            best = min(self.ready, key=lambda record: record.attempts)
            self.ready.remove(best)
            return [best]
        number = into_a_call([len(record.data) for record in islice(self.ready, CALL_RECORDS)])
        return [self.ready.popleft() for _ in range(number)]

    def _suspect(self) -> list[Record]:
        group = self.suspects[0]
        record = group.pop(0)
        if not group:
            self.suspects.popleft()
        return [record]

    def proven(self, now: float) -> bool:
        return self.last_stored is not None and now - self.last_stored <= PROOF_SECONDS


@dataclass(frozen=True)
class Call:
    """One PutRecordBatch; `token` tells its result from those of others."""

    token: int
    lane: Lane
    records: list[Record]


Fresh = tuple[str, SpoolFile, Sequence[Block]]
"""What was read of one stream of one spool file."""


class Turn(NamedTuple):
    calls: Sequence[Call]
    """All that may start now; each counts as started."""
    delay: float
    """Seconds until another may, as far as that is known; a result may come before."""


class Lanes:
    """Every stream's lane, and the breaker that they share because they share a service."""

    def __init__(self, targets: Mapping[str, str], *, linger: float, width: int, rng: random.Random) -> None:
        self.breaker = Breaker(width=width, rng=rng)
        self.finished: list[OpenBlock] = []
        """To be settled in the spool by the caller, and then taken out of here."""
        self.complaints: list[str] = []
        """To be logged by the caller, and then taken out of here."""
        self.in_flight: dict[int, Call] = {}
        self.last_error: str | None = None
        self._lanes = {stream: Lane(stream, target) for stream, target in targets.items()}
        self._linger = linger
        self._rng = rng
        self._token = 0

    @property
    def empty(self) -> bool:
        return not (self.in_flight or self.finished) and all(lane.empty for lane in self._lanes.values())

    def turn(
        self,
        now: float,
        *,
        fresh: Sequence[Fresh] = (),
        results: Sequence[tuple[int, CallResult]] = (),
        flushing: bool = False,
    ) -> Turn:
        """What happened comes in, blocks that were read and results by their call's token; what to do comes out."""
        for token, result in results:
            self._returned(token, result, now)
        for stream, spool, blocks in fresh:
            lane = self._lanes[stream]
            if not lane.fresh:
                lane.since = now
            lane.fresh += [(spool, block) for block in blocks]
        calls = self._calls(now, flushing)
        return Turn(calls, self._delay(now))

    # -- what goes next -------------------------------------------------------------------------------------

    def _calls(self, now: float, flushing: bool) -> list[Call]:
        for lane in self._lanes.values():
            if lane.fresh and (flushing or lane.linger(now, self._linger) <= 0):
                for record in pack(lane.fresh):
                    self._admit(lane, record)
                lane.fresh.clear()
        calls: list[Call] = []
        while lanes := [lane for lane in self._lanes.values() if lane.due(now)]:
            if not self.breaker.permits(now, len(self.in_flight)):
                break
            lane = min(lanes, key=lambda lane: lane.served)  # or one with a backlog takes every call that ends
            calls.append(self._start(lane, lane.compose(now, probing=self.breaker.state == "half-open")))
        return calls

    def _delay(self, now: float) -> float:
        lanes = self._lanes.values()
        lingering = [lane.linger(now, self._linger) for lane in lanes if lane.fresh]
        if self.in_flight:
            return min(lingering, default=self._linger)
        backoff = min([record.not_before - now for lane in lanes for record in lane.later], default=self._linger)
        if self.breaker.state == "open":
            backoff = max(self.breaker.wait(now), backoff)
        return min(self._linger, *lingering, max(0.0, backoff))

    def _admit(self, lane: Lane, record: Record) -> None:
        if len(record.data) <= RECORD_BYTES:
            lane.ready.append(record)
        elif halves := record.halves():
            for half in halves:
                self._admit(lane, half)
        else:
            self._give_up(record, f"too-large: {len(record.data)} bytes do not fit a Firehose record")

    def _start(self, lane: Lane, records: list[Record]) -> Call:
        self._token += 1
        call = self.in_flight[self._token] = Call(self._token, lane, records)
        lane.served = self._token
        for record in records:
            record.attempts += 1
        return call

    # -- who is blamed --------------------------------------------------------------------------------------

    def _returned(self, token: int, result: CallResult, now: float) -> None:
        call = self.in_flight.pop(token)
        lane = call.lane
        outcome = outcome_of(result, len(call.records))
        took_any = any(record.fate == "stored" for record in outcome.records)
        if took_any:
            lane.last_stored = now
        suspicious = outcome.records[0].fate == "suspect"  # always the whole call
        if suspicious and not lane.proven(now):
            self.breaker.failed(now, alarm=True)
            self._doubt(call, outcome.reason, now)
        else:
            self._weigh(call, outcome, now, took_any=took_any)
            if suspicious:
                self._take_apart(call, outcome.reason, now)
            else:
                for record, fate in zip(call.records, outcome.records, strict=True):
                    if fate.fate == "stored":
                        self.finished += record.stored()
                    else:
                        self._again(lane, record, fate.reason, now, counts=fate.counts)
            if outcome.health == "healthy":
                self.last_error = outcome.reason or None
                return
        self.last_error = f"{lane.target}: {outcome.reason}"
        self.complaints.append(self.last_error)

    def _weigh(self, call: Call, outcome: CallOutcome, now: float, *, took_any: bool) -> None:
        """What the call says of the service."""
        if outcome.health == "healthy":
            self.breaker.succeeded()
        elif outcome.health == "throttled" and took_any:
            self.breaker.throttled()
        elif outcome.records[0].counts and all(record.attempts > 1 for record in call.records):
            self.breaker.familiar()
        else:
            self.breaker.failed(now, alarm=outcome.health == "alarm")

    def _doubt(self, call: Call, reason: str, now: float) -> None:
        """The content was not taken, but nothing else is taken either: the stream may be what is wrong.

        So it is probed, on the breaker's schedule, with ever smaller parts, until one is taken.
        """
        alone = len(call.records) == 1
        for record in call.records:
            record.failures += alone
            halves = record.halves() if alone else None
            if halves:
                for half in halves:
                    self._postpone(call.lane, half, now)
            elif record.failures >= FAILURES:
                self._give_up(record, reason)
            else:
                self._postpone(call.lane, record, now)

    def _take_apart(self, call: Call, reason: str, now: float) -> None:
        if len(call.records) > 1:
            middle = len(call.records) // 2
            call.lane.suspects += [call.records[:middle], call.records[middle:]]
        else:
            self._isolate(call.lane, call.records[0], reason, now)

    def _again(self, lane: Lane, record: Record, reason: str, now: float, *, counts: bool) -> None:
        record.failures += counts
        record.proven_failures += counts and lane.proven(now)
        if record.proven_failures >= PROVEN_FAILURES or record.failures >= FAILURES:
            self._isolate(lane, record, reason, now)
        else:
            self._postpone(lane, record, now)

    def _isolate(self, lane: Lane, record: Record, reason: str, now: float) -> None:
        """Take a suspicious record apart; a single event becomes a dead letter."""
        if halves := record.halves():
            lane.suspects += [[half] for half in halves]
        elif lane.proven(now) or record.failures >= FAILURES:
            self._give_up(record, reason)
        else:
            self._postpone(lane, record, now)

    def _postpone(self, lane: Lane, record: Record, now: float) -> None:
        record.not_before = now + full_jitter(record.attempts, base=BACKOFF_BASE_S, cap=BACKOFF_CAP_S, rng=self._rng)
        lane.later.append(record)

    def _give_up(self, record: Record, reason: str) -> None:
        self.finished += record.given_up(reason)

"""The Firehose sink: reads ahead, packs, sends a few calls at once, and settles what was confirmed.

One thread runs `step`; calls run wherever `Calls` puts them. A block is in memory from being read until
every event of it is stored or a dead letter; nothing else decides that it may leave the spool. A record
that fails waits out its own backoff and is passed by all others.
"""

import logging
import random
import sqlite3
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from game_events_api.delivery.backoff import full_jitter
from game_events_api.delivery.breaker import Breaker
from game_events_api.delivery.clock import Clock, SystemClock
from game_events_api.delivery.outcomes import Answer, RecordOutcome, judge
from game_events_api.delivery.packing import (
    CALL_BYTES,
    RECORD_BYTES,
    base64_size,
    fits_a_call,
    interleave,
)
from game_events_api.delivery.parcels import OpenBlock, Parcel, pack
from game_events_api.delivery.spool_file import Settled, SpoolFile, describe

log = logging.getLogger(__name__)

BACKOFF_BASE_S = 0.1
BACKOFF_CAP_S = 20.0
OWN_FAILURES = 8
REFUSALS = 30
"""A single event that failed so often by itself is given up even when no other traffic proves the stream."""
PROOF_SECONDS = 60.0
"""A record is blamed for its failure only when the stream took another one this recently."""
FULL_RECORDS = CALL_BYTES * 3 // 4
"""Bytes that fill a call: no reason to linger any more."""


class Calls(Protocol):
    """Runs PutRecordBatch somewhere and hands the answers back, in any order; `token` tells which call it was."""

    def submit(self, stream: str, records: list[bytes], token: int) -> None: ...

    def collect(self) -> list[tuple[int, Answer]]:
        """Answers that arrived since the last time; never blocks."""
        ...

    def close(self) -> None: ...


class Lane:
    """One stream's events on their way."""

    def __init__(self, stream: str, target: str) -> None:
        self.stream = stream
        self.target = target
        self.cursors: WeakKeyDictionary[SpoolFile, int] = WeakKeyDictionary()
        self.fresh: list[OpenBlock] = []
        self.since = 0.0
        self.ready: deque[Parcel] = deque()
        self.later: list[Parcel] = []
        self.suspects: deque[list[Parcel]] = deque()
        self.last_stored: float | None = None

    @property
    def fresh_bytes(self) -> int:
        return sum(len(item.block.data) for item in self.fresh)

    @property
    def empty(self) -> bool:
        return not (self.fresh or self.ready or self.later or self.suspects)


class FirehoseSink:
    name = "firehose"

    def __init__(
        self,
        calls: Calls,
        *,
        streams: Mapping[str, str],
        linger: float = 1.0,
        window_bytes: int = 32 * 1024 * 1024,
        threads: int = 4,
        clock: Clock | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self._calls = calls
        self._lanes = [Lane(stream, target) for stream, target in streams.items()]
        self._linger = linger
        self._window = window_bytes
        self._clock = clock or SystemClock()
        self._rng = rng or random.Random()
        self.breaker = Breaker(width=threads, rng=self._rng)
        self._in_flight: dict[int, tuple[Lane, list[Parcel]]] = {}
        self._settled: list[OpenBlock] = []
        self._held: Counter[SpoolFile] = Counter()
        self._last_error: str | None = None
        self._token = 0

    def step(self, spools: Sequence[SpoolFile], *, flushing: bool) -> float:
        self._collect()
        self._settle()
        delay = self._linger
        now = self._clock.monotonic()
        for lane in self._lanes:
            self._fill(lane, spools, now)
            delay = min(delay, self._pack(lane, now, flushing))
        delay = min(delay, self._dispatch(now))
        self._collect()
        self._settle()
        return delay

    # -- from the spool -------------------------------------------------------------------------------------

    def _fill(self, lane: Lane, spools: Sequence[SpoolFile], now: float) -> None:
        for spool in spools:
            if spool.fault is not None:
                continue
            room = self._window - sum(size for held, size in self._held.items() if held.fault is None)
            if room <= 0:
                return
            after = lane.cursors.get(spool, 0)
            try:
                blocks = spool.read(self.name, lane.stream, after=after, max_bytes=min(room, self._window // 4))
            except sqlite3.Error as error:
                spool.fault = describe(error)
                continue
            if not blocks:
                continue
            lane.cursors[spool] = blocks[-1].id
            if not lane.fresh:
                lane.since = now
            lane.fresh += [OpenBlock(spool, block, block.events) for block in blocks]
            self._held[spool] += sum(len(block.data) for block in blocks)

    def _pack(self, lane: Lane, now: float, flushing: bool) -> float:
        """Make records of what has waited long enough; the seconds until the rest has."""
        if not lane.fresh:
            return self._linger
        due = lane.since + self._linger - now
        if due > 0 and not flushing and lane.fresh_bytes < FULL_RECORDS:
            return due
        for parcel in pack(interleave(lane.fresh, game_of)):
            self._admit(lane, parcel)
        lane.fresh.clear()
        return self._linger

    def _admit(self, lane: Lane, parcel: Parcel) -> None:
        if len(parcel.data) <= RECORD_BYTES:
            lane.ready.append(parcel)
        elif halves := parcel.halves():
            for half in halves:
                self._admit(lane, half)
        else:
            self._bury(parcel, f"too-large: {len(parcel.data)} bytes do not fit a Firehose record")

    # -- to Firehose ----------------------------------------------------------------------------------------

    def _dispatch(self, now: float) -> float:
        """Start every call that may start now; the seconds until another may."""
        while self.breaker.permits(now, len(self._in_flight)):
            started = False
            for lane in self._lanes:
                if not self.breaker.permits(now, len(self._in_flight)):
                    break
                if call := self._compose(lane, now):
                    self._send(lane, call)
                    started = True
            if not started:
                break
            self._collect()
            now = self._clock.monotonic()
        if self._in_flight:
            return self._linger  # an answer wakes the engine
        waits = [parcel.not_before - now for lane in self._lanes for parcel in lane.later]
        return max(0.0, self.breaker.wait(now), min(waits, default=self._linger))

    def _compose(self, lane: Lane, now: float) -> list[Parcel]:
        if lane.suspects:
            if self.breaker.state == "half-open":
                return self._probe(lane, lane.suspects[0])
            return lane.suspects.popleft()
        for parcel in [parcel for parcel in lane.later if parcel.not_before <= now]:
            lane.later.remove(parcel)
            lane.ready.append(parcel)
        call: list[Parcel] = []
        size = 0
        limit = len(lane.ready)
        if self.breaker.state == "half-open" and lane.ready:  # the probe: what has failed least
            best = min(lane.ready, key=lambda parcel: parcel.attempts)
            lane.ready.remove(best)
            lane.ready.appendleft(best)
            limit = 1
        while lane.ready and len(call) < limit and fits_a_call(len(call), size, len(lane.ready[0].data)):
            parcel = lane.ready.popleft()
            size += base64_size(len(parcel.data))
            call.append(parcel)
        return call

    def _probe(self, lane: Lane, group: list[Parcel]) -> list[Parcel]:
        parcel = group.pop(0)
        if not group:
            lane.suspects.popleft()
        return [parcel]

    def _send(self, lane: Lane, call: list[Parcel]) -> None:
        self._token += 1
        self._in_flight[self._token] = (lane, call)
        for parcel in call:
            parcel.attempts += 1
        self._calls.submit(lane.target, [parcel.data for parcel in call], self._token)

    # -- and back -------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        for token, answer in self._calls.collect():
            lane, call = self._in_flight.pop(token)
            self._digest(lane, call, answer)

    def _digest(self, lane: Lane, call: list[Parcel], answer: Answer) -> None:
        now = self._clock.monotonic()
        outcome = judge(answer, len(call))
        took_any = any(record.fate == "stored" for record in outcome.records)
        if took_any:
            lane.last_stored = now
        refused = outcome.records[0].fate == "suspect"  # always the whole call
        if refused and not self._proven(lane, now):
            self._refused_without_proof(lane, call, outcome.reason, now)
            return
        if outcome.health == "healthy":
            self.breaker.succeeded()
            self._last_error = outcome.reason or None
        else:
            self._blame(lane, outcome.reason)
            if outcome.health == "throttled" and took_any:
                self.breaker.throttled()
            elif outcome.records[0].counts and all(parcel.attempts > 1 for parcel in call):
                self.breaker.familiar()
            else:
                self.breaker.failed(now, alarm=outcome.health == "alarm")
        if refused and len(call) > 1:
            middle = len(call) // 2
            lane.suspects += [call[:middle], call[middle:]]
        elif refused:
            self._isolate(lane, call[0], outcome.reason, now)
        else:
            for parcel, record in zip(call, outcome.records, strict=True):
                self._after(lane, parcel, record, now)

    def _blame(self, lane: Lane, reason: str) -> None:
        self._last_error = f"{lane.target}: {reason}"
        log.warning("a call failed: %s", self._last_error)

    def _refused_without_proof(self, lane: Lane, call: list[Parcel], reason: str, now: float) -> None:
        """The content was refused, but nothing else is taken either: the stream may be what is wrong.

        So it is probed, on the breaker's schedule, with ever smaller parts, until one is taken.
        """
        self._blame(lane, reason)
        self.breaker.failed(now, alarm=True)
        for parcel in call:
            parcel.refusals += len(call) == 1
            halves = parcel.halves() if len(call) == 1 else None
            if halves:
                for half in halves:
                    self._postpone(lane, half, now)
            elif parcel.refusals >= REFUSALS:
                self._bury(parcel, reason)
            else:
                self._postpone(lane, parcel, now)

    def _after(self, lane: Lane, parcel: Parcel, record: RecordOutcome, now: float) -> None:
        if record.fate == "stored":
            self._settled += parcel.stored()
            return
        parcel.refusals += record.counts
        parcel.own_failures += record.counts and self._proven(lane, now)
        if parcel.own_failures >= OWN_FAILURES or parcel.refusals >= REFUSALS:
            self._isolate(lane, parcel, record.reason, now)
        else:
            self._postpone(lane, parcel, now)

    def _isolate(self, lane: Lane, parcel: Parcel, reason: str, now: float) -> None:
        """Take a suspicious record apart; a single event becomes a dead letter."""
        if halves := parcel.halves():
            lane.suspects += [[half] for half in halves]
        elif self._proven(lane, now) or parcel.refusals >= REFUSALS:
            self._bury(parcel, reason)
        else:
            self._postpone(lane, parcel, now)

    def _proven(self, lane: Lane, now: float) -> bool:
        return lane.last_stored is not None and now - lane.last_stored <= PROOF_SECONDS

    def _postpone(self, lane: Lane, parcel: Parcel, now: float) -> None:
        parcel.not_before = now + full_jitter(parcel.attempts, base=BACKOFF_BASE_S, cap=BACKOFF_CAP_S, rng=self._rng)
        lane.later.append(parcel)

    def _bury(self, parcel: Parcel, reason: str) -> None:
        log.error("an event becomes a dead letter: %s", reason)
        self._settled += parcel.buried(reason)

    def _settle(self) -> None:
        """Delete what is settled, one transaction a spool file. When that fails it is tried again.

        What a closed file held has nowhere to be settled: the file was deleted, and its ledger with it.
        """
        by_spool: dict[SpoolFile, list[Settled]] = {}
        for item in self._settled:
            by_spool.setdefault(item.spool, []).append(item.settled)
        for spool, settled in by_spool.items():
            if spool.fault is not None and not spool.closed:
                continue
            try:
                if not spool.closed:
                    spool.settle(self.name, settled)
            except sqlite3.Error as error:
                spool.fault = describe(error)
                continue
            self._held[spool] -= sum(len(item.block.data) for item in self._settled if item.spool is spool)
            if not self._held[spool]:
                del self._held[spool]
            self._settled = [item for item in self._settled if item.spool is not spool]

    @property
    def busy(self) -> bool:
        return bool(self._in_flight or self._settled) or not all(lane.empty for lane in self._lanes)

    def status(self) -> dict[str, Any]:
        return {
            "breaker": self.breaker.state,
            "in_flight_calls": len(self._in_flight),
            "held_bytes": self._held.total(),
            "last_error": self._last_error,
        }

    def close(self) -> None:
        self._calls.close()


def game_of(item: OpenBlock) -> str:
    """The game most of the block's events belong to."""
    keys = item.block.keys
    return max(keys, key=lambda key: keys[key])[0] if keys else ""

"""The Firehose sink: reads ahead, submits what its lanes say, collects results, and settles what is finished.

One thread runs `step`; calls run wherever `Calls` puts them.
"""

import logging
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from game_events_api.correlation import correlation_ids
from game_events_api.delivery.clock import Clock, SystemClock
from game_events_api.delivery.lanes import Lanes, Turn
from game_events_api.delivery.outcomes import CallResult
from game_events_api.spool.blocks import Block, Settled
from game_events_api.spool.spool_file import SpoolFile

log = logging.getLogger(__name__)
T = TypeVar("T")


class Calls(Protocol):
    """Runs PutRecordBatch somewhere and hands the results back, in any order; `token` tells which call it was."""

    def submit(self, stream: str, records: list[bytes], token: int) -> None: ...

    def collect(self) -> list[tuple[int, CallResult]]:
        """Results that arrived since the last time; never blocks."""
        ...

    def close(self) -> None: ...


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
        keep_letters: Callable[[Sequence[SpoolFile]], None] = lambda spools: None,
    ) -> None:
        self._calls = calls
        self._streams = tuple(streams)
        self._lanes = Lanes(streams, linger=linger, width=threads, rng=rng or random.Random())
        self._window = window_bytes
        self._clock = clock or SystemClock()
        self._read_to: WeakKeyDictionary[SpoolFile, dict[str, int]] = WeakKeyDictionary()
        self._held: Counter[SpoolFile] = Counter()
        self._turns = 0
        self._keep_letters = keep_letters
        self.trouble: Callable[[], str] = lambda: ""
        """What a person has to mend although calls succeed."""

    def step(self, spools: Sequence[SpoolFile], *, flushing: bool) -> float:
        if results := self._calls.collect():
            self._submit(self._lanes.turn(self._clock.monotonic(), results=results, flushing=flushing))
            self._settle()  # which makes room to read into
        fresh = [
            (stream, spool, blocks)
            for stream in self._in_turn(self._streams)
            for spool in self._in_turn(spools)
            if (blocks := self._read(stream, spool))
        ]
        self._turns += 1
        turn = self._lanes.turn(self._clock.monotonic(), fresh=fresh, flushing=flushing)
        while turn.calls:
            self._submit(turn)
            turn = self._lanes.turn(self._clock.monotonic(), results=self._calls.collect(), flushing=flushing)
        self._settle()
        for complaint in self._lanes.complaints:
            log.warning("a call failed: %s", complaint)
        self._lanes.complaints.clear()
        self._keep_letters(spools)
        return turn.delay

    def _in_turn(self, them: Sequence[T]) -> list[T]:
        """Another first each time: the first fills the window where there is a backlog."""
        first = self._turns % max(len(them), 1)
        return [*them[first:], *them[:first]]

    def _submit(self, turn: Turn) -> None:
        for call in turn.calls:
            self._calls.submit(call.lane.target, [record.data for record in call.records], call.token)

    def _read(self, stream: str, spool: SpoolFile) -> list[Block]:
        room = self._window - sum([size for held, size in self._held.items() if held.fault is None])
        if spool.fault is not None or room <= 0:
            return []
        read_to = self._read_to.setdefault(spool, {})
        try:
            blocks = spool.read(self.name, stream, after=read_to.get(stream, 0), max_bytes=min(room, self._window // 4))
        except sqlite3.Error as error:
            spool.fail(error)
            return []
        if blocks:
            read_to[stream] = blocks[-1].id
            self._held[spool] += sum([len(block.data) for block in blocks])
        return blocks

    def _settle(self) -> None:
        """Delete what is finished, one transaction a spool file. When that fails it is tried again.

        What a closed file held has nowhere to be settled: the file was deleted, and its ledger with it.
        """
        by_spool: dict[SpoolFile, list[Settled]] = {}
        for item in self._lanes.finished:
            by_spool.setdefault(item.spool, []).append(Settled(item.block, item.dead))
        for spool, settled in by_spool.items():
            if not spool.closed:
                if spool.fault is not None:
                    continue
                try:
                    spool.settle(self.name, settled)
                except sqlite3.Error as error:
                    spool.fail(error)
                    continue
                for letter in [letter for item in settled for letter in item.dead]:
                    brought_by = {"correlation_id": next(iter(correlation_ids([letter.line])), "")}
                    log.error("an event became a dead letter: %s", letter.reason, extra=brought_by)
            self._held[spool] -= sum([len(item.block.data) for item in settled])
            if not self._held[spool]:
                del self._held[spool]
            self._lanes.finished = [item for item in self._lanes.finished if item.spool is not spool]

    @property
    def busy(self) -> bool:
        return not self._lanes.empty

    def status(self) -> dict[str, Any]:
        return {
            "breaker": self._lanes.breaker.state,
            "in_flight_calls": len(self._lanes.in_flight),
            "held_bytes": self._held.total(),
            "last_error": self._lanes.last_error,
            "trouble": self.trouble(),
        }

    def close(self) -> None:
        self._calls.close()

"""`GET /v1/ledger`: what was counted at every stage, for those who want to see whether it arrived."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from game_events_models.http import Ledger, LedgerRow

from game_events_api.admission.callers import Caller
from game_events_api.operators.extensions import Surface
from game_events_api.operators.parameters import Parameters
from game_events_api.spool import Backlog, look_at_each

MAX_ROWS = 1000
KEPT_SECONDS = 1.0
"""So long a reading serves all who ask."""


@dataclass(frozen=True)
class Reading:
    at: datetime
    totals: Counter[tuple[str, str, str, str]]
    """By stage, game, event type and version."""
    backlog: Backlog
    unreadable: dict[str, str]


class Readings:
    """One for all who ask in the same second, of each beginning."""

    def __init__(self, data_dir: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._data_dir = data_dir
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Reading]] = {}

    def since(self, hour: str) -> Reading:
        with self._lock:
            now = self._monotonic()
            self._kept = {key: kept for key, kept in self._kept.items() if now - kept[0] < KEPT_SECONDS}
            if hour not in self._kept:
                self._kept[hour] = now, _read(self._data_dir, hour)
            return self._kept[hour][1]


def add_ledger(app: FastAPI, surface: Surface) -> None:
    readings = Readings(surface.data_dir)
    parameters = Parameters("/v1/ledger")
    reader = Depends(surface.authorised("read"))

    @app.get("/v1/ledger", response_model=Ledger)
    async def ledger(request: Request, caller: Annotated[Caller, reader]) -> Ledger:
        reading = await asyncio.to_thread(readings.since, parameters.of(request).get("since", ""))
        return _shown(reading, caller)


def _read(data_dir: Path, since: str) -> Reading:
    totals: Counter[tuple[str, str, str, str]] = Counter()
    backlog, unreadable = Backlog(), dict[str, str]()
    for rows, held in look_at_each(data_dir, lambda one: (list(one.totals(since)), one.backlog()), unreadable):
        for *key, number in rows:
            totals[tuple(key)] += number  # type: ignore[index]
        backlog = backlog.plus(held)
    return Reading(datetime.now(UTC), totals, backlog, unreadable)


def _shown(reading: Reading, caller: Caller) -> Ledger:
    own = Counter({key: number for key, number in reading.totals.items() if caller.may_see(key[1], key[2])})
    stages: Counter[str] = Counter()
    for (stage, *_), number in own.items():
        stages[stage] += number
    rows = [
        LedgerRow(stage=stage, game_id=game, event_type=kind, schema_version=version, events=number)
        for (stage, game, kind, version), number in own.most_common(MAX_ROWS)
    ]
    backlog = reading.backlog
    return Ledger(
        at=reading.at,
        stages=dict(stages),
        rows=rows,
        waiting={stream: backlog.waiting[stream] for stream in ("events", "rejected")},
        oldest=None if backlog.oldest is None else datetime.fromtimestamp(backlog.oldest, UTC),
        dead_letters=backlog.dead_letters,
        unreadable=reading.unreadable,
    )

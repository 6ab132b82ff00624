"""Fields that hooks add to accepted events before they are stored, in threads and for a bounded time.

The event loop never waits: it hands a request's events over and is called back, by a thread that is done or by the
clock. What is not there by then is left out, and the event is stored all the same.
"""

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from queue import SimpleQueue
from typing import Any

import msgspec

from game_events_api.hooks.calling import Complaints
from game_events_api.hooks.loading import Hook
from game_events_api.ingest.judge import Accepted, enriched_line

MAX_FIELDS_BYTES = 16 * 1024
"""Of what one hook adds to an event, as JSON."""
MAX_DEPTH = 32
ANY = "of enrich"
"""Stands for the hook that is late where none was asked: the threads were at other requests."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

Heard = Callable[[Sequence[Accepted]], None]


class Enriching(msgspec.Struct, eq=False):
    """The events of one request on their way through the hooks."""

    events: Sequence[Accepted]
    concerned: Sequence[int]
    """Places of those that a hook takes."""
    heard: Heard
    loop: asyncio.AbstractEventLoop
    lines: dict[int, bytes]
    """To be stored instead, by place."""
    fields: dict[int, Mapping[str, Any]]
    """By place; what the hooks have given so far."""
    done: set[int]
    """Places at which every hook was asked."""
    at: str = ""
    """The hook that is being asked."""
    timer: asyncio.TimerHandle | None = None
    begun: bool = False
    over: bool = False
    """Answered: what comes now comes too late."""
    overdue: bool = False
    """Over, and a thread is at it still."""


class Enrichment:
    """Enriches for at most `seconds` a request; not at all while every thread is overdue."""

    def __init__(self, hooks: Iterable[Hook], complaints: Complaints, *, seconds: float, threads: int) -> None:
        self._hooks: dict[str, list[Hook]] = {}
        for hook in hooks:
            for event_type in hook.models:
                self._hooks.setdefault(event_type, []).append(hook)
        self._complaints = complaints
        self._seconds = seconds
        self._threads = threads
        self._overdue = 0
        self._tasks: SimpleQueue[Enriching] = SimpleQueue()
        for number in range(threads):
            # Daemons: a hook that never returns must not keep the process from ending.
            threading.Thread(target=self._run, name=f"enrichment-{number}", daemon=True).start()

    def enrich(self, events: Sequence[Accepted], heard: Heard) -> None:
        """Call `heard` on the event loop, maybe at once, with the same events in their order, some with fields."""
        concerned = [place for place, event in enumerate(events) if event.ledger.event_type in self._hooks]
        if not concerned:
            heard(events)
            return
        loop = asyncio.get_running_loop()
        task = Enriching(events, concerned, heard, loop, {}, {}, set())
        if self._overdue >= self._threads:
            self._finish(task)
            return
        task.timer = loop.call_later(self._seconds, self._late, task)
        self._tasks.put(task)

    # -- on the event loop's thread -------------------------------------------------------------------------

    def _late(self, task: Enriching) -> None:
        if task.over:
            return
        if task.begun:
            task.overdue = True
            self._overdue += 1
        self._finish(task)

    def _ended(self, task: Enriching) -> None:
        if task.overdue:
            self._overdue -= 1
        if not task.over:
            self._finish(task)

    def _finish(self, task: Enriching) -> None:
        task.over = True
        if task.timer is not None:
            task.timer.cancel()
        if late := len(task.concerned) - len(task.done):
            what = f"was not done after {self._seconds:g} s: an event is stored without its fields"
            self._complaints.note("late", task.at or ANY, what, late)
        lines = dict(task.lines)  # a thread may be adding to it
        task.heard([_with(event, lines.get(place)) for place, event in enumerate(task.events)])

    # -- on the threads -------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            task = self._tasks.get()
            task.begun = True
            for place in task.concerned:
                if task.over:
                    break
                self._ask(task, place)
                task.done.add(place)
            with contextlib.suppress(RuntimeError):  # the loop is gone, and with it everybody who waits
                task.loop.call_soon_threadsafe(self._ended, task)

    def _ask(self, task: Enriching, place: int) -> None:
        event = _decode(task.events[place].line)["event"]
        for hook in self._hooks[event["event_type"]]:
            task.at = hook.name
            try:
                if (seen := hook.seen_as(event)) is None:
                    self._complaints.unfit(hook, event)
                elif (added := hook.call(seen)) is not None:
                    fields = {**task.fields.get(place, {}), **_storable(added)}
                    task.lines[place] = enriched_line(task.events[place].line, _encode(fields))
                    task.fields[place] = fields
            except BaseException as error:  # whatever it raises: the event is stored, and the thread goes on
                self._complaints.failed(hook, error)


def _storable(added: object) -> dict[str, Any]:
    """As JSON has it, so that what a hook keeps of it and changes later is not stored."""
    if not isinstance(added, Mapping):
        raise TypeError("a hook returns a mapping of fields, or None")
    encoded = _encode(dict(added))
    if len(encoded) > MAX_FIELDS_BYTES:
        raise ValueError(f"more than {MAX_FIELDS_BYTES:,} bytes of fields")
    fields: dict[str, Any] = json.loads(encoded)  # which refuses numbers that no reader of the lake takes
    if _depth(fields) > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    return fields


def _depth(value: object) -> int:
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(_depth, value.values() if isinstance(value, dict) else value), default=0)


def _with(event: Accepted, line: bytes | None) -> Accepted:
    return event if line is None else msgspec.structs.replace(event, line=line)

"""Who hears of events that are stored: after their commit, in a thread of its own, and only while it keeps up."""

import threading
from collections.abc import Iterable, Sequence
from queue import SimpleQueue
from typing import Any

import msgspec

from game_events_api.hooks.calling import Complaints
from game_events_api.hooks.loading import Hook
from game_events_api.spool import Chunk

MAX_WAITING_BYTES = 16 * 1024 * 1024
"""Of lines that observers were not told of yet; what is stored beyond, they never hear of."""
_decode = msgspec.json.Decoder().decode


class Observers:
    """Tells each function of the events whose models it names, one after the other, in the order of their commits."""

    def __init__(self, hooks: Sequence[Hook], complaints: Complaints, *, max_bytes: int = MAX_WAITING_BYTES) -> None:
        self._hooks = hooks
        self._complaints = complaints
        self._max_bytes = max_bytes
        self._taken_bytes = 0  # counted on the event loop's thread
        self._told_bytes = 0  # counted on the observers'
        self._chunks: SimpleQueue[Chunk] = SimpleQueue()
        threading.Thread(target=self._run, name="observers", daemon=True).start()

    def tell(self, stored: Iterable[Chunk]) -> None:
        """Of lines that are on disk. Returns at once."""
        for chunk in stored:
            if self._taken_bytes - self._told_bytes + len(chunk.data) > self._max_bytes:
                names = ", ".join(hook.name for hook in self._hooks)
                self._complaints.note("untold", names, "does not keep up: it hears nothing of an event", chunk.lines)
            else:
                self._taken_bytes += len(chunk.data)
                self._chunks.put(chunk)

    def _run(self) -> None:
        while True:
            chunk = self._chunks.get()
            for line in chunk.data.split(b"\n")[:-1]:
                self._tell(_decode(line)["event"])
            self._told_bytes += len(chunk.data)

    def _tell(self, event: dict[str, Any]) -> None:
        for hook in self._hooks:
            if event["event_type"] not in hook.models:
                continue
            try:
                if (seen := hook.seen_as(event)) is None:
                    self._complaints.unfit(hook, event)
                else:
                    hook.call(seen)
            except BaseException as error:  # the events are on disk, whatever an observer makes of them
                self._complaints.failed(hook, error)

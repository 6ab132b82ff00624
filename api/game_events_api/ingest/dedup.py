"""The latest event ids, so that a repeated event is answered `duplicate` and not stored again.

Best effort by design: what the window has forgotten, or another worker stored, the warehouse removes.
Never the other way round: an id enters only when its event is on disk.
"""

import asyncio


class DedupWindow:
    """The last `capacity` ids or a few more, in two generations, so that forgetting costs nothing per id."""

    def __init__(self, capacity: int) -> None:
        self._half = (capacity + 1) // 2
        self._young: set[str] = set()
        self._old: set[str] = set()
        self._in_flight: dict[str, asyncio.Future[None]] = {}

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._young or event_id in self._old

    def add(self, event_ids: list[str]) -> None:
        """Remember events that are on disk."""
        if self._half == 0:
            return
        self._young.update(event_ids)
        if len(self._young) >= self._half:
            self._old, self._young = self._young, set()

    def in_flight(self, event_id: str) -> "asyncio.Future[None] | None":
        """The outcome of a request that is storing this id right now."""
        return self._in_flight.get(event_id)

    def begin(self, event_ids: list[str], outcome: "asyncio.Future[None]") -> None:
        for event_id in event_ids:
            self._in_flight[event_id] = outcome

    def end(self, event_ids: list[str]) -> None:
        for event_id in event_ids:
            self._in_flight.pop(event_id, None)

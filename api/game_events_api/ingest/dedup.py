"""The latest event ids, so that a repeated event is answered `duplicate` and not stored again.

Best effort by design: what the window has forgotten, or another worker stored, the warehouse removes.
Never the other way round: an id enters only when its event is on disk.
"""

from collections.abc import Iterable, Sequence

from game_events_api.spool import Storing


class DedupWindow:
    """The last `capacity` ids or a few more, in two generations, so that forgetting costs nothing per id."""

    def __init__(self, capacity: int) -> None:
        self._half = (capacity + 1) // 2
        self._young: set[str] = set()
        self._old: set[str] = set()
        self._in_flight: dict[str, Storing] = {}

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._young or event_id in self._old

    def all_new(self, event_ids: Sequence[str]) -> bool:
        """Whether none of them repeats another, one of the window or one that is being stored."""
        return (
            self._young.isdisjoint(event_ids)
            and self._old.isdisjoint(event_ids)
            and self._in_flight.keys().isdisjoint(event_ids)
            and len(set(event_ids)) == len(event_ids)
        )

    def add(self, event_ids: Iterable[str]) -> None:
        """Remember events that are on disk."""
        if self._half == 0:
            return
        self._young.update(event_ids)
        if len(self._young) >= self._half:
            self._old, self._young = self._young, set()

    def forget(self) -> None:
        """All that is on disk: the disk has lost it."""
        self._young, self._old = set(), set()

    def in_flight(self, event_id: str) -> Storing | None:
        """What another request is storing under this id right now."""
        return self._in_flight.get(event_id)

    def begin(self, event_ids: Iterable[str], storing: Storing) -> None:
        """These are being stored; `end` must follow."""
        self._in_flight.update(dict.fromkeys(event_ids, storing))

    def end(self, event_ids: Iterable[str]) -> None:
        for event_id in event_ids:
            self._in_flight.pop(event_id, None)

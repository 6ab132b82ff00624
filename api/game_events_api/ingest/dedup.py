"""The latest event ids, so that a repeated event is answered `duplicate` and not stored again.

Best effort by design: what the window has forgotten, or another worker stored, the warehouse removes.
Never the other way round: an id enters only when its event is on disk.
"""

from collections.abc import Collection, Iterable, Sequence

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

    def look_up(
        self, event_ids: Sequence[str], stored_elsewhere: Collection[str] = ()
    ) -> tuple[Sequence[bool], Sequence[Storing]]:
        """Which of them are new, in their order, and what other requests are storing under the others right now.

        The first of several equal ids is new, unless others have stored it.
        """
        if (
            not stored_elsewhere
            and self._young.isdisjoint(event_ids)
            and self._old.isdisjoint(event_ids)
            and self._in_flight.keys().isdisjoint(event_ids)
            and len(set(event_ids)) == len(event_ids)
        ):
            return [True] * len(event_ids), ()
        new: list[bool] = []
        others: list[Storing] = []
        seen: set[str] = set()
        for event_id in event_ids:
            in_flight = self._in_flight.get(event_id)
            if in_flight is not None:
                others.append(in_flight)
            known = in_flight is not None or event_id in seen or event_id in self or event_id in stored_elsewhere
            new.append(not known)
            seen.add(event_id)
        return new, others

    def begin(self, event_ids: Iterable[str], storing: Storing) -> None:
        """These are being stored; `end` must follow."""
        self._in_flight.update(dict.fromkeys(event_ids, storing))

    def end(self, event_ids: Sequence[str], *, stored: bool) -> None:
        """They are on disk, or are not and may be sent again."""
        for event_id in event_ids:
            self._in_flight.pop(event_id, None)
        if stored and self._half:
            self._young.update(event_ids)
            if len(self._young) >= self._half:
                self._old, self._young = self._young, set()

    def forget(self) -> None:
        """All that is on disk: the disk has lost it."""
        self._young, self._old = set(), set()

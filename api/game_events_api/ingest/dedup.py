"""The latest events, so that a repeated one is answered `duplicate` and not stored again.

An event is known by its game and id together with the fingerprint of its content. Best effort by design: what the
window has forgotten, or another worker stored, the warehouse removes. Never the other way round: an event enters only
when it is on disk.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from game_events_api.spool import Storing


class Identified(Protocol):
    @property
    def named(self) -> str:
        """`<game_id>/<event_id>`: neither holds a slash."""

    @property
    def fingerprint(self) -> bytes: ...


class LookedUp(NamedTuple):
    """What the window knows of the events of one request."""

    new: Sequence[bool]
    """Of each, in their order: whether it is to be stored."""
    fresh: Mapping[str, bytes]
    """Fingerprints of the new ones, by the names that the window is to keep them under."""
    reused: Sequence[bool] = ()
    """Of each: whether it is new though its name is known, with other content. Empty when there is none."""
    others: Sequence[Storing] = ()
    """Requests that are storing the same right now."""


class DedupWindow:
    """The last `capacity` events or a few more, in two generations, so that forgetting costs nothing per event.

    The first content of a name is kept under the name, each further one under the name and its fingerprint.
    """

    def __init__(self, capacity: int) -> None:
        self._half = (capacity + 1) // 2
        self._young: dict[str, bytes] = {}
        self._old: dict[str, bytes] = {}
        self._coming: dict[str, bytes] = {}
        self._in_flight: dict[str, Storing] = {}

    def __contains__(self, event: Identified) -> bool:
        names = (event.named, further_name(event.named, event.fingerprint))
        return any(kept.get(name) == event.fingerprint for kept in (self._young, self._old) for name in names)

    def look_up(
        self, events: Sequence[Identified], stored: Collection[str] = (), reused: Collection[str] = ()
    ) -> LookedUp:
        """Which of them are new. The first of several equal ones is, unless others have stored it.

        Others' word comes by `further_name`: `stored` are those they have, `reused` those of which they have the name.
        """
        fresh = {event.named: event.fingerprint for event in events}
        if (
            len(fresh) == len(events)
            and not stored
            and not reused
            and self._young.keys().isdisjoint(fresh)
            and self._old.keys().isdisjoint(fresh)
            and self._coming.keys().isdisjoint(fresh)
        ):
            return LookedUp([True] * len(events), fresh)
        return self._look_up_one_by_one(events, stored, reused)

    def begin(self, fresh: Mapping[str, bytes], storing: Storing) -> None:
        """These are being stored; `end` must follow."""
        self._coming.update(fresh)
        self._in_flight.update(dict.fromkeys(fresh, storing))

    def end(self, fresh: Mapping[str, bytes], *, stored: bool) -> None:
        """They are on disk, or are not and may be sent again."""
        for name in fresh:
            self._coming.pop(name, None)
            self._in_flight.pop(name, None)
        if stored and self._half:
            self._young.update(fresh)
            if len(self._young) >= self._half:
                self._old, self._young = self._young, {}

    def forget(self) -> None:
        """All that is on disk: the disk has lost it."""
        self._young, self._old = {}, {}

    def _look_up_one_by_one(
        self, events: Sequence[Identified], stored: Collection[str], reused: Collection[str]
    ) -> LookedUp:
        fresh: dict[str, bytes] = {}
        new: list[bool] = []
        others: list[Storing] = []
        again: list[bool] = []
        places = (fresh, self._coming, self._young, self._old)
        for event in events:
            further = further_name(event.named, event.fingerprint)
            contents = [kept[name] for kept in places for name in (event.named, further) if name in kept]
            known = event.fingerprint in contents or further in stored
            taken = not known and (bool(contents) or further in reused)
            if known:
                others += [
                    self._in_flight[name]
                    for name in (event.named, further)
                    if self._coming.get(name) == event.fingerprint
                ]
            else:
                fresh[further if taken else event.named] = event.fingerprint
            new.append(not known)
            again.append(taken)
        return LookedUp(new, fresh, again if any(again) else (), others)


def further_name(name: str, fingerprint: bytes) -> str:
    """By which content is kept whose name has another already."""
    return f"{name}/{fingerprint.hex()}"

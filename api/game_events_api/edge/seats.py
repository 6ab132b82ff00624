"""So many connections at once, shared by addresses, and deadlines for all of them.

A connection that its sender lets wait gives its seat up to a newcomer when there is none left: whoever opens thousands
and says nothing keeps nobody out, not even those who share an address with it.
"""

import asyncio
from collections.abc import Hashable
from typing import Protocol

from game_events_api.admission.shares import Shares

GIVES_UP_AFTER_SECONDS = 1.0
SWEEPS_PER_DEADLINE = 8
CROWDED = 4
"""A fourth of the seats taken is where it begins to matter who waits; a half is the most that one address has."""


class Connection(Protocol):
    seat_of: Hashable
    """Who is on it: an address's name, or for a trusted proxy, which speaks for many, the connection itself."""

    def check_deadline(self, now: float) -> None: ...

    def waits_for_sender(self, now: float) -> tuple[bool, float]:
        """Whether none of its requests was ever let in, and for how many seconds it has waited; 0.0 if it does not."""

    def make_room(self) -> None:
        """Close, for another one."""


class Seats:
    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._shares = Shares(capacity)
        self._seated: set[Connection] = set()
        self._waiting: dict[Hashable, list[Connection]] = {}

    def take(self, connection: Connection) -> bool:
        """Whether there is a seat, or one that was given up for it."""
        while not self._shares.take(connection.seat_of):
            if (other := self._longest_waiting(connection.seat_of)) is None:
                return False
            self.leave(other)
            other.make_room()
        self._seated.add(connection)
        return True

    def leave(self, connection: Connection) -> None:
        """Its seat is free, if it had one."""
        if connection in self._seated:
            self._seated.remove(connection)
            self._shares.give_back(connection.seat_of)

    def note_waiting(self, now: float) -> None:
        """Find out who would give up their seats, longest waiting and never let in last."""
        self._waiting.clear()
        if self._shares.used * CROWDED < self._capacity:
            return
        found: list[tuple[bool, float, Connection]] = []
        for connection in self._seated:
            never_let_in, seconds = connection.waits_for_sender(now)
            if seconds >= GIVES_UP_AFTER_SECONDS:
                found.append((never_let_in, seconds, connection))
        for _, _, connection in sorted(found, key=lambda entry: entry[:2]):
            self._waiting.setdefault(connection.seat_of, []).append(connection)

    def _longest_waiting(self, seat_of: Hashable) -> Connection | None:
        """One of the same seats if these are too many, else one of whoever has most."""
        own = self._waiting.get(seat_of)
        if not own and self._shares.used >= self._capacity:
            own = max(self._waiting.values(), key=len, default=None)
        while own:
            connection = own.pop()
            if connection in self._seated and connection.waits_for_sender(asyncio.get_running_loop().time())[1]:
                return connection
        return None

    async def watch(self, shortest_deadline: float) -> None:
        """Walk over the open connections, often enough for the shortest deadline, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(min(1.0, shortest_deadline / SWEEPS_PER_DEADLINE))
            for connection in tuple(self._seated):
                connection.check_deadline(loop.time())
            self.note_waiting(loop.time())

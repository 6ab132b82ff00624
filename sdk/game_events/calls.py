"""What the blocking and the asyncio client have in common: everything but how they wait."""

import random
from collections.abc import Iterable, Mapping
from datetime import UTC

from game_events import errors
from game_events.clock import Clock
from game_events.encoding import encode, encode_all
from game_events.errors import Event
from game_events.retry import Circuit, RetryPolicy, Uniform
from game_events.sending import Rules, Sending
from game_events.server import Server


class Calls:
    """A client's settings, checked, and the calls that it makes of events."""

    def __init__(
        self, server: Server, timeout: float, max_attempts: int | None, clock: Clock, uniform: Uniform = random.uniform
    ) -> None:
        if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout < float("inf"):
            raise ValueError(f"timeout is {timeout!r}; give seconds, more than 0")
        self.server = server
        self.clock = clock
        self.rules = Rules(RetryPolicy(max_attempts), Circuit(), float(timeout), str(server), uniform)
        self.closed = False
        self.enabled = True
        self.pins: Mapping[str, str] = {}
        """By event type, the version of a mapping that names none."""

    def of_one(self, event: Event) -> Sending:
        """InvalidEventError, and nothing is sent."""
        self.check_open()
        return Sending([encode(event, self.pins)], self.rules, alone=True)

    def of_many(self, events: Iterable[Event]) -> Sending:
        """InvalidBatchError or InvalidEventError, and nothing is sent."""
        self.check_open()
        return Sending(encode_all(events, self.pins), self.rules)

    def sent_at(self) -> str:
        """The device's time, for the header that the server corrects a wrong clock by."""
        return self.clock.wall().astimezone(UTC).isoformat().replace("+00:00", "Z")

    def check_open(self, sending: Sending | None = None) -> None:
        """ClientClosedError, with the events of a call that was under way; ClientDisabledError."""
        if not self.enabled:
            raise errors.ClientDisabledError("this client was made with enabled=False and sends nothing")
        if self.closed:
            error = errors.ClientClosedError("this client is closed and sends nothing; make a new one")
            error.events = sending.left if sending is not None else ()
            raise error

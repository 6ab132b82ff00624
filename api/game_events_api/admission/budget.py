"""A bound on the bytes of bodies that are held at once, over all requests of the process."""

from typing import Protocol

from game_events_api.errors import Problem, RequestRefused

EXEMPT_BYTES = 16 * 1024
"""Bodies up to this size are not counted: single events pass while large batches fill the budget."""


class Holder(Protocol):
    held_bytes: int


class ByteBudget:
    """So many bytes for all bodies together, taken as they arrive and not as they are announced.

    A sender that announces a megabyte and never sends it costs nobody anything; one that sends it holds its bytes
    until its request is answered, hung up on, or late.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self.used = 0

    def hold(self, holder: Holder, size: int) -> None:
        """It holds `size` bytes now, instead of what it held before; RequestRefused 503 when they do not fit.

        What a refused one held before it still holds, until `release`. An exempt size changes nothing.
        """
        if size <= EXEMPT_BYTES:
            return
        more = size - holder.held_bytes
        if self.used + more > self._capacity:
            raise RequestRefused(Problem.UNAVAILABLE, "too many bytes of bodies at once")
        holder.held_bytes = size
        self.used += more

    def release(self, holder: Holder) -> None:
        """Give back whatever it holds, if anything."""
        self.used -= holder.held_bytes
        holder.held_bytes = 0

"""A bound on the bytes of bodies that are held at once, over all requests of the process."""

from typing import Protocol

from game_events_api.admission.shares import Shares
from game_events_api.errors import Problem, RequestRefused

EXEMPT_BYTES = 16 * 1024
"""Bodies up to this size are not counted: single events pass while large batches fill the budget."""


class Holder(Protocol):
    held_bytes: int

    @property
    def key_id(self) -> str: ...


class ByteBudget:
    """So many bytes for all bodies together, taken as they arrive and not as they are announced, shared by keys.

    A sender that announces a megabyte and never sends it costs nobody anything; one that sends it holds its bytes
    until its request is answered, hung up on, or late.
    """

    def __init__(self, capacity: int) -> None:
        self._shares = Shares(capacity)

    @property
    def used(self) -> int:
        return self._shares.used

    def hold(self, holder: Holder, size: int) -> None:
        """It holds `size` bytes now, instead of what it held before; RequestRefused 503 when they do not fit.

        What a refused one held before it still holds, until `release`. An exempt size changes nothing.
        """
        if size <= EXEMPT_BYTES:
            return
        if not self._shares.take(holder.key_id, size - holder.held_bytes, together_with=holder.held_bytes):
            raise RequestRefused(Problem.UNAVAILABLE, "too many bytes of bodies at once")
        holder.held_bytes = size

    def release(self, holder: Holder) -> None:
        """Give back whatever it holds, if anything."""
        if holder.held_bytes:
            self._shares.give_back(holder.key_id, holder.held_bytes)
            holder.held_bytes = 0

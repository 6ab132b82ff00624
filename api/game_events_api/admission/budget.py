"""A bound on the bytes of bodies that are held at once, over all requests of the process."""

from collections.abc import Hashable

from game_events_api.errors import RETRY_SOON, RequestRefused

EXEMPT_BYTES = 16 * 1024
"""Bodies up to this size are not counted: single events pass while large batches fill the budget."""


class ByteBudget:
    """So many bytes for all bodies together, taken as they arrive and not as they are announced.

    A sender that announces a megabyte and never sends it costs nobody anything; one that sends it holds its bytes
    until its request is answered, hung up on, or late.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._held: dict[Hashable, int] = {}
        self.used = 0

    def hold(self, owner: Hashable, size: int) -> None:
        """`owner` holds `size` bytes now, instead of what it held before; RequestRefused 503 when they do not fit.

        What a refused owner held before it still holds, until `release`. An exempt size changes nothing.
        """
        if size <= EXEMPT_BYTES:
            return
        more = size - self._held.get(owner, 0)
        if self.used + more > self._capacity:
            raise RequestRefused(503, "unavailable", "too many bytes of bodies at once", headers=RETRY_SOON)
        self._held[owner] = size
        self.used += more

    def release(self, owner: Hashable) -> None:
        """Give back whatever the owner holds, if anything."""
        self.used -= self._held.pop(owner, 0)

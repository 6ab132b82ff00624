"""A bound that no one holder can use up. Pure."""

from collections.abc import Hashable


class Shares:
    """So many units for all holders together, and of them none holds more than it leaves for the others.

    One holder gets a half at most, two a third each, and somebody always finds room who holds nothing yet. Nobody has
    to know beforehand how many there will be.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._held: dict[Hashable, int] = {}
        self.used = 0

    def take(self, holder: Hashable, units: int = 1, together_with: int = 0) -> bool:
        """Whether the holder has these units now. Its first are bounded by the capacity alone.

        `together_with` says how many of those it holds are for the same thing, which is its first if there are no more.
        """
        held = self._held.get(holder, 0)
        free = self._capacity - self.used - units
        if free < 0 or (held > together_with and held + units > free):
            return False
        self._held[holder] = held + units
        self.used += units
        return True

    def give_back(self, holder: Hashable, units: int = 1) -> None:
        """What it holds no more."""
        self.used -= units
        left = self._held[holder] - units
        if left:
            self._held[holder] = left
        else:
            del self._held[holder]

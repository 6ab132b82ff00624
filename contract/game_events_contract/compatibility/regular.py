"""What texts a pattern matches: how long they are, and whether another pattern matches them all.

Only regular expressions in the strict sense are understood, as the server reads them: no look-around, no references to
groups, no properties of Unicode. Of any other pattern nothing is said. Where engines differ (the dot, `\\d`, `\\w`,
`\\s`), the older pattern is read as wide and the newer as narrow as any of them reads it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

_LAST = 0x10FFFF
_MOST_STATES = 2_000
_MOST_MEETINGS = 20_000
Ranges = tuple[tuple[int, int], ...]
"""Characters, as sorted ranges of code points, both ends included."""
_ANY: Ranges = ((0, _LAST),)
_WITHIN_A_LINE: Ranges = ((0, 9), (11, 12), (14, 0x2027), (0x202A, _LAST))
_NARROW = {"d": ((48, 57),), "w": ((48, 57), (65, 90), (95, 95), (97, 122)), "s": ((9, 10), (13, 13), (32, 32))}
_CONTROL = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11}


class _Beyond(Exception):
    """The pattern is no regular expression in the strict sense, or too large to follow."""


@dataclass(frozen=True)
class Language:
    """The texts a pattern matches, as a machine: from each state by a character to others, or by none."""

    steps: list[list[tuple[Ranges, int]]] = field(default_factory=list)
    free: list[list[int]] = field(default_factory=list)
    start: int = 0
    end: int = 0

    def closure(self, states: frozenset[int]) -> frozenset[int]:
        """The states and those they lead to by no character."""
        found, waiting = set(states), list(states)
        while waiting:
            for state in self.free[waiting.pop()]:
                if state not in found:
                    found.add(state)
                    waiting.append(state)
        return frozenset(found)

    def shortest(self) -> int:
        """The length in characters of the shortest text."""
        reached, length = self.closure(frozenset([self.start])), 0
        seen: set[frozenset[int]] = set()
        while self.end not in reached and reached not in seen:
            seen.add(reached)
            ahead = frozenset(state for one in reached for _, state in self.steps[one])
            reached, length = self.closure(ahead), length + 1
        return length

    def longest(self) -> int | None:
        """The length in characters of the longest text; None when there is no longest."""
        reached, length = self.closure(frozenset([self.start])), 0
        longest = 0
        for length in range(len(self.steps) + 1):
            longest = length if self.end in reached else longest
            reached = self.closure(frozenset(state for one in reached for _, state in self.steps[one]))
            if not reached:
                return longest
        return None

    def within(self, other: "Language") -> bool:
        """Whether the other matches every text of this one; False, too, where that takes too long to tell."""
        letters = sorted({end for one in (self, other) for end in one.ends()})
        ahead: dict[tuple[frozenset[int], int], frozenset[int]] = {}
        first = (self.start, other.closure(frozenset([other.start])))
        seen, waiting = {first}, [first]
        while waiting:
            state, others = waiting.pop()
            if state == self.end and other.end not in others:
                return False
            meetings = [(free, others) for free in self.free[state]]
            for ranges, target in self.steps[state]:
                for letter in letters:
                    if _holds(ranges, letter):
                        if (others, letter) not in ahead:
                            ahead[others, letter] = other.after(others, letter)
                        meetings.append((target, ahead[others, letter]))
            for meeting in meetings:
                if meeting not in seen:
                    seen.add(meeting)
                    waiting.append(meeting)
            if len(seen) > _MOST_MEETINGS:
                return False
        return True

    def after(self, states: frozenset[int], letter: int) -> frozenset[int]:
        return self.closure(
            frozenset(target for state in states for ranges, target in self.steps[state] if _holds(ranges, letter))
        )

    def ends(self) -> Iterator[int]:
        """One character of each kind that the machine tells apart."""
        yield 0
        for steps in self.steps:
            for ranges, _ in steps:
                for low, high in ranges:
                    yield low
                    if high < _LAST:
                        yield high + 1


def _holds(ranges: Ranges, letter: int) -> bool:
    return any(low <= letter <= high for low, high in ranges)


@lru_cache(maxsize=512)
def language(pattern: str, *, wide: bool) -> Language | None:
    """The texts in which a pattern finds something; None for a pattern that is not understood."""
    try:
        return _Reader(pattern, wide).read()
    except (_Beyond, IndexError, ValueError, RecursionError):
        return None


class _Reader:
    """Builds the machine while it reads; every part is a pair of states, where it begins and where it ends."""

    def __init__(self, pattern: str, wide: bool) -> None:
        self._text = pattern
        self._at = 0
        self._wide = wide
        self._made = Language()

    def read(self) -> Language:
        begin, end = self._alternatives(top=True)
        if self._at < len(self._text):
            raise _Beyond
        return Language(self._made.steps, self._made.free, begin, end)

    def _state(self) -> int:
        if len(self._made.steps) >= _MOST_STATES:
            raise _Beyond
        self._made.steps.append([])
        self._made.free.append([])
        return len(self._made.steps) - 1

    def _letter(self, ranges: Ranges) -> tuple[int, int]:
        begin, end = self._state(), self._state()
        self._made.steps[begin].append((ranges, end))
        return begin, end

    def _peek(self, text: str) -> bool:
        return self._text.startswith(text, self._at)

    def _take(self, text: str) -> bool:
        taken = self._peek(text)
        self._at += len(text) if taken else 0
        return taken

    def _alternatives(self, *, top: bool = False) -> tuple[int, int]:
        begin, end = self._state(), self._state()
        while True:
            first, last = self._sequence(top)
            self._made.free[begin].append(first)
            self._made.free[last].append(end)
            if not self._take("|"):
                return begin, end

    def _sequence(self, top: bool) -> tuple[int, int]:
        begin = last = self._state()
        if top and not self._take("^"):
            last = self._anything(last)
        while self._at < len(self._text) and not self._peek("|") and not self._peek(")"):
            if top and self._take("$"):
                if self._at < len(self._text) and not self._peek("|"):
                    raise _Beyond
                return begin, last
            last = self._repeated(last)
        return begin, self._anything(last) if top else last

    def _anything(self, state: int) -> int:
        self._made.steps[state].append((_ANY, state))
        after = self._state()
        self._made.free[state].append(after)
        return after

    def _repeated(self, last: int) -> int:
        began = self._at
        first, end = self._atom()
        atom_ends = self._at
        quantifier = re.compile(r"([*+?])|\{([0-9]+)(,([0-9]*))?\}").match(self._text, self._at)
        if quantifier is None:
            self._made.free[last].append(first)
            return end
        self._at = after = quantifier.end()
        if self._peek("?"):
            self._at = after = after + 1
        sign, low, comma, high = quantifier.groups()
        least = int(low) if low else 1 if sign == "+" else 0
        most = int(high) if high else 1 if sign == "?" else least if low and not comma else None
        if max(least, most or 0) > _MOST_STATES:
            raise _Beyond
        for _ in range(least):
            last = self._copy(began, atom_ends, last)
        if most is None:
            loop = self._state()
            self._made.free[last].append(loop)
            self._made.free[self._copy(began, atom_ends, loop)].append(loop)
            last = self._state()
            self._made.free[loop].append(last)
        else:
            done = self._state()
            for _ in range(most - least):
                self._made.free[last].append(done)
                last = self._copy(began, atom_ends, last)
            self._made.free[last].append(done)
            last = done
        self._at = after
        return last

    def _copy(self, began: int, ends: int, last: int) -> int:
        """One more reading of the atom that stands there, from the state `last` on."""
        self._at = began
        first, end = self._atom()
        if self._at != ends:
            raise _Beyond
        self._made.free[last].append(first)
        return end

    def _atom(self) -> tuple[int, int]:
        if self._take("("):
            if not self._take("?:") and self._peek("?"):
                raise _Beyond
            inner = self._alternatives()
            if not self._take(")"):
                raise _Beyond
            return inner
        if self._take("["):
            return self._letter(self._class())
        if self._take("."):
            return self._letter(_ANY if self._wide else _WITHIN_A_LINE)
        if self._take("\\"):
            return self._letter(self._escape())
        character = self._text[self._at]
        if character in "^$*+?{}])":
            raise _Beyond
        self._at += 1
        return self._letter(((ord(character),) * 2,))

    def _escape(self) -> Ranges:
        character = self._text[self._at]
        self._at += 1
        if character in _NARROW:
            return _ANY if self._wide else _NARROW[character]
        digits = {"x": 2, "u": 4}.get(character, 0)
        if digits:
            code = self._text[self._at : self._at + digits]
            if not re.fullmatch(r"[0-9A-Fa-f]+", code) or len(code) < digits or 0xD800 <= int(code, 16) <= 0xDFFF:
                raise _Beyond
            self._at += digits
            return ((int(code, 16),) * 2,)
        if character.isascii() and character.isalnum() and character not in _CONTROL:
            raise _Beyond
        return ((_CONTROL.get(character, ord(character)),) * 2,)

    def _class(self) -> Ranges:
        negated = self._take("^")
        if negated and self._take("]"):
            return _ANY
        found: list[tuple[int, int]] = []
        while not self._take("]"):
            low = self._member()
            if self._peek("-") and not self._peek("-]"):
                self._at += 1
                high = self._member()
                if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or high[0][0] != high[0][1]:
                    raise _Beyond
                low = ((low[0][0], high[0][1]),)
            found += low
        if not found or any(low > high for low, high in found):
            raise _Beyond
        return _other(found) if negated else tuple(sorted(found))

    def _member(self) -> Ranges:
        if self._take("\\"):
            if self._text[self._at] in _NARROW:
                raise _Beyond  # wide within a class that may be negated would be narrow
            return self._escape()
        if self._peek("[") or any(self._peek(sign) for sign in ("&&", "--", "~~")):
            raise _Beyond
        character = self._text[self._at]
        self._at += 1
        return ((ord(character),) * 2,)


def _other(ranges: list[tuple[int, int]]) -> Ranges:
    found, below = [], 0
    for low, high in sorted(ranges):
        if low > below:
            found.append((below, low - 1))
        below = max(below, high + 1)
    return (*found, (below, _LAST)) if below <= _LAST else tuple(found)

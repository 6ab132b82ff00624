"""Whether two schemas have no value in common, as far as their own keywords tell."""

from typing import Any, Protocol

from game_events_contract.compatibility.names import longest, possible_names, said_of
from game_events_contract.compatibility.normal import Forms
from game_events_contract.compatibility.values import impossible, listed, types
from game_events_contract.repository import Document

_LEVELS = 8


class Tried(Protocol):
    """How single values, and what is forbidden, are tried against the two documents."""

    old: Forms
    new: Forms

    @property
    def contrary(self) -> "Tried": ...

    def passes(self, old: Any, new: Any) -> bool: ...

    def fails_old(self, value: Any, schema: Any) -> bool: ...

    def fails_new(self, value: Any, schema: Any) -> bool: ...


class Sides:
    """Schemas of an older and a newer document that judge the same value."""

    def __init__(self, tried: Tried) -> None:
        self._tried = tried
        self._left, self._right = tried.old, tried.new

    def disjoint(self, left: Any, right: Any, levels: int = _LEVELS) -> bool:
        """Whether no value passes both; False when that is not plain within `levels` levels of fields."""
        ours, theirs = self._left.of(left), self._right.of(right)
        common = types(ours) & types(theirs)
        if not common or impossible(ours) or impossible(theirs) or self._refused_one_by_one(ours, theirs):
            return True
        if "not" in ours and self._tried.contrary.passes(theirs, ours["not"]):
            return True
        if "not" in theirs and self._tried.passes(ours, theirs["not"]):
            return True
        if levels == 0:
            return False
        return (
            (common <= {"integer", "number"} and _ranges_apart(ours, theirs))
            or (common == {"array"} and _lengths_apart(ours, theirs))
            or (common == {"object"} and self._objects_apart(ours, theirs, levels))
            or self._parts_apart(ours, theirs, levels)
        )

    def _refused_one_by_one(self, ours: Document, theirs: Document) -> bool:
        values = listed(ours)
        if values is not None and all(self._tried.fails_new(value, theirs) for value in values):
            return True
        values = listed(theirs)
        return values is not None and all(self._tried.fails_old(value, ours) for value in values)

    def _parts_apart(self, ours: Document, theirs: Document, levels: int) -> bool:
        if any(self.disjoint(part, theirs, levels - 1) for part in ours.get("allOf", ())):
            return True
        if any(self.disjoint(ours, part, levels - 1) for part in theirs.get("allOf", ())):
            return True
        for keyword in ("anyOf", "oneOf"):
            if keyword in ours and all(self.disjoint(part, theirs, levels - 1) for part in ours[keyword]):
                return True
            if keyword in theirs and all(self.disjoint(ours, part, levels - 1) for part in theirs[keyword]):
                return True
        return False

    def _objects_apart(self, ours: Document, theirs: Document, levels: int) -> bool:
        names = possible_names(ours, self._left), possible_names(theirs, self._right)
        needed = dict.fromkeys((*ours.get("required", ()), *theirs.get("required", ())))
        for name in needed:
            if any(known is not None and name not in known for known in names):
                return True
            if self.disjoint(said_of(name, ours), said_of(name, theirs), levels - 1):
                return True
        return False


def _ranges_apart(ours: Document, theirs: Document) -> bool:
    return _below(ours, theirs) or _below(theirs, ours)


def _below(lower: Document, upper: Document) -> bool:
    tops = [(lower[keyword], keyword != "maximum") for keyword in ("maximum", "exclusiveMaximum") if keyword in lower]
    feet = [(upper[keyword], keyword != "minimum") for keyword in ("minimum", "exclusiveMinimum") if keyword in upper]
    return any(
        top < foot or (top == foot and (open_top or open_foot)) for top, open_top in tops for foot, open_foot in feet
    )


def _lengths_apart(ours: Document, theirs: Document) -> bool:
    return any(
        most is not None and most < other.get("minItems", 0)
        for most, other in ((longest(ours), theirs), (longest(theirs), ours))
    )

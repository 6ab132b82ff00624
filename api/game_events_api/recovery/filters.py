"""`--where field=value`: which of a list are meant. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


class UnknownField(ValueError):
    pass


@dataclass(frozen=True)
class Where:
    """Every condition must hold; a value matches as a whole, with a `*` at its end as a beginning.

    With `\\*` at its end it ends in that character.
    """

    conditions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> "Where":
        """`game_id=chess`, `reason=InvalidArgument*`; ValueError for anything else."""
        conditions = []
        for text in texts:
            name, equals, value = text.partition("=")
            if not equals or not name:
                raise ValueError(f"unusable condition {text!r}: give field=value, say game_id=chess")
            conditions.append((name, value))
        return cls(tuple(conditions))

    def matches(self, fields: Mapping[str, Any]) -> bool:
        """UnknownField for a condition on none of them."""
        for name, wanted in self.conditions:
            if name not in fields:
                raise UnknownField(f"--where: there is no field {name!r}; known are {', '.join(fields)}")
            value = "" if fields[name] is None else str(fields[name])
            if not _matches(value, wanted):
                return False
        return True


def _matches(value: str, wanted: str) -> bool:
    if wanted.endswith("\\*"):
        return value == f"{wanted[:-2]}*"
    return value.startswith(wanted[:-1]) if wanted.endswith("*") else value == wanted

"""What an examination comes to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from game_events_models.http import Check

from game_events_api.checks import checked


@dataclass(frozen=True)
class Symptom:
    """One thing that is wrong: `where` is a path, a variable or an address, `remedy` is what to do."""

    what: str
    where: str
    remedy: str
    unusable: bool = False
    """Whether nothing that rests on it can be examined, and no server starts with it."""


@dataclass(frozen=True)
class Examination:
    """`of` names the part that was looked at, `said` is one line about it; well without symptoms."""

    of: str
    said: str
    symptoms: Sequence[Symptom] = field(default=())


def unreadable(path: Path, error: OSError) -> Symptom:
    return Symptom(
        f"cannot be read: {error.strerror or error}",
        str(path),
        "run this as the server's user, or mend its permissions",
    )


def warnings(examinations: Iterable[Examination]) -> Mapping[str, Check]:
    """Of those with symptoms, by the part that was looked at: what is wrong, where, and what to do."""
    return {
        one.of: checked("warn", "; ".join(f"{found.what} ({found.where}): {found.remedy}" for found in one.symptoms))
        for one in examinations
        if one.symptoms
    }

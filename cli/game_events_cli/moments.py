"""How long, and until when, as people write it in an option."""

import re
from datetime import datetime, timedelta

import typer
from game_events_api import rfc3339

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DURATION = re.compile(r"(\d{1,6})([smhd])", re.ASCII)
LONGEST = timedelta(days=3650)


def duration(text: str, option: str) -> timedelta:
    """`7d`, `12h`, `30m` or `0s`; up to ten years."""
    given = _DURATION.fullmatch(text.strip())
    length = None if given is None else timedelta(seconds=int(given[1]) * _SECONDS[given[2]])
    if length is None or length > LONGEST:
        raise typer.BadParameter(f"{option}: {text} is no length of time; give 7d, 12h, 30m or 0s, up to 3650d")
    return length


def coming(text: str, option: str, now: datetime) -> datetime:
    """A moment to come: a duration from now, a date (0:00 UTC) or a time with its offset."""
    text = text.strip()
    if _DURATION.fullmatch(text):
        moment: datetime | None = now + duration(text, option)
    elif _DATE.fullmatch(text):
        moment = rfc3339.parse(f"{text}T00:00:00Z")
    else:
        moment = rfc3339.parse(text)
    if moment is None or moment <= now:
        wrong = "is over" if moment else "is no time"
        raise typer.BadParameter(
            f"{option}: {text} {wrong}; give 30d or 12h from now, a date as 2027-01-31 (0:00 UTC),"
            " or a time with its offset as 2027-01-31T09:00:00Z"
        )
    return moment

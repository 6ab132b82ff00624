"""When nobody will send a version any more, by how its events fell lately. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil

DAYS = 7
"""So many whole days are looked at; today is not over."""
ENOUGH = 4
"""A line through fewer days says nothing."""
FAR = 365


@dataclass(frozen=True)
class Forecast:
    said: str
    at: date | None = None
    """The first day without an event of it, where the line comes to one."""


def per_day(since: Mapping[date, int]) -> dict[date, int]:
    """Events of each day but the last, from what was counted since the beginning of each."""
    days = sorted(since)
    return {day: max(since[day] - since[after], 0) for day, after in pairwise(days)}


def forecast(events: Mapping[date, int], of_all: Mapping[date, int]) -> Forecast:
    """By whole day: events of the version, and of all versions of its event; both have the same days."""
    days = sorted(day for day in events if of_all[day])
    if len(days) < ENOUGH:
        return Forecast(
            f"Not enough days to say: the event came on {len(days)} of the last {len(events)}, {ENOUGH} are needed."
        )
    if not any(events.values()):
        return Forecast(f"Nobody sent it in the last {len(events)} whole days: it can be retired.", days[-1])
    slope, last = _line([(day.toordinal() - days[-1].toordinal(), events[day]) for day in days])
    if slope >= 0:
        return Forecast("It is not sent less from day to day: ask its senders to move on.")
    left = ceil(-last / slope)
    if left > FAR:
        return Forecast("At this pace it is sent for more than a year: ask its senders to move on.")
    tomorrow = max(events) + timedelta(days=2)  # of today nothing is said: it is not over
    at = max(days[-1] + timedelta(days=left), tomorrow)
    return Forecast(f"At the pace of the last {len(days)} days nobody sends it from {at:%-d %B %Y} on.", at)


def _line(points: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Least squares: its slope, and its value at 0."""
    x = sum(one for one, _ in points) / len(points)
    y = sum(one for _, one in points) / len(points)
    slope = sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)
    return slope, y - slope * x

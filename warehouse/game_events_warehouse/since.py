"""What became of published revenue since a build: the trail, read as a comparison of two builds.

One figure of a day is another than it was because refunds, late events, new rates or other models came in between.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from game_events_warehouse import books

NEWEST = 12
MOST_OFFERED = 40
SUMS: Mapping[str, Sequence[str]] = {
    "purchases": ("purchases",),
    "gross": ("gross_amount_base",),
    "refunded": ("refunded_amount_base", "chargeback_amount_base"),
    "net": ("net_amount_base",),
}
"""What is told of a day, and the columns of daily_revenue that it is the sum of; money in the base currency."""

QUESTION = """
with touched as (
  select distinct event_date, game_id from published where build > :then and event_date >= :first
),
summed as (
  select distinct event_date, game_id, currency from published inner join touched using (event_date, game_id)
)
select event_date, game_id,
  (select figures from published as old where (old.event_date, old.game_id, old.currency)
     = (summed.event_date, summed.game_id, summed.currency) and build <= :then order by build desc limit 1),
  (select figures from published as new where (new.event_date, new.game_id, new.currency)
     = (summed.event_date, summed.game_id, summed.currency) and build <= :last order by build desc limit 1),
  (select json_group_array(json(reasons)) from published as new where (new.event_date, new.game_id, new.currency)
     = (summed.event_date, summed.game_id, summed.currency) and build > :then),
  (select max(booked_on) from published as new where (new.event_date, new.game_id, new.currency)
     = (summed.event_date, summed.game_id, summed.currency) and build > :then)
from summed order by event_date desc, game_id
"""
"""Of each day and game of which a build after `then` knew better, all currencies: the figures then and now, and why."""

Sums = Mapping[str, Decimal]


@dataclass(frozen=True)
class Changed:
    """A day of a game whose sums are others than they were."""

    event_date: str
    game_id: str
    before: Sums
    after: Sums
    reasons: Mapping[str, int]
    """Why, each with how many of them: late event, event, rate, refund, repaired, models."""
    booked_on: str | None
    """Of a closed day, the open day on which the change is booked."""


@dataclass(frozen=True)
class Comparison:
    base_currency: str | None
    built_at: str | None
    """Of the last build; None where there is none."""
    since: str | None
    """When the build was made that is compared with; None where there is none in the same base currency."""
    builds: Sequence[str]
    """Others to compare with, the newest first: the latest ones, and the last one of each earlier UTC day."""
    changed: Sequence[Changed]


def since(path: Path, moment: str | None, first_day: str) -> Comparison:
    """What builds after `moment` changed of days from `first_day` on; None: what the last build did.

    `path` is that of the books, `moment` an RFC 3339 text in UTC to the second. Raises BooksError.
    """
    if not path.exists():
        return Comparison(None, None, None, (), ())
    with books.opened(path) as kept:
        known = kept.execute("select build, built_at, base_currency from builds order by build desc").fetchall()
        if not known:
            return Comparison(None, None, None, (), ())
        last, built_at, base = known[0]
        alike = [(build, at) for build, at, currency in known[1:] if currency == base]
        then = next(((build, at) for build, at in alike if moment is None or at <= moment), None)
        offered = _offered([at for _, at in alike])
        if then is None:
            return Comparison(base, built_at, None, offered, ())
        return Comparison(base, built_at, then[1], offered, list(_changed(kept, then[0], last, first_day)))


def _offered(built: Sequence[str]) -> list[str]:
    days = {at[:10]: at for at in reversed(built)}
    last_of_days = sorted((days[day] for day in days), reverse=True)
    return sorted({*built[:NEWEST], *last_of_days}, reverse=True)[:MOST_OFFERED]


def _changed(kept: sqlite3.Connection, then: int, last: int, first_day: str) -> Iterator[Changed]:
    found: dict[tuple[str, str], tuple[dict[str, Decimal], dict[str, Decimal], dict[str, int], list[str]]] = {}
    for day, game, before, after, reasons, booked_on in kept.execute(
        QUESTION,
        {"then": then, "last": last, "first": first_day},
    ):
        was, now, why, booked = found.setdefault((day, game), (_nothing(), _nothing(), {}, []))
        _add(was, before)
        _add(now, after)
        for each in json.loads(reasons):
            for reason, count in each.items():
                why[reason] = why.get(reason, 0) + count
        booked += [booked_on] if booked_on else []
    for (day, game), (was, now, why, booked) in found.items():
        if was != now:
            yield Changed(day, game, was, now, why, max(booked, default=None))


def _nothing() -> dict[str, Decimal]:
    return dict.fromkeys(SUMS, Decimal(0))


def _add(sums: dict[str, Decimal], figures: str | None) -> None:
    said = json.loads(figures) if figures else {}
    for name, columns in SUMS.items():
        sums[name] += sum((Decimal(said.get(column) or 0) for column in columns), Decimal(0))

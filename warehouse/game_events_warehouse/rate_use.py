"""Which exchange rates production revenue was converted at, how old they were, and how much of it they leave open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb


@dataclass(frozen=True)
class RateUse:
    """The oldest rate that converted a purchase in one currency: by whom, of which day, and how old it was then."""

    source: str
    rate_date: date
    age_days: int


@dataclass(frozen=True)
class RateReport:
    """How far production revenue can be relied on. Shares lie between 0 and 1.

    A purchase without a rate has no amount in the base currency: what is pending is a share of purchases, what is
    stale a share of the money.
    """

    oldest: Mapping[str, RateUse]
    """By currency; the base currency needs no rate and is not there."""
    by_source: Mapping[str, Decimal]
    """What each source converted, in the base currency."""
    converted: Decimal
    stale: Decimal
    purchases: int
    pending: int

    @property
    def stale_share(self) -> Decimal:
        return self.stale / self.converted if self.converted else Decimal(0)

    @property
    def pending_share(self) -> Decimal:
        return Decimal(self.pending) / self.purchases if self.purchases else Decimal(0)

    @property
    def oldest_of_all(self) -> tuple[str, RateUse] | None:
        """The currency and its rate."""
        return max(self.oldest.items(), key=lambda item: (item[1].age_days, item[0]), default=None)

    def exceeds(self, limit: Decimal) -> bool:
        """Whether more than this share is stale, or more than this share pending."""
        return max(self.stale_share, self.pending_share) > limit


NOTHING = RateReport({}, {}, Decimal(0), Decimal(0), 0, 0)


def report(connection: duckdb.DuckDBPyConnection) -> RateReport:
    """Read from the facts."""
    rows = connection.execute(
        "select currency, rate_source, rate_is_stale, count(*), sum(amount_base), max(rate_age_days),"
        " arg_max(rate_date, rate_age_days) from fct_purchases where environment = 'production'"
        " group by all order by all"
    ).fetchall()
    oldest: dict[str, RateUse] = {}
    by_source: dict[str, Decimal] = {}
    stale = Decimal(0)
    purchases = pending = 0
    for currency, source, is_stale, count, amount, age, observed in rows:
        purchases += count
        if source is None:
            pending += count
            continue
        by_source[source] = by_source.get(source, Decimal(0)) + amount
        stale += amount if is_stale else 0
        if source != "identity" and (currency not in oldest or oldest[currency].age_days < age):
            oldest[currency] = RateUse(source, observed, age)
    return RateReport(oldest, by_source, sum(by_source.values(), Decimal(0)), stale, purchases, pending)


def gaps(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Production purchases that wait for a rate (`pending`), or were converted at a stale one, by currency."""
    found = connection.execute(
        "select currency, if(rate_status = 'pending', 'pending', 'stale') as status, count(*) as purchases,"
        " sum(amount) as amount, min(event_date) as first_day, max(event_date) as last_day from fct_purchases"
        " where environment = 'production' and (rate_status = 'pending' or rate_is_stale) group by all order by all"
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

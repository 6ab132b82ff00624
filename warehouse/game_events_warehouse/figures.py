"""What the published marts come to, for whoever computed the same another way."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from game_events_warehouse.reader import reading

Rows = list[tuple[Any, ...]]
REVENUE = """
select event_date, game_id, currency, sum(purchases)::bigint, sum(refunds + chargebacks)::bigint,
  sum(gross_amount), if(bool_or(gross_amount_base is null), null, sum(gross_amount_base)),
  sum(refunded_amount + chargeback_amount),
  if(
    bool_or(refunded_amount_base + chargeback_amount_base is null), null,
    sum(refunded_amount_base + chargeback_amount_base)
  )
from daily_revenue group by all
"""
REFUNDS_APART = """
select refund_status, currency, sum(amount), if(sum(pending_refunds) > 0, null, sum(amount_base))
from refunds_apart group by all
"""
AD_REVENUE = """
select currency, sum(revenue), if(sum(pending_impressions) > 0, null, sum(revenue_base))
from daily_ad_revenue group by all
"""
REJECTED = "select first_pointer, first_rule, count(*) from rejected_events group by all"
COUNTED_BEFORE = "select count(*) from quarantined_events where reason like '%-already-counted'"


@dataclass(frozen=True)
class PublishedFigures:
    """Money of production; what is in the base currency is None while a rate of it is missing."""

    revenue: Rows
    """Day, game, currency, purchases, refunds and chargebacks, gross, gross in base, went back, went back in base."""
    refunds_apart: Rows
    """Why, currency, amount, amount in base."""
    ad_revenue: Rows
    """Currency, revenue, revenue in base."""
    rejected: Rows
    """Pointer and rule of the first reason, how many events."""
    counted_before: int
    """Events that told of a payment or refund which another event had told of."""


def read(database: Path) -> PublishedFigures:
    """From the marts that an analyst reads, where the events are the product's own."""
    with reading(database) as connection:
        revenue, apart, ads, rejected, before = (
            connection.execute(sql).fetchall() for sql in (REVENUE, REFUNDS_APART, AD_REVENUE, REJECTED, COUNTED_BEFORE)
        )
    return PublishedFigures(revenue, apart, ads, rejected, before[0][0])

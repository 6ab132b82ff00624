"""What the published warehouse says, in the form in which it is recomputed from what was sent."""

from collections import Counter
from pathlib import Path

from game_events_warehouse.build import BuildResult
from game_events_warehouse.reader import reading

from game_events_devtools.simulator import Day, Figures, Money

DAYS = """
select event_date, game_id, currency, sum(purchases)::bigint, sum(refunds + chargebacks)::bigint,
  sum(gross_amount), if(bool_or(gross_amount_base is null), null, sum(gross_amount_base)),
  sum(refunded_amount + chargeback_amount),
  if(
    bool_or(refunded_amount_base + chargeback_amount_base is null), null,
    sum(refunded_amount_base + chargeback_amount_base)
  )
from daily_revenue group by all
"""
APART = """
select refund_status, currency, sum(amount), if(sum(pending_refunds) > 0, null, sum(amount_base))
from refunds_apart group by all
"""
ADS = """
select currency, sum(revenue), if(sum(pending_impressions) > 0, null, sum(revenue_base))
from daily_ad_revenue group by all
"""
REJECTED = "select first_pointer, first_rule, count(*) from rejected_events group by all"
TOLD_AGAIN = "select count(*) from quarantined_events where reason like '%-already-counted'"


def published(database: Path, built: BuildResult) -> Figures:
    """Read from the marts that an analyst reads."""
    with reading(database) as connection:
        days = {
            (day, game, currency): Day(purchases, refunds, Money(gross, gross_usd), Money(refunded, refunded_usd))
            for day, game, currency, purchases, refunds, gross, gross_usd, refunded, refunded_usd in connection.execute(
                DAYS
            ).fetchall()
        }
        apart = connection.execute(APART).fetchall()
        ads = connection.execute(ADS).fetchall()
        rejected = connection.execute(REJECTED).fetchall()
        ((told_again,),) = connection.execute(TOLD_AGAIN).fetchall()
    return Figures(
        days=days,
        apart={(why, currency): Money(amount, usd) for why, currency, amount, usd in apart},
        ads={currency: Money(amount, usd) for currency, amount, usd in ads},
        facts=Counter(built.facts),
        told_again=told_again,
        stale_usd=built.rates.stale,
        pending=built.rates.pending,
        rejected=Counter({(pointer, rule): count for pointer, rule, count in rejected}),
    )

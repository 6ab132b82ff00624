"""What the published warehouse says, in the form in which it is recomputed from what was sent."""

from collections import Counter
from pathlib import Path

from game_events_warehouse import figures
from game_events_warehouse.build import BuildResult

from game_events_devtools.simulator import Day, Figures, Money


def published(database: Path, built: BuildResult) -> Figures:
    """`built` is what the build that published it said."""
    read = figures.read(database)
    return Figures(
        days={
            (day, game, currency): Day(purchases, refunds, Money(gross, gross_usd), Money(refunded, refunded_usd))
            for day, game, currency, purchases, refunds, gross, gross_usd, refunded, refunded_usd in read.revenue
        },
        apart={(why, currency): Money(amount, usd) for why, currency, amount, usd in read.refunds_apart},
        ads={currency: Money(amount, usd) for currency, amount, usd in read.ad_revenue},
        facts=Counter(built.facts),
        told_again=read.counted_before,
        stale_usd=built.rates.stale,
        pending=built.rates.pending,
        rejected=Counter({(pointer, rule): count for pointer, rule, count in read.rejected}),
    )

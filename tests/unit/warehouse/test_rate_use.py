"""Which rates stand behind the revenue."""

from datetime import date
from decimal import Decimal

import duckdb
from game_events_warehouse.rate_use import NOTHING, RateUse, report


def test_the_report_weighs_stale_money_and_counts_pending_purchases() -> None:
    old, new = date(2026, 10, 1), date(2026, 10, 30)
    with duckdb.connect() as connection:
        connection.execute(
            "create table fct_purchases (currency text, rate_source text, rate_is_stale boolean,"
            " amount_base decimal(18, 4), rate_age_days integer, rate_date date, environment text)"
        )
        connection.executemany(
            "insert into fct_purchases values (?, ?, ?, ?, ?, ?, ?)",
            [
                ("USD", "identity", False, 70, 0, new, "production"),
                ("EUR", "ECB", False, 20, 1, new, "production"),
                ("EUR", "ECB", True, 10, 29, old, "production"),
                ("EUR", "ECB", True, 99, 99, old, "sandbox"),
                ("AFN", None, None, None, None, None, "production"),
            ],
        )
        found = report(connection)
    assert found.oldest_of_all == ("EUR", RateUse("ECB", old, 29))
    assert found.by_source == {"identity": Decimal(70), "ECB": Decimal(30)}
    assert (found.stale_share, found.pending_share) == (Decimal("0.1"), Decimal("0.25"))
    assert found.exceeds(Decimal("0.2"))
    assert not found.exceeds(Decimal("0.25"))


def test_without_a_purchase_nothing_is_stale_or_pending() -> None:
    assert (NOTHING.stale_share, NOTHING.pending_share) == (Decimal(0), Decimal(0))
    assert NOTHING.oldest_of_all is None

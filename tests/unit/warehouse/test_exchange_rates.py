"""Exchange rates: exact, dense, honest about their age."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from game_events_warehouse.errors import ExchangeRateError
from game_events_warehouse.exchange_rates import DailyExchangeRate, ExchangeRateSource, daily, multipliers

FRIDAY = date(2026, 10, 16)


def day(offset: int) -> date:
    return FRIDAY + timedelta(days=offset)


def source(**observations: dict[date, Decimal]) -> ExchangeRateSource:
    return ExchangeRateSource("test", "test-1", observations)


def by_day(rates: list[DailyExchangeRate], currency: str) -> dict[date, DailyExchangeRate]:
    return {rate.rate_date: rate for rate in rates if rate.currency == currency}


def test_days_without_an_observation_take_the_last_one() -> None:
    rates = by_day(list(daily(source(GBP={day(0): Decimal("1.3"), day(3): Decimal("1.4")}), day(0), day(3))), "GBP")
    assert [rates[day(offset)].rate for offset in range(4)] == [Decimal(text) for text in ("1.3", "1.3", "1.3", "1.4")]
    assert [rates[day(offset)].observed_on for offset in range(4)] == [day(0), day(0), day(0), day(3)]


def test_a_rate_is_stale_after_four_days() -> None:
    rates = by_day(list(daily(source(GBP={day(0): Decimal("1.3")}), day(0), day(10))), "GBP")
    assert [rates[day(offset)].is_stale for offset in (0, 4, 5, 10)] == [False, False, True, True]


def test_a_suspended_currency_ends_while_the_current_ones_go_on() -> None:
    rates = list(daily(source(RUB={day(-400): Decimal("0.01")}, GBP={day(0): Decimal("1.3")}), day(-400), day(100)))
    assert max(by_day(rates, "RUB")) == day(-400 + 31)
    assert max(by_day(rates, "GBP")) == day(100)


def test_a_long_gap_is_not_bridged() -> None:
    rates = by_day(list(daily(source(ISK={day(-400): Decimal(1), day(0): Decimal(2)}), day(-400), day(0))), "ISK")
    assert day(-369) in rates
    assert day(-368) not in rates
    assert rates[day(0)].rate == 2


def test_since_cuts_the_past_but_not_what_is_carried_into_it() -> None:
    rates = by_day(list(daily(source(GBP={day(0): Decimal("1.3")}), day(2), day(3))), "GBP")
    assert sorted(rates) == [day(2), day(3)]
    assert rates[day(2)].observed_on == day(0)


def test_no_observation_at_all_gives_no_rates() -> None:
    assert list(daily(source(), day(0), day(5))) == []
    assert list(daily(source(GBP={}), day(0), day(5))) == []


@pytest.mark.parametrize("quote", ["0", "-1", "NaN", "Infinity", "0.000000001"])
def test_an_impossible_quote_is_an_error(quote: str) -> None:
    with pytest.raises(ExchangeRateError):
        multipliers({"XXX": {day(0): Decimal(quote)}}, "EUR", "EUR")


def test_a_base_without_quotes_is_an_error() -> None:
    with pytest.raises(ExchangeRateError, match="base currency KWD"):
        multipliers({"USD": {day(0): Decimal(1)}}, "EUR", "KWD")

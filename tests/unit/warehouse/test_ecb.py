"""The ECB's own figures by a second reader, and files that are no history."""

import zipfile
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from currency_converter import CurrencyConverter  # type: ignore[import-untyped]
from game_events_warehouse import ecb
from game_events_warehouse.errors import ExchangeRateError

FRIDAY = date(2026, 10, 16)


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


def test_a_file_that_is_no_history_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "rates.zip").write_bytes(b"no zip")
    with pytest.raises(ExchangeRateError, match=r"rates\.zip"):
        ecb.read(tmp_path / "rates.zip", "USD", FRIDAY)


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
def test_a_history_that_cannot_be_understood_is_an_error(tmp_path: Path, text: bytes, message: str) -> None:
    with zipfile.ZipFile(tmp_path / "rates.zip", "w") as archive:
        archive.writestr("eurofxref-hist.csv", text)
    with pytest.raises(ExchangeRateError, match=message):
        ecb.read(tmp_path / "rates.zip", "USD", FRIDAY)


def test_a_history_that_unpacks_to_more_than_any_is_an_error(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "rates.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eurofxref-hist.csv", b"Date,USD\n" + b"\n" * ecb.LARGEST)
    assert (tmp_path / "rates.zip").stat().st_size < ecb.LARGEST // 100
    with pytest.raises(ExchangeRateError, match=r"rates\.zip is no ECB history: its table has over 67,108,864 bytes"):
        ecb.read(tmp_path / "rates.zip", "USD", FRIDAY)


def test_an_archive_without_a_file_is_no_history(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "rates.zip", "w"):
        pass
    with pytest.raises(ExchangeRateError, match="is no ECB history"):
        ecb.read(tmp_path / "rates.zip", "USD", FRIDAY)

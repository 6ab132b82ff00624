"""The table follows its sources, and whose rate counts."""

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from game_events_warehouse import exchange_rate_table, loader, studio_exchange_rates
from game_events_warehouse.errors import ExchangeRateError
from game_events_warehouse.studio_exchange_rates import GivenRate

FRIDAY, SATURDAY = date(2026, 10, 16), date(2026, 10, 17)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """What the ECB published of two currencies on one day."""
    path = tmp_path / "eurofxref-hist.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("eurofxref-hist.csv", "Date,USD,JPY\n2026-10-16,1.1,165\n")
    return path


def test_a_rates_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExchangeRateError, match=r"rates file .*nowhere"):
        exchange_rate_table.sources("USD", FRIDAY, tmp_path / "books.db", tmp_path / "nowhere")


def give(books: Path, currency: str, day: date, rate: str) -> None:
    now = datetime(2026, 10, 16, tzinfo=UTC)
    studio_exchange_rates.give(books, [GivenRate(currency, day, "USD", Decimal(rate))], by="ada", origin="-", now=now)


def test_a_rate_of_the_day_comes_first_then_a_carried_one_each_by_ecb_studio_hmrc(
    tmp_path: Path, history: Path
) -> None:
    books = tmp_path / "books.db"
    monday = date(2026, 10, 26)
    for currency, day in (("JPY", FRIDAY), ("KWD", FRIDAY), ("JPY", monday), ("AFN", FRIDAY)):
        give(books, currency, day, "7")
    with duckdb.connect() as connection:
        loader.create_tables(connection)
        assert exchange_rate_table.refresh(
            connection, base="USD", today=date(2026, 11, 25), scratch=tmp_path, books=books, ecb_history=history
        )

        def source(currency: str, day: date) -> tuple[str, bool]:
            (found,) = connection.execute(
                "select rate_source, is_stale from raw_exchange_rates where currency = ? and rate_date = ?",
                [currency, day],
            ).fetchall()
            return (str(found[0]), bool(found[1]))

        assert source("JPY", FRIDAY) == ("ECB", False)  # the studio never overrides what the ECB says of a day
        assert source("KWD", FRIDAY) == ("studio", False)
        assert source("TWD", FRIDAY) == ("HMRC", False)
        assert source("JPY", monday) == ("studio", False)  # the ECB's is ten days old then
        assert source("JPY", date(2026, 11, 10)) == ("ECB", True)
        assert source("KWD", date(2026, 11, 10)) == ("studio", True)  # carried, as a month's rate is
        assert source("KWD", date(2026, 11, 20)) == ("HMRC", False)  # more than 31 days later
        assert source("AFN", date(2026, 11, 20)) == ("studio", True)  # nobody else has one


def test_rates_are_written_again_only_when_something_changed(tmp_path: Path, history: Path) -> None:
    books = tmp_path / "books.db"
    with duckdb.connect() as connection:
        loader.create_tables(connection)

        def refresh(base: str = "USD", today: date = FRIDAY) -> bool:
            return exchange_rate_table.refresh(
                connection, base=base, today=today, scratch=tmp_path, books=books, ecb_history=history
            )

        assert refresh()
        assert not refresh()
        assert refresh(today=SATURDAY)
        give(books, "AFN", FRIDAY, "0.014")
        assert refresh(today=SATURDAY)
        assert refresh(base="EUR", today=SATURDAY)
        assert not refresh(base="EUR", today=SATURDAY)


def test_a_line_dated_1970_makes_the_table_no_longer(tmp_path: Path, history: Path) -> None:
    """Not even one that a server with such a clock received."""
    files = [(date(1970, 1, 1), "old"), (FRIDAY, "new")]
    with duckdb.connect() as connection:
        loader.create_tables(connection)
        connection.executemany(
            "insert into loaded_files values (?, 'events', 1, '', 1, 0, ?, timestamp '2026-10-16')",
            [(name, day) for day, name in files],
        )
        exchange_rate_table.refresh(
            connection, base="USD", today=SATURDAY, scratch=tmp_path, books=tmp_path / "b.db", ecb_history=history
        )
        assert connection.execute("select min(rate_date) from raw_exchange_rates").fetchone() == (date(2025, 1, 1),)

"""The table follows its sources, and whose rate counts."""

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from game_events_warehouse import exchange_rate_table, loader
from game_events_warehouse.errors import ExchangeRateError

FRIDAY, SATURDAY = date(2026, 10, 16), date(2026, 10, 17)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """What the ECB published of two currencies on one day."""
    path = tmp_path / "eurofxref-hist.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("eurofxref-hist.csv", "Date,USD,JPY\n2026-10-16,1.1,165\n")
    return path


@pytest.mark.parametrize("given", ["ecb_history", "studio_file"])
def test_a_rates_file_that_cannot_be_read_is_named(tmp_path: Path, given: str) -> None:
    files = {given: tmp_path / "nowhere"}
    with (
        duckdb.connect() as connection,
        pytest.raises(ExchangeRateError, match=r"rates file .*nowhere"),
    ):
        exchange_rate_table.refresh(connection, base="USD", today=FRIDAY, scratch=tmp_path, **files)


def test_the_studio_fills_gaps_and_never_overrides_the_ecb(tmp_path: Path, history: Path) -> None:
    mine = tmp_path / "rates.csv"
    mine.write_text("currency,rate_date,rate\nKWD,2026-10-16,3.25\nJPY,2026-10-16,99\n")
    with duckdb.connect() as connection:
        loader.create_tables(connection)
        assert exchange_rate_table.refresh(
            connection, base="USD", today=FRIDAY, scratch=tmp_path, ecb_history=history, studio_file=mine
        )
        found = connection.execute(
            "select currency, rate, rate_source from raw_exchange_rates"
            " where rate_date = ? and currency in ('KWD', 'JPY') order by currency",
            [FRIDAY],
        ).fetchall()
    assert [(currency, who) for currency, _, who in found] == [("JPY", "ECB"), ("KWD", "studio")]
    assert found[0][1] < 1
    assert found[1][1] == Decimal("3.25")


def test_rates_are_written_again_only_when_something_changed(tmp_path: Path, history: Path) -> None:
    with duckdb.connect() as connection:
        loader.create_tables(connection)

        def refresh(base: str = "USD", today: date = FRIDAY) -> bool:
            return exchange_rate_table.refresh(
                connection, base=base, today=today, scratch=tmp_path, ecb_history=history
            )

        assert refresh()
        assert not refresh()
        assert refresh(today=SATURDAY)
        assert refresh(base="EUR", today=SATURDAY)
        assert not refresh(base="EUR", today=SATURDAY)

"""The studio's own file: what is wrong with it is named by its line."""

from pathlib import Path

import pytest
from game_events_warehouse import studio_exchange_rates
from game_events_warehouse.errors import ExchangeRateError


def test_a_studio_file_that_is_not_in_utf_8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_bytes("currency,rate_date,rate,Währung\n".encode("latin-1"))
    with pytest.raises(ExchangeRateError, match="write it in UTF-8"):
        studio_exchange_rates.read(tmp_path / "rates.csv")


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
def test_a_studio_file_that_cannot_be_understood_is_an_error_of_a_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "rates.csv").write_text(text)
    with pytest.raises(ExchangeRateError, match=message):
        studio_exchange_rates.read(tmp_path / "rates.csv")

"""The studio's own rates: a file counts whole or not at all, and what was given stays."""

import sqlite3
import stat
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from game_events_warehouse import rates
from game_events_warehouse.books import books_of
from game_events_warehouse.errors import BooksError, ExchangeRateError

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HEAD = "currency,rate_date,rate\n"
GOOD = "KWD,2026-11-20,3.2573\n"


def load(database: Path, text: str, name: str = "rates.csv", by: str = "ada") -> tuple[int, int]:
    file = database.parent / name
    file.write_bytes(text.encode())
    return rates.load(database, file, base="USD", by=by, now=NOW)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must name the columns"),
        ("currency,day,rate\n", "must name the columns"),
        ("currency;rate_date;rate\nKWD;2026-11-20;3,2\n", "must name the columns"),
        (HEAD, "holds no rate"),
        (HEAD + GOOD + "KWD,16.10.2026,3\n", r"line 3: '16.10.2026' is no day; give YYYY-MM-DD"),
        (HEAD + GOOD + "KWD,20261120,3\n", "line 3: '20261120' is no day"),
        (HEAD + GOOD + "KWD,2026-02-30,3\n", "line 3: '2026-02-30' is no day"),
        (HEAD + GOOD + "KWD,2062-11-20,3\n", "line 3: 2062-11-20 is more than a year ahead"),
        (HEAD + GOOD + "KWD,2026-10-16,three\n", "line 3: 'three' is no rate"),
        (HEAD + GOOD + "KWD,2026-10-16\n", "line 3: '' is no rate"),
        (HEAD + GOOD + "KWD,2026-10-16,-3\n", "line 3: '-3' is no rate"),
        (HEAD + GOOD + "KWD,2026-10-16,NaN\n", "line 3: 'NaN' is no rate"),
        (HEAD + GOOD + "KWD,2026-10-16,1_000\n", "line 3: '1_000' is no rate"),
        (HEAD + GOOD + "KWD,2026-10-16,0\n", "line 3: KWD on 2026-10-16"),
        (HEAD + GOOD + "KWD,2026-10-16,1e9\n", "line 3: KWD on 2026-10-16"),
        (HEAD + GOOD + "IRR,2026-10-16,1e-13\n", "line 3: IRR on 2026-10-16: 1E-13 is nothing"),
        (HEAD + GOOD + "KWD,2026-10-16,3,2573\n", "line 3: more cells than columns; write a decimal point"),
        (HEAD + GOOD + "kwd,2026-10-16,3\n", "line 3: 'kwd' is no currency code"),
        (HEAD + GOOD + "USD,2026-10-16,3\n", "line 3: USD is the base currency itself"),
        (
            HEAD + GOOD + "KWD,2026-11-20,3.3\n",
            r"line 3: KWD on 2026-11-20 is 3.3\d* here and 3.2573\d* before .*line 2",
        ),
        (HEAD + GOOD + '"KWD,2026-10-16,3\n', "after line 2: unexpected end of data"),
    ],
)
def test_one_bad_line_is_named_and_nothing_of_its_file_is_kept(database: Path, text: str, message: str) -> None:
    with pytest.raises(ExchangeRateError, match=message):
        load(database, text)
    assert rates.of_the_studio(database) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON"),
        ("{}", "give a list of objects"),
        ("[3]", "item 1: give an object"),
        ('[{"currency": "KWD", "rate_date": "2026-11-20", "rate": null}]', "item 1: '' is no rate"),
        ('[{"currency": ["KWD"], "rate_date": "2026-11-20", "rate": "1"}]', "item 1: .* is no currency code"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_a_json_file_that_cannot_be_understood_is_named(database: Path, text: str, message: str) -> None:
    with pytest.raises(ExchangeRateError, match=message):
        load(database, text, "rates.json")


def test_a_file_that_is_not_in_utf_8_is_an_error(database: Path) -> None:
    (database.parent / "rates.csv").write_bytes("currency,rate_date,rate,Währung\n".encode("latin-1"))
    with pytest.raises(ExchangeRateError, match="write it in UTF-8"):
        rates.load(database, database.parent / "rates.csv", base="USD", by="ada", now=NOW)


def test_csv_and_json_say_the_same(database: Path) -> None:
    assert load(database, "\ufeff" + HEAD + GOOD + "\n" + GOOD) == (1, 1)
    json_text = '[{"currency": "KWD", "rate_date": "2026-11-20", "rate": 3.2573}]'
    assert load(database, json_text, "rates.json") == (1, 0)
    (own,) = rates.of_the_studio(database)
    assert own.given.rate == Decimal("3.2573")


def test_a_rate_says_who_gave_it_and_when_and_its_correction_stands_beside_it(database: Path) -> None:
    load(database, HEAD + GOOD)
    assert load(database, HEAD + "KWD,2026-11-20,3.26\n", by="grace") == (1, 1)
    (own,) = rates.of_the_studio(database)
    assert (own.entry, own.given.rate, own.given_by, own.given_at, own.origin) == (
        *(2, Decimal("3.26"), "grace", "2026-11-20T09:30:00Z", "rates.csv"),
    )
    with closing(sqlite3.connect(books_of(database))) as books:
        assert books.execute("select given_by from studio_rates order by entry").fetchall() == [("ada",), ("grace",)]
    assert stat.S_IMODE(books_of(database).stat().st_mode) == 0o600


def test_a_withdrawn_rate_is_out_of_force_and_can_be_given_again(database: Path) -> None:
    load(database, HEAD + GOOD)
    rates.withdraw(database, "KWD", date(2026, 11, 20), base="USD", by="ada", now=NOW)
    assert rates.of_the_studio(database) == []
    with pytest.raises(ExchangeRateError, match="gave no rate of KWD into USD"):
        rates.withdraw(database, "KWD", date(2026, 11, 20), base="USD", by="ada", now=NOW)
    assert load(database, HEAD + GOOD) == (1, 1)


def test_a_rate_into_another_base_is_kept_for_it(database: Path) -> None:
    load(database, "currency,rate_date,rate,base_currency\nAFN,2026-11-20,0.014,EUR\n")
    by_base = {base: rates.on_day(database, base, date(2026, 11, 20)) for base in ("USD", "EUR")}
    found = {base: [one.source for one in day if one.currency == "AFN"] for base, day in by_base.items()}
    assert found == {"USD": [], "EUR": ["studio"]}


def test_books_that_are_no_books_are_an_error(database: Path) -> None:
    books_of(database).write_bytes(b"something else, and long enough to be looked at" * 100)
    with pytest.raises(BooksError, match="cannot be used"):
        rates.of_the_studio(database)

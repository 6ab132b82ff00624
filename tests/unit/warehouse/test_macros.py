"""The expressions that carry money and time, against Python's own arithmetic."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal, localcontext

import duckdb
import jinja2
import pytest
from game_events_warehouse.exchange_rates import EXCHANGE_RATE_BOUND
from game_events_warehouse.transform import PROJECT
from hypothesis import given, settings
from hypothesis import strategies as st

TEXT = "".join((PROJECT / f"macros/{name}.sql").read_text() for name in ("types", "money"))
MACROS = jinja2.Environment(autoescape=False).from_string(TEXT).module  # noqa: S701

amounts = st.integers(0, 10**18 - 1).map(lambda digits: Decimal(digits).scaleb(-4))
edges = [Decimal(text) for text in ("0.5", "0.000000000001", "1", "0.00005", "1.25")]
digits = st.integers(1, int(EXCHANGE_RATE_BOUND) * 10**12 - 1)
exchange_rates = digits.map(lambda number: Decimal(number).scaleb(-12)) | st.sampled_from(edges)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=offsets)  # noqa: DTZ001 -- zones follow


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@settings(max_examples=200)
@given(amount=amounts, rate=exchange_rates)
def test_conversion_is_exact_and_rounds_once_half_up(
    connection: duckdb.DuckDBPyConnection, amount: Decimal, rate: Decimal
) -> None:
    expression = MACROS.duckdb__converted("$amount::decimal(18, 4)", "$rate::decimal(24, 12)")  # type: ignore[attr-defined]
    found = connection.execute(f"select {expression}", {"amount": str(amount), "rate": str(rate)}).fetchone()
    with localcontext() as context:
        context.prec = 60
        assert found == ((amount * rate).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.00012345", Decimal("0.0001234500")),
        ("0.0000000001", Decimal("0.0000000001")),
        ("99999999.9999999999", Decimal("99999999.9999999999")),
        ("-1", Decimal(-1)),
        ("1.500000000000", Decimal("1.5")),
        *((text, None) for text in ("0.00000000001", "100000000", "1e3", "1,5", "", " 1", "NaN", ".5", "1.", "x")),
    ],
)
def test_a_decimal_is_what_the_text_says_or_nothing(
    connection: duckdb.DuckDBPyConnection, text: str, expected: Decimal | None
) -> None:
    """A cast alone would round."""
    expression = MACROS.duckdb__exact_decimal("$text", "decimal(18,10)")  # type: ignore[attr-defined]
    assert connection.execute(f"select {expression}", {"text": text}).fetchone() == (expected,)


def utc(connection: duckdb.DuckDBPyConnection, text: str) -> datetime | None:
    expression = MACROS.duckdb__utc_timestamp("$text")  # type: ignore[attr-defined]
    row = connection.execute(f"select {expression}", {"text": text}).fetchone()
    assert row is not None
    moment: datetime | None = row[0]
    return moment


@settings(max_examples=150)
@given(moment=moments, zone=st.sampled_from(["America/New_York", "Asia/Tokyo", "UTC"]))
def test_a_time_with_any_offset_is_its_moment_in_utc(
    connection: duckdb.DuckDBPyConnection, moment: datetime, zone: str
) -> None:
    """Whatever the zone of the machine."""
    connection.execute(f"set TimeZone = '{zone}'")
    assert utc(connection, moment.isoformat()) == moment.astimezone(UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21T09:30:00Z", datetime(2026, 11, 21, 9, 30)),  # noqa: DTZ001
        ("2026-11-21t09:30:00z", datetime(2026, 11, 21, 9, 30)),  # noqa: DTZ001
        ("2026-11-21T09:30:00.1234567899Z", datetime(2026, 11, 21, 9, 30, 0, 123456)),  # noqa: DTZ001
        ("2026-12-31T23:59:60Z", datetime(2026, 12, 31, 23, 59, 59)),  # noqa: DTZ001
        ("2026-12-31T15:59:60.5-08:00", datetime(2026, 12, 31, 23, 59, 59, 500000)),  # noqa: DTZ001
        ("2026-11-21T18:30:00+09:00", datetime(2026, 11, 21, 9, 30)),  # noqa: DTZ001
        ("yesterday", None),
        ("", None),
    ],
)
def test_every_form_of_rfc_3339_is_read(
    connection: duckdb.DuckDBPyConnection, text: str, expected: datetime | None
) -> None:
    assert utc(connection, text) == expected

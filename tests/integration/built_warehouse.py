"""A lake that holds everything a lake may hold, and the warehouse that one build makes of it."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from game_events_warehouse import studio_exchange_rates
from game_events_warehouse.books import books_of
from game_events_warehouse.build import BuildResult, build
from game_events_warehouse.studio_exchange_rates import GivenRate
from unit.stored_lines import stamp
from unit.warehouse.lake_writer import NOON, LakeWriter, install, purchase, refund, rejected, session_start

MANY = 600
CURRENCIES = ("USD", "EUR", "JPY", "KRW", "GBP", "BRL", "IDR", "INR", "TRY", "MXN", "CHF", "PLN")
DECIMALS = {"JPY": 0, "KRW": 0}


@dataclass(frozen=True)
class Built:
    result: BuildResult
    connection: duckdb.DuckDBPyConnection
    files: dict[str, str]

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, parameters).fetchall()


def many_purchases() -> list[dict[str, Any]]:
    """Purchases of random amounts in many currencies over 20 months, weekends and holidays among them."""
    random_ = random.Random(7)
    lines = []
    for number in range(10_000, 10_000 + MANY):
        currency = random_.choice(CURRENCIES)
        price = Decimal(random_.randrange(1, 10**6)).scaleb(-DECIMALS.get(currency, 2))
        moment = datetime(2025, 2, 1, tzinfo=UTC) + timedelta(minutes=random_.randrange(20 * 30 * 24 * 60))
        lines.append(purchase(number, str(price), currency, received=moment))
    return lines


def give_rate(database: Path, currency: str, rate: str) -> None:
    """Into the books, for the day of the purchases."""
    given = GivenRate(currency, NOON.date(), "USD", Decimal(rate))
    studio_exchange_rates.give(books_of(database), [given], by="somebody", origin="rates.csv", now=NOON)


COHORT = datetime(2026, 10, 12, 23, 30, tzinfo=UTC)
"""When three players installed `space-opera`, shortly before midnight."""


def _cohort() -> list[dict[str, Any]]:
    """One comes back on days 1 and 7 and pays, one on day 1, one never; a test device comes back too."""
    own: dict[str, Any] = {"game_id": "space-opera"}
    lines = [
        install(number, received=NOON, effective=COHORT, user_id=user, country_code="JP", **own)
        for number, user in ((90, "ann"), (91, "bob"), (92, "cay"))
    ]
    for number, user, days, environment in (
        *((93, "ann", 0.1, "production"), (94, "bob", 1, "production"), (95, "ann", 7, "production")),
        *((96, "cay", 1, "sandbox"), (97, "ann", 7.02, "production")),
    ):
        moment = COHORT + timedelta(days=days)
        lines.append(session_start(number, user, effective=moment, environment=environment, **own))
    paid = purchase(98, "30.00", transaction_id="T-5", user_id="ann", effective=COHORT + timedelta(days=7.01), **own)
    return [*lines, paid, refund(99, "T-5", "6.00", **own)]


_BUILT: list[Built] = []
"""The one that a process builds for all modules that ask for it."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    if not _BUILT:
        _BUILT.append(_build(tmp_path_factory.mktemp("warehouse")))
    return _BUILT[0]


def _build(root: Path) -> Built:
    lake = LakeWriter(root / "lake")
    minute = timedelta(minutes=1)
    files = {
        "late copy": lake.write([install(1, received=NOON + minute, event_time=stamp(NOON))]),
        "other game": lake.write([install(1, received=NOON, game_id="space-miner")]),
        "early copy": lake.write([install(1, received=NOON)]),
        "installs": lake.write(
            [
                install(2, environment="sandbox"),
                install(3, event_time="2026-10-20T09:00:00.123456789+09:00", device={"os": "Android", "model": "P"}),
                install(4, properties={"level": 3, "tags": "a"}, event_time="2026-10-20t12:00:60z"),
            ]
        ),
        "midnight": lake.write(
            [
                install(5, received=NOON, effective=datetime(2026, 10, 19, 23, 59, 59, 999999, tzinfo=UTC)),
                install(6, received=NOON, effective=datetime(2026, 10, 20, 0, 0, tzinfo=UTC)),
            ]
        ),
        "purchases": lake.write(
            [
                purchase(20, "2.500", "AFN"),  # nobody has a rate
                purchase(21, "9.99", "USD", environment="sandbox", transaction_id="T-1"),
                purchase(22, "9.99", "USD", transaction_id="T-1"),
                purchase(23, "0.0001", "CLF"),  # times 0.5 is exactly half of the last decimal
                purchase(24, "99999999999999.9999", "CLF"),
                purchase(25, "100.00", "RUB"),  # the ECB has no rate since March 2022
                purchase(26, "1.000", "KWD"),  # HMRC alone has one
            ]
        ),
        "conflicts": lake.write(
            [
                purchase(31, "5.00", received=NOON + minute, transaction_id="T-2"),
                purchase(30, "4.00", received=NOON, transaction_id="T-2"),
                purchase(32, "4.00", received=NOON, transaction_id="T-2", store="steam"),
            ]
        ),
        "orders": lake.write(
            [
                purchase(60, "10.00", store="steam", transaction_id="S-1", line_item_id="1"),
                purchase(61, "20.00", store="steam", transaction_id="S-1", line_item_id="2"),
                purchase(62, "10.00", store="web_shop", transaction_id="1001"),
                purchase(63, "50.00", store="web_shop", transaction_id="1001", game_id="space-miner"),
                purchase(64, "10.00", "EUR", transaction_id="T-4", tax_amount="1.5966", store_fee="3.00"),
            ]
        ),
        "refunds": lake.write(
            [
                refund(70, "T-4", "4.00", "EUR"),
                refund(71, "T-4", "4.00", "EUR", refund_id="R.70"),
                refund(72, "T-4", "100.00", "EUR"),
                refund(73, "T-4", "5", "JPY"),
                refund(74, "T-lost", "4.00", "EUR"),
                refund(75, "T-4", "1.00", "EUR", environment="sandbox"),
                refund(76, "T-4", "6.00", "EUR", refund_type="chargeback"),
                refund(77, "S-1", "21.00", store="steam", line_item_id="2"),
                refund(78, "S-1", "20.00", store="steam", line_item_id="2"),
                refund(79, "T-4", None, "EUR"),
            ]
        ),
        "cohort": lake.write(_cohort()),
        "reused id": lake.write(
            [
                purchase(33, "1.00", environment="sandbox"),
                purchase(33, "1.00", environment="sandbox", quantity=1.0, schema_version="1-1-0"),
                purchase(33, "1.00", environment="sandbox", product_id="coins_9999", transaction_id="T-3"),
            ]
        ),
        "unknown": lake.write(
            [
                install(40, schema_version="1-77-0", new_field="x"),
                install(41, schema_version="77-0-0"),
                purchase(42, {"units": 1}, schema_version="77-0-0"),
                install(43, event_type="level_up", level=3),
                purchase(44, price="free"),
                install(45, game_id=None),
            ]
        ),
        "malformed": lake.write([install(50), "{torn"]),
        "many": lake.write(many_purchases()),
        "rejected": lake.write(
            [rejected('{"currency":"ZZZ"}'), rejected('{"currency":"ZZZ"}'), rejected("\x00", rule="malformed-json")],
            stream="rejected",
        ),
    }
    database = root / "out" / "warehouse.duckdb"
    give_rate(database, "CLF", "0.5")
    result = build(lake=str(lake.root), database=database, now=lambda: NOON)
    return Built(result, duckdb.connect(str(database), read_only=True), files)

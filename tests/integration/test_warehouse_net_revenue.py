"""Net revenue against an independent computation, in a lake that also holds lines nobody would write."""

import random
from collections.abc import Iterator
from dataclasses import astuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from game_events_warehouse.build import BuildResult, build
from integration.money_events import DAYS, FIRST_DAY, GAMES, MUTANT, money_lines, mutants
from integration.money_oracle import Books, books
from unit.warehouse.lake_writer import LakeWriter, Line, install

AFTER = FIRST_DAY + timedelta(days=DAYS + 2)
MUTATED = 1_500


class Case:
    """A lake of so many money events, the warehouse that was built of it, and what it must hold."""

    def __init__(self, root: Path, count: int, seed: int) -> None:
        chance = random.Random(seed)
        own = list(money_lines(count, seed))
        odd = list(mutants([*own[:500], install(1)], MUTATED, seed))
        lines: list[Line | str] = [*own, *odd]
        chance.shuffle(lines)
        self.lines = len(lines)
        lake = LakeWriter(root / "lake")
        for start in range(0, len(lines), max(count // 7, 1)):
            lake.write(lines[start : start + max(count // 7, 1)])
        self.result: BuildResult = build(lake=str(lake.root), database=root / "warehouse.duckdb", now=lambda: AFTER)
        self.connection = duckdb.connect(str(root / "warehouse.duckdb"), read_only=True)
        self.expected: Books = books(own)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, {"games": list(GAMES)} if "$games" in sql else None).fetchall()

    def days(self, mart: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        rows = self.rows(
            "select event_date, game_id, platform, currency, purchases, refunds, chargebacks, gross_amount,"
            " refunded_amount, chargeback_amount, net_tax, net_store_fee, gross_amount_base, net_amount_base,"
            f" proceeds_base from {mart} where game_id in (select unnest($games))"
        )
        return {row[:4]: row[4:] for row in rows}

    def check(self) -> None:
        for mart, expected in (
            ("daily_revenue", self.expected.by_purchase),
            ("daily_revenue_by_refund_date", self.expected.by_refund),
        ):
            found = self.days(mart)
            assert found.keys() == expected.keys()
            wrong = {key: (found[key], astuple(day)) for key, day in expected.items() if found[key] != astuple(day)}
            assert wrong == {}
        apart = self.rows(
            "select event_id, refund_status, amount from fct_refunds"
            " where refund_status <> 'counted' and game_id in (select unnest($games))"
        )
        assert {row[:2]: row[2] for row in apart} == self.expected.apart


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    made = Case(tmp_path_factory.mktemp("net"), 3_000, seed=11)
    yield made
    made.connection.close()


def test_net_revenue_equals_an_independent_computation(case: Case) -> None:
    """By day of purchase and by day of refund, in the currency that was paid and in the base currency."""
    assert {status for _, status in case.expected.apart} == {"orphan", "currency_mismatch", "over_refund"}
    assert all(
        sum(day.charged_back for day in days.values()) for days in (case.expected.by_purchase, case.expected.by_refund)
    )
    assert sum(day.chargebacks for day in case.expected.by_purchase.values()) > 20
    case.check()


def test_a_bad_line_of_any_kind_stops_no_build_and_is_found_again(case: Case) -> None:
    """Each line is an event, a copy of one, or malformed; each event of a known type a fact, or quarantined."""
    result = case.result
    assert result.raw_events + result.malformed_lines == case.lines
    facts = sum(result.facts.values())
    assert result.raw_events == facts + result.duplicates_removed + result.quarantined + result.other_events
    assert case.rows("select count(*) from quarantined_events where reason is null") == [(0,)]
    reasons = {reason for (reason,) in case.rows("select distinct reason from quarantined_events")}
    assert {"unreadable-price", "negative-price", "no-price", "no-currency", "no-transaction"} <= reasons
    assert {"no-amount", "no-refund-id", "no-user-id", "no-environment", "unknown-schema-model"} <= reasons
    assert case.rows(f"select count(*) > 200 from quarantined_events where game_id = '{MUTANT}'") == [(True,)]


def test_what_a_schema_of_next_year_calls_a_thing_is_a_fact(case: Case) -> None:
    (found,) = case.rows(
        "select count_if(environment = 'staging'), count_if(store = 'shop_of_next_year'), count_if(platform = 'vision')"
        " from fct_purchases where game_id in (select unnest($games))"
    )
    assert min(found) > 0
    assert case.rows("select count(*) > 0 from fct_refunds where refund_type = 'goodwill'") == [(True,)]


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_net_revenue_of_two_hundred_thousand_events(tmp_path: Path) -> None:
    case = Case(tmp_path, 200_000, seed=12)
    assert case.lines > 200_000
    case.check()

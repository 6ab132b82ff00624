"""A studio closes a month: 50 random late files later it stands, and every change is told with its reason."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from documents import ROOT, run_here
from game_events_devtools.simulator import simulate
from game_events_warehouse import closings, studio_exchange_rates, trail
from game_events_warehouse.books import books_of
from game_events_warehouse.build import build
from game_events_warehouse.errors import ClosingError
from game_events_warehouse.since import since
from game_events_warehouse.studio_exchange_rates import GivenRate
from unit.stored_lines import event_id, stamp
from unit.warehouse.lake_writer import LakeWriter, accepted, purchase

SEPTEMBER = datetime(2026, 9, 1, 8, tzinfo=UTC)
FIRST, SECOND = datetime(2026, 10, 2, 12, tzinfo=UTC), datetime(2026, 10, 20, 12, tzinfo=UTC)
PLAYED = "sky-racer"
QUESTIONS = ROOT / "docs" / "questions.md"
ASKED = run_here(__file__, "docs/questions.md", "sql")
BROUGHT = run_here(__file__, "docs/questions.md", "snowflake")
SHOWN = run_here(__file__, "docs/warehouse.md", "sql") + run_here(__file__, "docs/snowflake.md", "sql")
CURRENCIES = ("USD", "EUR", "AFN", "JPY")
TABLE = "select * from daily_revenue order by all"
TOTALS = """
select currency, sum(purchases), sum(refunds), sum(net_amount), sum(coalesce(net_amount_base, 0))
from {} where {} group by all order by all
"""


@dataclass(frozen=True)
class Story:
    database: Path
    closed: list[Any]
    second: list[Any]
    third: list[Any]
    changes: list[trail.Change]

    def ask(self, sql: str) -> list[Any]:
        return ask(self.database, sql)


def ask(database: Path, sql: str) -> list[Any]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def refund_of_900(moment: datetime) -> dict[str, Any]:
    sold = purchase(900, "10.00", "EUR", received=moment)["event"]
    kept = (
        "user_id",
        "session_id",
        "game_id",
        "platform",
        "app_version",
        "environment",
        "product_id",
        "currency",
        "store",
    )
    event = {name: sold[name] for name in kept} | {
        "event_id": event_id(5000),
        "event_type": "refund",
        "schema_version": "1-0-0",
        "event_time": stamp(moment),
        "original_transaction_id": "GPA.900",
        "refund_id": "R-1",
        "refund_type": "partial",
        "refund_reason": "other",
        "amount": "4.00",
    }
    return accepted(event, received=moment)


def played() -> Iterator[dict[str, Any]]:
    """What the demo plays of one game, all of it accepted after September was closed."""
    for number, item in enumerate(simulate(events=6_000, seed=7, today=SECOND.date())):
        if item.verdict == "accepted" and item.event["game_id"] == PLAYED:
            moment = datetime.fromisoformat(item.event["event_time"]) - item.clock_skew
            yield accepted(item.event, received=SECOND - timedelta(seconds=number), effective=moment)


def give(database: Path, rate: str) -> None:
    rates = [GivenRate("AFN", date(2026, 9, day), "USD", Decimal(rate)) for day in range(1, 31)]
    studio_exchange_rates.give(books_of(database), rates, by="ada", origin="-", now=FIRST)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Built in October, September closed, 50 late files and another rate; then the database is lost and built anew."""
    root = tmp_path_factory.mktemp("closings")
    lake, database = LakeWriter(root / "lake"), root / "warehouse" / "warehouse.duckdb"
    random_ = random.Random(50)

    def sold(number: int, until: int) -> dict[str, Any]:
        moment = SEPTEMBER + timedelta(hours=random_.randrange(24 * until))
        currency = random_.choice(CURRENCIES)
        price = str(Decimal(random_.randrange(1, 10_000)).scaleb(0 if currency == "JPY" else -2))
        return purchase(number, price, currency, received=moment)

    def built(now: datetime) -> list[Any]:
        build(lake=str(lake.root), database=database, dbt_state=root / "dbt", now=lambda: now)
        return ask(database, TABLE)

    lake.write([sold(number, 31) for number in range(300)])
    lake.write([purchase(900, "10.00", "EUR", received=SEPTEMBER)])
    give(database, "0.014")
    built(FIRST)
    with pytest.raises(ClosingError, match="2026-10 is not over"):
        closings.close(database, "2026-10", by="ada", now=FIRST)
    assert closings.close(database, "2026-09", by="ada", now=FIRST).closed_by == "ada"
    with pytest.raises(ClosingError, match="was closed at 2026-10-02T12:00:00Z by ada"):
        closings.close(database, "2026-09", by="grace", now=FIRST)
    closed = ask(database, TABLE)
    for number in range(50):
        lake.write([sold(1000 + 10 * number + line, 45) for line in range(random_.randrange(1, 8))])
    lake.write([refund_of_900(SECOND - timedelta(days=1)), purchase(5001, "2.00", "EUR", received=SEPTEMBER)])
    lake.write(list(played()))
    give(database, "0.015")
    second = built(SECOND)
    database.unlink()
    third = built(SECOND + timedelta(days=1))
    changes = trail.changes(books_of(database), date(2026, 10, 3))
    return Story(database, closed, second, third, [one for one in changes if one.game_id != PLAYED])


def of_september(rows: list[Any]) -> list[Any]:
    return [row for row in rows if row[0].month == 9]


def test_the_closed_month_never_changes(story: Story) -> None:
    assert len(of_september(story.closed)) > 90
    assert of_september(story.second) == of_september(story.closed)


def test_what_came_late_is_booked_on_an_open_day_and_all_adds_up_to_what_is_known(story: Story) -> None:
    adjusting = [row for row in story.second if row[1] is not None]
    assert {row[0] for row in adjusting} == {SECOND.date()}
    assert {row[1].month for row in adjusting} == {9}
    assert len(adjusting) > 50
    facts = story.ask(TOTALS.format("int_daily_revenue", "true"))
    assert story.ask(TOTALS.format("daily_revenue", "true")) == facts
    open_days = "event_date >= date '2026-10-01'"
    assert story.ask(TOTALS.format("daily_revenue", f"adjusts_date is null and {open_days}")) == story.ask(
        TOTALS.format("int_daily_revenue", open_days)
    )


def test_closing_and_adjustments_survive_a_deleted_database(story: Story) -> None:
    assert story.third == story.second
    (closing,) = closings.closings(books_of(story.database))
    assert (closing.month, closing.base_currency, closing.days) == ("2026-09", "USD", len(of_september(story.closed)))


def test_every_change_of_a_day_that_was_over_says_why(story: Story) -> None:
    assert {change.built_at[:10] for change in story.changes} == {"2026-10-20"}
    assert {one.event_date[:7]: one.booked_on for one in story.changes} == {"2026-09": "2026-10-20", "2026-10": None}
    why: dict[str, set[str]] = {}
    for one in story.changes:
        why.setdefault(one.currency, set()).update(one.reasons)
        late = story.ask(
            "select count(*) from fct_purchases inner join loaded_files using (source_file)"
            f" where event_date = date '{one.event_date}' and (game_id, currency) = ('{one.game_id}', '{one.currency}')"
            f" and not regexp_matches(transaction_id, '^GPA\\.\\d{{1,3}}$')"
        )
        assert one.reasons.get("late event", 0) == late[0][0]
        assert one.differences
    assert why == {
        "USD": {"late event"},
        "EUR": {"late event", "refund"},
        "JPY": {"late event"},
        "AFN": {"late event", "rate"},
    }


def test_a_day_compared_with_the_first_build_comes_from_what_was_published_to_what_is_known(story: Story) -> None:
    found = since(books_of(story.database), "2026-10-02T12:00:00Z", "2026-09-01")
    assert found.since == "2026-10-02T12:00:00Z"
    known = {
        (str(day), game): tuple(sums)
        for day, game, *sums in story.ask(
            "select event_date, game_id, sum(purchases), sum(gross_amount_base),"
            " sum(refunded_amount_base + chargeback_amount_base), sum(net_amount_base)"
            " from int_daily_revenue group by all"
        )
    }
    assert {(one.event_date, one.game_id): tuple(one.after.values()) for one in found.changed}.items() <= known.items()
    of_closed = sum(one.before["purchases"] for one in found.changed if one.event_date < "2026-10")
    assert 0 < of_closed <= sum(row[0] for row in story.ask("select count(*) from fct_purchases"))
    assert {one.booked_on for one in found.changed if one.event_date < "2026-10"} == {"2026-10-20"}
    assert {reason for one in found.changed for reason in one.reasons} >= {"late event", "rate", "refund"}


def answers() -> list[tuple[str, str]]:
    """Each statement of the page, with the table that stands under it."""
    page = QUESTIONS.read_text(encoding="utf-8")
    return re.findall(r"^```sql\n(.*?)^```\n\n((?:\|[^\n]*\n)*)", page, re.MULTILINE | re.DOTALL)


def as_table(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    cells = [names, ["---"] * len(names), *(["" if cell is None else str(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(row)} |\n" for row in cells)


def test_an_analysts_questions_have_the_documented_answers(story: Story) -> None:
    """Ten and more, among them what changed since the month was closed."""
    assert [sql for sql, _ in answers()] == ASKED
    assert len(ASKED) >= 10
    with duckdb.connect(str(story.database), read_only=True) as connection:
        for sql, documented in answers():
            answer = connection.execute(sql)
            names = [column[0] for column in answer.description or ()]
            assert as_table(names, answer.fetchall()) == documented, sql


def test_the_sql_that_the_guides_show_is_answered(story: Story, tmp_path: Path) -> None:
    with duckdb.connect(str(story.database), read_only=True) as connection:
        for sql in SHOWN:
            here = sql.replace("'rates.csv'", f"'{tmp_path / 'rates.csv'}'")
            here = here.replace("'2026-10-01' and '2026-10-31'", "'2026-09-01' and '2026-09-30'")  # what is closed here
            assert connection.execute(here).fetchall(), sql


def test_sql_that_is_brought_along_runs_as_it_stands(story: Story) -> None:
    """And says what the views of the same names say; of a day on which the demo played, for the current one."""
    with duckdb.connect(str(story.database), read_only=True) as connection:
        connection.execute("set search_path = 'reporting'")
        for view, sql in zip(("daily_revenue", "user_ltv_summary"), BROUGHT, strict=False):
            answer = connection.execute(f"{sql} order by all").fetchall()
            assert len(answer) > 100
            assert answer == connection.execute(f"select * from {view} order by all").fetchall()
        today = BROUGHT[2]
        assert connection.execute(today).fetchall() == []
        rows = connection.execute(today.replace("CURRENT_DATE()", "date '2026-10-19'")).fetchall()
        assert [row for row in rows if row[1] == PLAYED] == connection.execute(
            "select date '2026-10-19', game_id, installs, paying_users, purchases, gross_amount_base"
            " from main.daily_activity inner join ("
            "  select game_id, sum(purchases), sum(gross_amount_base) from main.daily_revenue"
            "  where event_date = date '2026-10-19' group by game_id"
            " ) as sold (game_id, purchases, gross_amount_base) using (game_id)"
            " where event_date = date '2026-10-19' and game_id = 'sky-racer'"
        ).fetchall()
        (money,) = connection.execute("select sum(amount_usd), count(*) from fact_purchases").fetchall()
        assert [money] == connection.execute(
            "select sum(gross_amount_base), sum(purchases) from main.daily_revenue"
        ).fetchall()
        assert connection.execute(
            "select count(*) from purchase_events inner join currency_exchange_rates"
            " on original_currency = currency_code and event_date = rate_date"
            " where revenue_usd <> round(original_price * usd_rate, 4)"
        ).fetchall() == [(0,)]


def test_the_notebook_runs_on_a_warehouse(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "warehouse").symlink_to(story.database.parent)
    monkeypatch.chdir(tmp_path)
    cells = json.loads((ROOT / "examples" / "warehouse.ipynb").read_text(encoding="utf-8"))["cells"]
    names: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)  # noqa: S102 -- as a notebook does
    assert len(names["by_currency"].fetchall()) > 3
    assert names["retention"].fetchall()
    assert "█" in capsys.readouterr().out
    names["warehouse"].close()


def test_a_month_closed_in_one_currency_is_not_built_into_another(story: Story, tmp_path: Path) -> None:
    with duckdb.connect() as connection, pytest.raises(ClosingError, match="2026-09 was closed in USD"):
        closings.prepare(connection, books_of(story.database), "EUR", SECOND.date())

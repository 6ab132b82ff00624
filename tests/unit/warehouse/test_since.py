"""What became of a day's revenue since a build that somebody chooses."""

from decimal import Decimal
from pathlib import Path

import pytest
from game_events_warehouse import trail
from game_events_warehouse.books import books_of
from game_events_warehouse.since import MOST_OFFERED, Changed, since
from game_events_warehouse.trail import Change, Figures, Published

DAY, LATER = "2026-11-01", "2026-11-12"


def figures(purchases: int, gross: str, refunded: str = "0", chargeback: str = "0") -> Figures:
    net = Decimal(gross) - Decimal(refunded) - Decimal(chargeback)
    money = {"gross": gross, "refunded": refunded, "chargeback": chargeback, "net": str(net)}
    return {"purchases": str(purchases), **{f"{name}_amount_base": amount for name, amount in money.items()}}


def change(
    after: Figures | None, *, day: str = DAY, currency: str = "EUR", booked_on: str | None = None, **reasons: int
) -> Change:
    why = {name.replace("_", " "): count for name, count in reasons.items()}
    return Change(day, "chess", currency, None, after, why, booked_on)


def record(path: Path, build: int, *changes: Change, base: str = "USD", at: str | None = None) -> str:
    moment = at or f"2026-11-{10 + build:02}T09:00:00Z"
    trail.record(path, Published(base, list(changes), [], build, moment))
    return moment


@pytest.fixture
def books(tmp_path: Path) -> Path:
    return books_of(tmp_path / "warehouse.duckdb")


def sums(purchases: int, gross: str, refunded: str, net: str) -> dict[str, Decimal]:
    return {"purchases": Decimal(purchases)} | {
        name: Decimal(amount) for name, amount in (("gross", gross), ("refunded", refunded), ("net", net))
    }


def test_a_day_is_the_sum_of_all_currencies_also_of_those_that_stand_and_every_reason_is_counted(books: Path) -> None:
    first = record(
        books,
        1,
        change(figures(2, "10.00"), event=2),
        change(figures(1, "5"), currency="JPY", event=1),
        change(figures(7, "70"), currency="USD", event=7),
    )
    record(books, 2, change(figures(3, "12.50"), late_event=1), change(figures(1, "4.80"), currency="JPY", rate=1))
    record(books, 3, change(figures(3, "12.50", "2.00", "1.00"), refund=2, booked_on="2026-11-13"))
    record(books, 4, change(figures(1, "9.00"), day=LATER, event=1))
    found = since(books, first, DAY)
    assert (found.base_currency, found.built_at, found.since) == ("USD", "2026-11-14T09:00:00Z", first)
    assert found.changed == [
        Changed(LATER, "chess", sums(0, "0", "0", "0"), sums(1, "9.00", "0", "9.00"), {"event": 1}, None),
        Changed(
            DAY,
            "chess",
            sums(10, "85.00", "0", "85.00"),
            sums(11, "87.30", "3.00", "84.30"),
            {"late event": 1, "rate": 1, "refund": 2},
            "2026-11-13",
        ),
    ]
    assert [one.event_date for one in since(books, first, LATER).changed] == [LATER], "only days from there on"


def test_without_a_moment_it_is_the_last_build_that_is_told_of(books: Path) -> None:
    record(books, 1, change(figures(1, "1"), event=1))
    second = record(books, 2, change(figures(2, "2"), late_event=1))
    record(books, 3, change(figures(1, "3"), day=LATER, event=1))
    found = since(books, None, DAY)
    assert (found.since, [one.event_date for one in found.changed]) == (second, [LATER])
    assert since(books, "2026-11-12T23:00:00Z", DAY) == found, "the last build until then"


def test_revenue_that_is_gone_or_back_where_it_was_is_told_as_it_is(books: Path) -> None:
    first = record(books, 1, change(figures(1, "1"), event=1), change(figures(5, "5"), day=LATER, event=5))
    record(books, 2, change(None, models=1), change(figures(6, "6"), day=LATER, late_event=1))
    record(books, 3, change(figures(5, "5"), day=LATER, repaired=1))
    (gone,) = since(books, first, DAY).changed
    assert gone.after == sums(0, "0", "0", "0")
    assert gone.reasons == {"models": 1}


def test_builds_in_another_currency_are_no_measure(books: Path) -> None:
    record(books, 1, change(figures(1, "1"), event=1))
    record(books, 2, change(figures(1, "2"), models=1), base="EUR")
    found = since(books, None, DAY)
    assert (found.base_currency, found.since, list(found.builds), list(found.changed)) == ("EUR", None, [], [])


def test_nothing_is_said_where_nothing_was_built(books: Path) -> None:
    assert since(books, None, DAY).built_at is None
    record(books, 1, change(figures(1, "1"), event=1))
    found = since(books, "2020-01-01T00:00:00Z", DAY)
    assert (found.built_at, found.since, list(found.changed)) == ("2026-11-11T09:00:00Z", None, [])


def test_the_latest_builds_are_offered_and_of_earlier_days_the_last(books: Path) -> None:
    moments = [f"2026-11-{day:02}T{hour:02}:00:00Z" for day in range(1, 29) for hour in range(0, 24, 4)]
    for number, moment in enumerate(moments, start=1):
        record(books, number, at=moment)
    offered = list(since(books, None, DAY).builds)
    assert offered[:3] == ["2026-11-28T16:00:00Z", "2026-11-28T12:00:00Z", "2026-11-28T08:00:00Z"]
    assert offered[-1] == "2026-11-01T20:00:00Z"
    assert offered == sorted(set(offered), reverse=True)
    assert len(offered) <= MOST_OFFERED

"""The books remember what was published, and tell what has changed of it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from game_events_warehouse import closings, trail
from game_events_warehouse.books import books_of
from game_events_warehouse.errors import ClosingError
from game_events_warehouse.reader import QueryError
from game_events_warehouse.trail import Change, Figures, Published

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def published(build: int, day: int, *changes: Change) -> Published:
    return Published("USD", list(changes), [], build, f"2026-11-{day:02}T09:00:00Z")


def change(day: str, purchases: str | None, reason: str = "late event") -> Change:
    after: Figures | None = None if purchases is None else {"purchases": purchases}
    return Change(day, "puzzle-quest", "EUR", None, after, {reason: 1}, None)


@pytest.fixture
def books(tmp_path: Path) -> Path:
    path = books_of(tmp_path / "warehouse.duckdb")
    trail.record(path, published(1, 10, change("2026-11-01", "1"), change("2026-11-10", "1")))
    trail.record(
        path, published(2, 12, change("2026-11-01", "3"), change("2026-11-10", "2"), change("2026-11-12", "1"))
    )
    trail.record(path, published(3, 14, change("2026-11-01", None, "models")))
    return path


def told(path: Path, since: int) -> list[tuple[str, dict[str, str | None]]]:
    return [(one.event_date, one.differences) for one in trail.changes(path, date(2026, 11, since))]


def test_a_day_that_was_not_over_when_it_was_published_has_not_changed(books: Path) -> None:
    first = ("2026-11-01", {"purchases": "1 → 3"})
    gone = ("2026-11-01", {"purchases": "3 → -"})
    assert told(books, 1) == [first, gone]
    assert told(books, 13) == [gone]
    assert told(books, 15) == []


def test_builds_are_numbered_on(books: Path) -> None:
    assert trail.last_build(books) == 3
    assert trail.last_build(books.with_name("none.db")) == 0
    assert trail.changes(books.with_name("none.db"), date(2026, 1, 1)) == []


@pytest.mark.parametrize("month", ["2026-13", "26-10", "October", "2026-10-01", "0000-01", "2026-1", "\uff12026-10"])
def test_what_is_no_month_cannot_be_closed(tmp_path: Path, month: str) -> None:
    with pytest.raises(ClosingError, match="is no month; give YYYY-MM"):
        closings.close(tmp_path / "warehouse.duckdb", month, by="ada", now=NOW)


def test_a_month_can_be_closed_when_it_is_over_and_was_published(tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    with pytest.raises(ClosingError, match="2026-11 is not over; it can be closed from 2026-12-01 on"):
        closings.close(database, "2026-11", by="ada", now=NOW)
    with pytest.raises(QueryError, match="no warehouse"):
        closings.close(database, "2026-10", by="ada", now=NOW)
    assert closings.closings(books_of(database)) == []

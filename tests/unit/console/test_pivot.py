"""The table beside a picture: every number of it, summed as the picture sums them."""

from datetime import date
from typing import Any

from game_events_console.pivot import COLOURS, TOO_FEW, pivot_of
from game_events_console.rendering import fragment

TODAY = date(2026, 11, 28)


def answer(kind: str, columns: dict[str, str], rows: list[list[Any]], **chart: str) -> dict[str, Any]:
    described = [{"name": name, "title": name.title(), "unit": unit} for name, unit in columns.items()]
    return {"title": "t", "about": "USD", "columns": described, "rows": rows, "chart": {"kind": kind, **chart}}


def revenue(*rows: list[Any]) -> dict[str, Any]:
    columns = {"day": "", "game": "", "gross": "money", "refunds": "money"}
    return answer("stacked", columns, list(rows), x="day", series="game", y="gross", below="refunds")


def test_a_day_is_a_line_with_its_sums_and_each_game_the_newest_first() -> None:
    found = pivot_of(
        revenue(
            ["2026-11-27", "chess", "1.10", "-0.50"],
            ["2026-11-27", "go", "2.20", None],
            ["2026-11-28", "go", "0.30", "0"],
        ),
        TODAY,
    )
    assert [title for title, _, _ in found.columns] == ["Gross", "Refunds", "chess", "go"]
    assert [(line.name, line.tag, [str(cell) for cell in line.cells]) for line in found.lines] == [
        ("2026-11-28", "so far", ["0.30", "0", "None", "0.30"]),
        ("2026-11-27", "", ["3.30", "-0.50", "1.10", "2.20"]),
    ]
    assert [str(sum_) for sum_ in found.foot] == ["3.60", "-0.50", "1.10", "2.50"]


def test_games_without_a_colour_of_their_own_have_that_of_all_others() -> None:
    found = pivot_of(revenue(*(["2026-11-27", f"game {number}", "1", "0"] for number in range(COLOURS + 2))), TODAY)
    assert [colour for _, colour, _ in found.columns if colour] == [1, 2, 3, 4, 5, 5, 5]
    found = pivot_of(revenue(*(["2026-11-27", f"game {number}", "1", "0"] for number in range(COLOURS))), TODAY)
    assert [colour for _, colour, _ in found.columns if colour] == [1, 2, 3, 4, 5]


def value(*rows: list[Any], **chart: str) -> dict[str, Any]:
    columns = {"source": "", "since": "", "players": "", "value": "money"}
    return answer("lines", columns, list(rows), x="since", series="source", y="value", **chart)


def test_a_mean_of_too_few_is_not_said_neither_in_the_table_nor_in_its_colours() -> None:
    rows = (
        ["organic", 0, TOO_FEW, "1.00"],
        ["organic", 1, TOO_FEW - 1, "9.00"],
        ["referral", 0, TOO_FEW - 1, "7.00"],
    )
    asked = value(*rows, size="players")
    found = pivot_of(asked, TODAY)
    assert [title for title, _, _ in found.columns] == ["Players", "Day 0", "Day 1"]
    assert [(line.name, line.colour, line.cells, line.tag) for line in found.lines] == [
        ("organic", 1, [TOO_FEW, "1.00", None], ""),
        ("referral", None, [TOO_FEW - 1, None, None], "too few to say"),
    ]
    html = fragment("charts.html", "pivot", asked)
    assert html.count("too few to say") == 1
    assert "7.00" not in html


def test_lines_that_say_nothing_of_how_many_they_are_of_are_all_said() -> None:
    found = pivot_of(value(["organic", 0, 1, "1.00"]), TODAY)
    assert [line.cells for line in found.lines] == [["1.00"]]

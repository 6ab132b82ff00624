"""Rows of a query whose chart has series, as the table beside it: each series has a place of its own. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

TOO_FEW = 100
"""A mean of fewer is too few to say; `static/charts.js` draws none either."""
COLOURS = 5


@dataclass(frozen=True)
class Line:
    name: Any
    colour: int | None
    """Which of the chart's it is drawn in."""
    cells: Sequence[Any]
    """As the columns; None where there is nothing."""
    tag: str = ""


@dataclass(frozen=True)
class Pivot:
    title: str
    """Of what its lines are called by."""
    columns: Sequence[tuple[str, int | None, str]]
    """Title, colour and unit."""
    lines: Sequence[Line]
    foot: Sequence[Any] = ()


def pivot_of(answer: Mapping[str, Any], today: date) -> Pivot:
    """Of stacked bars a line a day, the newest first, and the sums; of lines one for each, with how many it is of."""
    return _stacked(answer, today.isoformat()) if answer["chart"]["kind"] == "stacked" else _lines(answer)


def _stacked(answer: Mapping[str, Any], today: str) -> Pivot:
    """A day's sums first, then each series, for whoever scrolls so far."""
    chart, place, title, unit = _named(answer)
    names = list(dict.fromkeys(row[place[chart["series"]]] for row in answer["rows"]))
    summed = [chart[name] for name in ("y", "below", "across") if chart.get(name)]
    keys = [*(("sum", column) for column in summed), *(("series", name) for name in names)]
    found: dict[Any, dict[Any, Any]] = {}
    for row in answer["rows"]:
        of_day = found.setdefault(row[place[chart["x"]]], {})
        for column in summed:
            _add(of_day, ("sum", column), row[place[column]])
        _add(of_day, ("series", row[place[chart["series"]]]), row[place[chart["y"]]])
    lines = [
        Line(x, None, [found[x].get(key) for key in keys], "so far" if str(x) == today else "")
        for x in reversed(list(found))
    ]
    foot = [_total(line.cells[at] for line in lines) for at in range(len(keys))]
    columns: list[tuple[str, int | None, str]] = [(title[column], None, unit[column]) for column in summed]
    columns += [(str(name), _colour(at, len(names)), unit[chart["y"]]) for at, name in enumerate(names)]
    return Pivot(title[chart["x"]], columns, lines, foot)


def _lines(answer: Mapping[str, Any]) -> Pivot:
    chart, place, title, unit = _named(answer)
    across = list(dict.fromkeys(sorted(row[place[chart["x"]]] for row in answer["rows"])))
    size = chart.get("size")
    found: dict[Any, tuple[list[Any], list[int]]] = {}
    for row in answer["rows"]:
        cells, sizes = found.setdefault(row[place[chart["series"]]], ([None] * len(across), []))
        many = row[place[size]] if size else TOO_FEW
        sizes.append(many)
        if many >= TOO_FEW:
            cells[across.index(row[place[chart["x"]]])] = row[place[chart["y"]]]
    lines = [
        Line(
            name,
            _colour(at, len(found)) if any(cell is not None for cell in cells) else None,
            [*([max(sizes)] if size else []), *cells],
            "" if any(cell is not None for cell in cells) else "too few to say",
        )
        for at, (name, (cells, sizes)) in enumerate(found.items())
    ]
    columns: list[tuple[str, int | None, str]] = [(title[size], None, "")] if size else []
    return Pivot(title[chart["series"]], [*columns, *((f"Day {x}", None, unit[chart["y"]]) for x in across)], lines)


def _named(answer: Mapping[str, Any]) -> tuple[Mapping[str, Any], dict[str, int], dict[str, str], dict[str, str]]:
    columns = answer["columns"]
    return (
        answer["chart"],
        {column["name"]: at for at, column in enumerate(columns)},
        {column["name"]: column["title"] for column in columns},
        {column["name"]: column["unit"] for column in columns},
    )


def _colour(at: int, names: int) -> int | None:
    """The last colour is that of all others, where there are more names than colours."""
    return at + 1 if names <= COLOURS or at < COLOURS - 1 else COLOURS


def _add(sums: dict[Any, Any], key: Any, value: Any) -> None:
    if value is not None:
        sums[key] = Decimal(str(value)) + sums.get(key, 0)


def _total(values: Any) -> Decimal:
    return sum((value for value in values if value is not None), Decimal(0))

"""What there is to ask: a folder of questions, each with what its columns hold and how they are drawn."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
PARAMETERS = ("days", "game")
STUDIOS = "queries"
"""A studio's own, below the data folder; one that is called like one of ours stands for it."""


class Column(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    title: str
    unit: Literal["", "money", "percent"] = ""


class Chart(BaseModel):
    """Columns by what they are in the picture: `x` along it, `y` the value, `series` what is told apart by colour."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Literal["bars", "stacked", "lines", "heat"]
    x: str
    y: str
    series: str | None = None
    below: str | None = None
    across: str | None = None
    size: str | None = None


class Specification(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str
    columns: tuple[Column, ...]
    page: str | None = None
    """Which page shows it; `revenue`, `players`, or one of its own: `/console/q/<page>`."""
    order: int = 0
    about: str = ""
    wide: bool = False
    chart: Chart | None = None


class Query(BaseModel):
    model_config = ConfigDict(frozen=True)
    name: str
    sql: str
    specification: Specification

    @property
    def parameters(self) -> list[str]:
        return [name for name in PARAMETERS if re.search(rf"\${name}\b", self.sql)]


class Unusable(ValueError):
    """A file of the folder is not what it should be; the message says which, and why."""


def queries(data_dir: Path) -> dict[str, Query]:
    """By name. Raises Unusable."""
    own = files("game_events_console.queries") / "library"
    found: dict[str, Query] = {}
    for folder in (own, data_dir / STUDIOS):
        if folder.is_dir():
            found |= {query.name: query for query in _in(folder)}
    return found


def _in(folder: Any) -> Iterator[Query]:
    there: Mapping[str, Any] = {file.name: file for file in folder.iterdir()}
    for name, file in sorted(there.items()):
        stem, _, ending = name.rpartition(".")
        if ending != "sql":
            continue
        if NAME.fullmatch(stem) is None:
            raise Unusable(f"{name}: a query is called by small letters, digits and underscores")
        if f"{stem}.json" not in there:
            raise Unusable(f"{name} has no {stem}.json beside it, which says its title and columns")
        yield _read(stem, file.read_text(encoding="utf-8"), there[f"{stem}.json"].read_text(encoding="utf-8"))


def _read(name: str, sql: str, text: str) -> Query:
    try:
        specification = Specification.model_validate(json.loads(text))
    except (ValueError, ValidationError) as error:
        raise Unusable(f"{name}.json: {error}") from error
    known = {column.name for column in specification.columns}
    chart = specification.chart
    used = [] if chart is None else [chart.x, chart.y, chart.series, chart.below, chart.across, chart.size]
    if unknown := [one for one in used if one is not None and one not in known]:
        raise Unusable(f"{name}.json: the chart names {unknown[0]}, which is no column")
    return Query(name=name, sql=sql.strip(), specification=specification)

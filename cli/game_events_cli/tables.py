"""Tables for people: names are printed whole, because half a name finds nothing."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

FILE_WIDTH = 1_000  # columns where no terminal says how many it has


def console() -> "Console":
    """Standard output; in a pipe or a file no line is cut to the 80 columns that nobody has there."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else FILE_WIDTH)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> None:
    """None is an empty cell. Cells that a terminal has no room for go on below."""
    from rich.table import Column, Table

    table = Table(*(Column(column, overflow="fold") for column in columns), title=title, title_justify="left")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console().print(table, markup=False)

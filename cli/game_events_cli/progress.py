"""How far long work is, on standard error while somebody at a terminal waits; it is gone when the work is done."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

T = TypeVar("T")
STEPS = {"load": "Loading the lake's new files", "transform": "Building and testing the models"}
"""Of a build of the warehouse."""


class Shown:
    """What a long work tells of itself; into a pipe, and beside JSON, nobody hears it."""

    def __init__(self, title: str, bars: "Progress | None" = None) -> None:
        self._title = title
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}
        self.say("")

    def say(self, what: str) -> None:
        """What is being done now, behind the title."""
        if self._bars is not None:
            self._bars.update(self._task(self._title, None), description=f"{self._title} {what}".rstrip())

    def count(self, done: int, total: int | None = None, step: str = "") -> None:
        """How much is done of a step; of the whole, without one."""
        if self._bars is not None:
            self._bars.update(self._task(step or self._title, total), completed=done, total=total)

    def over(self, items: Iterable[T], total: int | None = None) -> Iterator[T]:
        """The same items, counted."""
        for done, item in enumerate(items, 1):
            yield item
            self.count(done, total)

    def _task(self, step: str, total: int | None) -> "TaskID":
        assert self._bars is not None
        if step not in self._tasks:
            self._tasks[step] = self._bars.add_task(step, total=total)
        return self._tasks[step]


@contextmanager
def watched(title: str, *, as_json: bool = False) -> Iterator[Shown]:
    """While the block works. It prints nothing itself meanwhile: a line of its own would go with the rest."""
    if as_json or not sys.stderr.isatty():
        yield Shown(title)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    what = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis"))
    columns = (SpinnerColumn(), what, BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield Shown(title, bars)

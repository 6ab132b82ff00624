"""Asking the published warehouse, beside the event loop, read-only and for a bounded time."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from game_events_console.queries.specifications import Query

TIMEOUT_SECONDS = 10.0
LOOKUP_SECONDS = 2.0
MOST_ROWS = 5000
KEPT = 64
"""Answers of the build that stands; another build forgets them."""


class CannotAsk(Exception):
    """There is no answer now; the message says why, and what to do."""


class NoWarehouse(CannotAsk):
    """Nothing was built here, or nothing that could is installed."""


@dataclass(frozen=True)
class Answer:
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    truncated: bool
    as_of: datetime
    """When the warehouse was published."""


class Warehouse:
    """The database of a data folder. A build replaces its file, so it is opened for each question."""

    def __init__(self, data_dir: Path) -> None:
        self._database = data_dir / "warehouse" / "warehouse.duckdb"
        self._answers: OrderedDict[tuple[Any, ...], Answer] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, query: Query, parameters: Mapping[str, Any]) -> Answer:
        """Raises CannotAsk. One question at a time: each may take a gigabyte of memory."""
        try:
            found = self._database.stat()
        except OSError:
            raise NoWarehouse("there is no warehouse yet: run `game-events warehouse build`") from None
        key = (found.st_ino, found.st_mtime_ns, query.name, query.sql, *sorted(parameters.items()), date.today())  # noqa: DTZ011 -- as DuckDB's current_date
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            made = self._ask(query, parameters, datetime.fromtimestamp(found.st_mtime, UTC))
            self._answers[key] = made
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
            return made

    def whereabouts(self, event_id: str) -> tuple[Sequence[Any], Collection[str], bool]:
        """Where the warehouse has an event, lake files that are known not to hold it, and whether that is all."""
        try:
            from game_events_warehouse.reader import whereabouts
        except ImportError:
            return [], (), True
        return whereabouts(self._database, event_id, seconds=LOOKUP_SECONDS)

    def _ask(self, query: Query, parameters: Mapping[str, Any], as_of: datetime) -> Answer:
        try:
            from game_events_warehouse.errors import WarehouseError
            from game_events_warehouse.reader import question, reading
        except ImportError:
            raise NoWarehouse("this needs the warehouse: install `game-events-console[warehouse]`") from None
        given = {name: parameters[name] for name in query.parameters}
        over = threading.Event()
        try:
            with reading(self._database) as connection:

                def end() -> None:
                    over.set()
                    connection.interrupt()

                timer = threading.Timer(TIMEOUT_SECONDS, end)
                timer.start()
                try:
                    answer = connection.execute(question(query.sql), given)
                    rows = answer.fetchmany(MOST_ROWS + 1)
                finally:
                    timer.cancel()
                names = [column[0] for column in answer.description or ()]
        except WarehouseError as error:
            if over.is_set():
                raise CannotAsk(f"{query.name} takes longer than {TIMEOUT_SECONDS:.0f} s and was ended") from None
            raise CannotAsk(f"{query.name} cannot be answered: {error}") from error
        shown = [[_json(value) for value in row] for row in rows[:MOST_ROWS]]
        return Answer(names, shown, len(rows) > MOST_ROWS, as_of)


def _json(value: Any) -> Any:
    """Decimals as text: every digit stays."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)

"""Asking the published warehouse, which a build replaces but never writes."""

from pathlib import Path
from typing import Any

import duckdb

from game_events_warehouse.errors import WarehouseError


class QueryError(WarehouseError):
    pass


def ask(database: Path, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one SQL statement read-only; the column names and the rows."""
    if not database.exists():
        raise QueryError(f"no warehouse at {database}: run `game-events warehouse build` first")
    try:
        # Beyond the database itself nothing of the machine is in reach of the statement.
        with duckdb.connect(str(database), read_only=True, config={"enable_external_access": False}) as connection:
            answer = connection.execute(sql)
            return [column[0] for column in answer.description or ()], answer.fetchall()
    except duckdb.Error as error:
        raise QueryError(str(error)) from error

"""Rows of Python's into a table of DuckDB's, many at a time."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb


def fill(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]
) -> None:
    """Replace what the table holds. `columns`: name → type; values are what JSON knows."""
    connection.execute(f"delete from {table}")  # noqa: S608 -- names of this package
    text = json.dumps([dict(zip(columns, row, strict=True)) for row in rows])
    connection.execute(
        f"insert into {table} by name select unnest(from_json($rows::json, $form), recursive := true)",
        {"rows": text, "form": json.dumps([dict(columns)])},
    )

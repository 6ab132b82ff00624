"""Answers of the published warehouse as files: CSV and Parquet, written by DuckDB, whole or not at all."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import duckdb

from game_events_warehouse.publish import make_folder
from game_events_warehouse.reader import MEMORY, QueryError, question, reading, require_warehouse

Format = Literal["csv", "parquet"]
OPTIONS: dict[Format, str] = {"csv": "format csv, header", "parquet": "format parquet, compression zstd"}
FOR_ANALYSTS = (
    "select table_name from duckdb_tables() where not regexp_matches(table_name, '^(raw|stg|int)_')"
    " and table_name not in ('loaded_files', 'warehouse_state', 'changed_exchange_rates', 'published_revenue')"
    " order by table_name"
)


def write_answer(database: Path, sql: str, target: Path, form: Format) -> int:
    """Put the answer to one question into a file; how many rows. QueryError where it cannot be answered or written."""
    require_warehouse(database)
    return _write(database, question(sql), target, form)


def export(
    database: Path,
    tables: Sequence[str],
    folder: Path,
    form: Format,
    progress: Callable[[str], None] = lambda table: None,
) -> dict[str, int]:
    """Write these tables, all facts, dimensions and marts without any, into `<folder>/<table>.<form>`; their rows.

    `progress` hears of each before it is written.

    QueryError names a table that there is not, before anything is written.
    """
    with reading(database) as connection:
        known = [name for (name,) in connection.execute(FOR_ANALYSTS).fetchall()]
    if unknown := sorted(set(tables) - set(known)):
        raise QueryError(f"there is no table {', '.join(unknown)} to export; there are: {', '.join(known)}")
    try:
        make_folder(folder)
    except OSError as error:
        raise QueryError(f"{folder} cannot be made: {error.strerror}") from error
    written = {}
    for table in tables or known:
        progress(table)
        written[table] = _write(database, f"from {table}", folder / f"{table}.{form}", form)
    return written


def _write(database: Path, sql: str, target: Path, form: Format) -> int:
    """DuckDB may write this one file, and reach no other."""
    partial = target.with_name(f".{target.name}.tmp")
    place = str(partial.absolute()).replace("'", "''")
    try:
        with duckdb.connect(str(database), read_only=True, config={"memory_limit": MEMORY}) as connection:
            connection.execute(f"set allowed_paths = ['{place}']")
            connection.execute("set enable_external_access = false")
            counted = connection.execute(f"copy (\n{sql}\n) to '{place}' ({OPTIONS[form]})").fetchone()
        partial.replace(target)
    except (duckdb.Error, OSError) as error:
        raise QueryError(f"{target} cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    assert counted is not None
    return int(counted[0])

"""Lines that the warehouse loaded become others, and every table is derived anew from them.

The database is written into a new file: in the one before, what was deleted would still lie in free blocks.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from game_events_warehouse import grounds, loader, repairs
from game_events_warehouse.books import books_of
from game_events_warehouse.build import ENGINE, build
from game_events_warehouse.filling import fill
from game_events_warehouse.lake import Lake, open_lake
from game_events_warehouse.loader import Progress
from game_events_warehouse.reader import reading

Change = Callable[[str, bytes], bytes | None]
"""Of a stream and a line: the line that stands for it from now on, None where it stays."""

LINES = {
    "raw_events": ("record", "json", "'events'"),
    "raw_rejected_events": ("record", "json", "'rejected'"),
    "raw_malformed_lines": ("line", "varchar", "stream"),
}
"""Tables with lines: their column, its type, and the stream that they came by."""
AT_ONCE = 10_000


def erase(
    database: Path,
    change: Change,
    files: Sequence[str],
    *,
    lake: str,
    s3_endpoint_url: str | None = None,
    ecb_history: Path | None = None,
    wait_seconds: float = 0,
    progress: Progress | None = None,
) -> int:
    """Make the changes, derive and test every table, publish; how many lines became others.

    `files` are those of the lake whose bytes were changed likewise: they are not loaded again. Raises a WarehouseError,
    and leaves the published database, as a build does. No reader meets a half of it.
    """
    database = database.resolve()
    with reading(database) as connection:
        bases = connection.execute("select max(base_currency) from raw_exchange_rates").fetchall()
    source = open_lake(lake, s3_endpoint_url=s3_endpoint_url)
    repairs.change(books_of(database), change)
    changed = 0

    def rewrite(copy: Path) -> None:
        nonlocal changed
        changed = _rewritten(copy, change, files, source)

    build(
        lake=lake,
        database=database,
        progress=progress,
        s3_endpoint_url=s3_endpoint_url,
        base_currency=bases[0][0] or "USD",
        ecb_history=ecb_history,
        wait_seconds=wait_seconds,
        begin_with=rewrite,
    )
    return changed


def forget_built(database: Path, change: Change) -> None:
    """Keep of a warehouse only its books, with the changes made; it is built anew from the lake and them."""
    database.unlink(missing_ok=True)
    repairs.change(books_of(database), change)


def _rewritten(copy: Path, change: Change, files: Sequence[str], lake: Lake) -> int:
    before = copy.with_name("before.duckdb")
    copy.rename(before)
    place = str(before).replace("'", "''")
    with duckdb.connect(str(copy), config=ENGINE) as connection:
        loader.create_tables(connection)
        connection.execute(f"attach '{place}' as before (read_only)")
        present = _tables(connection, "before")
        changed = 0
        for table in sorted(_tables(connection, copy.stem) & present):
            if table in LINES:
                changed += _copy_changed(connection, table, change)
            else:
                connection.execute(f"insert into {table} by name from before.{table}")
        connection.execute("delete from warehouse_state where name in ('staging', ?)", [grounds.STATE])
        _know_as_loaded(connection, files, lake)
        connection.execute("detach before")
    before.unlink()
    return changed


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> set[str]:
    found = connection.execute("select table_name from duckdb_tables() where database_name = ?", [database]).fetchall()
    return {name for (name,) in found}


def _copy_changed(connection: duckdb.DuckDBPyConnection, table: str, change: Change) -> int:
    column, of_type, stream = LINES[table]
    lines = connection.cursor().execute(f"select rowid, {stream}, {column}::varchar from before.{table}")  # noqa: S608
    changes = []
    while rows := lines.fetchmany(AT_ONCE):
        for row, of_stream, line in rows:
            if (new := change(of_stream, line.encode())) is not None:
                changes.append((row, new.decode("utf-8", "backslashreplace")))
    connection.execute("create or replace temp table changed_lines (place bigint, line varchar)")
    fill(connection, "changed_lines", {"place": "bigint", "line": "varchar"}, changes)
    connection.execute(
        f"insert into {table} by name"  # noqa: S608 -- names of this module
        f" select old.* replace (coalesce(new.line::{of_type}, old.{column}) as {column})"
        f" from before.{table} as old left join changed_lines as new on new.place = old.rowid order by old.rowid"
    )
    connection.execute("drop table changed_lines")
    return len(changes)


def _know_as_loaded(connection: duckdb.DuckDBPyConnection, files: Sequence[str], lake: Lake) -> None:
    """A file that was changed with its lines is not loaded again; one that was loaded twice meanwhile is, once."""
    now = {file.path: (file.size, file.etag) for file in lake.files()}
    for path in (path for path in files if path in now):
        loaded = connection.execute("select size, etag from loaded_files where source_file = ?", [path]).fetchall()
        if len(loaded) == 1 and loaded[0] != now[path]:
            connection.execute("update loaded_files set size = ?, etag = ? where source_file = ?", [*now[path], path])
        elif len(loaded) > 1:
            for table in ("loaded_files", *LINES):
                connection.execute(f"delete from {table} where source_file = ?", [path])  # noqa: S608

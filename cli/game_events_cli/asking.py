"""`game-events warehouse query` and `export`: answers for people and for other programs."""

import csv
import itertools
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import DATA_DIR, AsJson, DataDir, database_of
from game_events_cli.progress import watched
from game_events_cli.tables import print_table

if TYPE_CHECKING:
    from game_events_warehouse.exports import Format

MOST_ROWS = 1_000
"""Of a table for people; the other forms have all."""


def query(
    sql: Annotated[str | None, typer.Argument(help="One SQL statement, say: select * from daily_revenue")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="A file with the statement instead; - is standard input.")
    ] = None,
    data_dir: DataDir = DATA_DIR,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a row instead of a table.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV with the columns' names.")] = False,
    parquet: Annotated[Path | None, typer.Option(help="Write a Parquet file.", dir_okay=False)] = None,
) -> None:
    """Ask the published warehouse; it is opened read-only, also while a build runs.

    A table has 1,000 rows at most; CSV, JSON and Parquet have all of them, and are written as they are found.
    Exit code 0: answered. 2: there is no warehouse, the SQL cannot be run or would write, or a file cannot be written.
    """
    from game_events_warehouse.exports import write_answer
    from game_events_warehouse.reader import QueryError, ask

    if as_json + as_csv + (parquet is not None) > 1:
        raise typer.BadParameter("choose one of --json, --csv and --parquet")
    database, text = database_of(data_dir), _statement(sql, file)
    try:
        if parquet is not None:
            with watched("Asking"):
                written = write_answer(database, text, parquet, "parquet")
            typer.echo(f"{written:,} rows in {parquet}")
            return
        with watched("Asking", as_json=as_json):
            columns, rows = ask(database, text)
        if as_json:
            for row in rows:
                typer.echo(json.dumps(dict(zip(columns, row, strict=True)), default=str))
        elif as_csv:
            csv.writer(sys.stdout, lineterminator="\n").writerows(itertools.chain([columns], rows))
        else:
            print_table(columns, itertools.islice(rows, MOST_ROWS))
            if next(rows, None) is not None:
                typer.echo(f"the first {MOST_ROWS:,} rows; --csv, --json and --parquet give all", err=True)
    except QueryError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None


def export(
    to: Annotated[
        Path, typer.Option("--to", help="Folder for the files; made where it is not there.", file_okay=False)
    ],
    tables: Annotated[
        list[str] | None, typer.Argument(help="Tables; all facts, dimensions and marts without any.")
    ] = None,
    csv_: Annotated[bool, typer.Option("--csv", help="CSV instead of Parquet.")] = False,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """Write tables of the published warehouse, each into a file of its name: daily_revenue.parquet.

    Exit code 0: written. 2: there is no warehouse or no such table, or a file cannot be written.
    """
    from game_events_warehouse.exports import export as export_tables
    from game_events_warehouse.reader import QueryError

    form: Format = "csv" if csv_ else "parquet"
    try:
        with watched("Writing", as_json=as_json) as shown:
            written = export_tables(database_of(data_dir), tables or (), to, form, shown.say)
    except QueryError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    if as_json:
        typer.echo(json.dumps(written))
    else:
        print_table(("file", "rows"), [(str(to / f"{table}.{form}"), f"{rows:,}") for table, rows in written.items()])


def _statement(sql: str | None, file: Path | None) -> str:
    if (sql is None) == (file is None):
        raise typer.BadParameter("give a statement, or --file")
    if file is None:
        return sql or ""
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read: {error}") from None

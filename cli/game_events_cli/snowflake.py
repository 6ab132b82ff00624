"""`game-events warehouse lint` and `deploy`: SQL for Snowflake, looked through and applied."""

import json
from pathlib import Path
from typing import Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import AsJson


def lint(
    files: Annotated[list[Path], typer.Argument(help="SQL files, or folders with them.", exists=True)],
    as_json: AsJson = False,
) -> None:
    """Look through statements for Snowflake: options, values, types, privileges, queries. Nothing is run.

    Prints a line a finding: file:line: what is wrong; what to do. JSON has an object a finding.
    Exit code 0: nothing found. 1: something found. 2: a file cannot be read.
    """
    from game_events_warehouse.snowflake import lint_files

    found = 0
    try:
        for file, finding in lint_files(_sql_files(files)):
            found += 1
            said = {"file": str(file), "line": finding.line, "what": finding.what, "todo": finding.todo}
            typer.echo(json.dumps(said) if as_json else f"{file}:{finding}")
    except UnicodeDecodeError as error:
        typer.echo(f"{error.reason} at byte {error.start}: a file of SQL is UTF-8; save it so", err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    if found:
        raise typer.Exit(ExitCode.FAILED)


def _sql_files(paths: list[Path]) -> list[Path]:
    """Each file, and of a folder every *.sql below it, in the order in which they would be applied."""
    files: list[Path] = []
    for path in paths:
        files += sorted(path.rglob("*.sql")) if path.is_dir() else [path]
    return files


def deploy(
    lake_url: Annotated[
        str, typer.Option(envvar="GAME_EVENTS_SNOWFLAKE_LAKE_URL", help="s3://bucket/prefix/ of the lake.")
    ],
    lake_role_arn: Annotated[
        str, typer.Option(envvar="GAME_EVENTS_SNOWFLAKE_LAKE_ROLE_ARN", help="Role in AWS by which Snowflake reads it.")
    ],
    database: Annotated[
        str,
        typer.Option(
            envvar="GAME_EVENTS_SNOWFLAKE_DATABASE", help="Its name begins those of roles and warehouses too."
        ),
    ] = "GAME_EVENTS",
    transform_size: Annotated[str, typer.Option(help="Size of the warehouse that dbt runs on.")] = "SMALL",
    credit_quota: Annotated[str, typer.Option(help="Credits a month, after which warehouses are suspended.")] = "100",
    retention_days: Annotated[str, typer.Option(help="Days of Time Travel for what cannot be made anew.")] = "7",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print every statement in order and connect to nothing.")
    ] = False,
) -> None:
    """Make or bring up to date the warehouse in an account of Snowflake's: roles, warehouses, tables, pipes, tasks.

    Logs in by the environment: SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER and SNOWFLAKE_PRIVATE_KEY_FILE, and whatever else the
    connector has a parameter for. Exit code 0: applied, or printed. 1: Snowflake refused something; what was applied
    before it stays, and the next run goes on behind it. 2: a value cannot be used, or there is nothing to log in with.
    """
    from game_events_warehouse.errors import WarehouseError
    from game_events_warehouse.snowflake import DeployError, Studio, apply, connection_parameters, planned

    try:
        studio = Studio(lake_url, lake_role_arn, database, transform_size, credit_quota, retention_days)
        plan = planned(studio)
        if not dry_run:
            connection_parameters()
    except DeployError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    if dry_run:
        for script in plan:
            typer.echo(f"-- {script.level}/{script.name}, as {studio.role(script.level)}\n{script.sql}")
        return
    try:
        apply(studio, plan, typer.echo)
    except WarehouseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.FAILED) from None

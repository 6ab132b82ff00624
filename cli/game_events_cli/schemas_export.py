"""`game-events schemas export`: event schemas in the words of other tools."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.project import Root, checkout

Format = Literal["odcs", "typescript", "iglu"]


def export(
    form: Annotated[Format, typer.Option("--format", help="A data contract, types, or a self-describing schema.")],
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[EVENT[/VERSION]]...", help="Without a version, the newest.", show_default="every event's newest"
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Folder to write into.", show_default="one document to standard output")
    ] = None,
    vendor: Annotated[str, typer.Option(help="Vendor of the Iglu schemas, as com.example.")] = "",
    root: Root = None,
) -> None:
    """Write schemas as ODCS data contracts, TypeScript types or Iglu schemas.

    Exit code 1: the format cannot say what a schema says. 2: no such event or version, or an option is missing.
    """
    from game_events_contract.export import FORMATS, NotExpressible
    from game_events_contract.repository import SchemaRepository

    schemas = SchemaRepository(checkout(root) / "schemas")
    newest = {name: versions[-1] for name, versions in schemas.events.items()}
    known = newest | {file.label: file for versions in schemas.events.values() for file in versions}
    wanted = names or list(newest)
    for name in wanted:
        if name not in known:
            raise typer.BadParameter(f"there is no {name}; the events are {', '.join(newest)}")
    if form == "iglu" and not vendor:
        raise typer.BadParameter("an Iglu schema belongs to a vendor: give --vendor com.example")
    if output is None and len(wanted) != 1:
        raise typer.BadParameter(f"{len(wanted)} documents need a folder: give --output")
    for file in (known[name] for name in wanted):
        try:
            if output is None:
                typer.echo(FORMATS[form].write(schemas, file, vendor), nl=False)
            else:
                typer.echo(f"wrote {FORMATS[form].store(output, schemas, file, vendor)}")
        except NotExpressible as error:
            typer.echo(f"{file.label}: {error}", err=True)
            raise typer.Exit(ExitCode.FAILED) from None

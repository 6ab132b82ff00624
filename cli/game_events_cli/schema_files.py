"""`game-events schemas new | list | describe | unpublish`: schema files, one at a time."""

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import AsJson
from game_events_cli.project import Root, checkout
from game_events_cli.schemas import BaseOption

if TYPE_CHECKING:
    from game_events_contract.repository import SchemaRepository
    from game_events_contract.scaffold import Field


def new(
    name: Annotated[str, typer.Argument(help="The event's name: snake_case, what happened, as in level_complete.")],
    field: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            metavar="NAME:TYPE[:WORDS]",
            help="A field of the event: amount:integer, mode?:solo|duo, 'price:money:What was paid'.",
        ),
    ] = None,
    description: Annotated[str | None, typer.Option("--description", help="What happened, in one sentence.")] = None,
    root: Root = None,
) -> None:
    """Write the first version of a new event's schema, with the envelope filled in.

    At a terminal it asks for what is not given.

    Exit code 0: it is written and passes the lint. 2: the name or a field cannot be used; nothing is written.
    """
    from game_events_contract.repository import SchemaRepository
    from game_events_contract.scaffold import Field, new_event, write_event

    schemas = SchemaRepository(checkout(root) / "schemas")
    about = f"{name.replace('_', ' ').capitalize()}."
    try:
        fields = [Field.parse(text) for text in field or ()]
        new_event(schemas, name, about, fields)  # refused before anything is asked
        if field is None and sys.stdin.isatty():
            about = description or typer.prompt("What happened, in one sentence", about)
            fields = list(_asked(schemas, name))
        path = write_event(schemas, name, description or about, fields)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    typer.echo(f"wrote {path}")
    typer.echo("Say in it what each field holds, then: game-events schemas publish")


def _asked(schemas: "SchemaRepository", name: str) -> "Iterator[Field]":
    """Fields from answers, until one is empty; what is no field, or one twice, is said and asked for again."""
    from game_events_contract.lint.names import SNAKE_CASE
    from game_events_contract.scaffold import GRAMMAR, Field, new_event

    typer.echo(f"Fields, one a line, and an empty line at the end: {GRAMMAR}")
    fields: list[Field] = []
    while answer := typer.prompt("Field", "", show_default=False):
        try:
            field = Field.parse(answer)
            if not SNAKE_CASE.fullmatch(field.name):
                raise ValueError(f"{field.name!r} is no field's name; write it like item_id")
            new_event(schemas, name, "", [*fields, field])
        except ValueError as error:
            typer.echo(str(error), err=True)
        else:
            fields.append(field)
            yield field


def list_versions(as_json: AsJson = False, root: Root = None) -> None:
    """Every event with its versions: which are published, deprecated or only drafts."""
    from game_events_contract.gate import locked_labels
    from game_events_contract.repository import SchemaRepository

    schemas = SchemaRepository(checkout(root) / "schemas")
    published = locked_labels(schemas)
    rows = [
        {
            "event_type": file.name,
            "version": str(file.version),
            "published": file.label in published,
            **({"default": True} if schemas.named_defaults.get(file.name) == str(file.version) else {}),
            **schemas.lifecycle.get(file.label, {}),
            "description": str(file.document.get("description", "")),
        }
        for versions in schemas.events.values()
        for file in versions
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        state = "published" if row["published"] else "draft"
        state += ", default" if "default" in row else ""
        since = f", deprecated {row['deprecated']}" if "deprecated" in row else ""
        typer.echo(f"{row['event_type']:24} {row['version']:8} {state + since:32} {row['description']}")


def describe(
    name: Annotated[str, typer.Argument(help="The event, or one version of it: install, install/1-0-0.")],
    as_json: AsJson = False,
    root: Root = None,
) -> None:
    """One event's fields: their types, which are required, what they hold. The newest version, or the one named."""
    from game_events_contract.bundle import bundle
    from game_events_contract.catalog_pages import described
    from game_events_contract.repository import SchemaRepository

    schemas = SchemaRepository(checkout(root) / "schemas")
    known = [file for versions in schemas.events.values() for file in versions]
    file = next((one for one in reversed(known) if name in (one.name, one.label)), None)
    if file is None:
        names = ", ".join(schemas.events)
        typer.echo(f"there is no event {name}; known are {names}, each with its versions: install/1-0-0", err=True)
        raise typer.Exit(ExitCode.FAILED)
    if as_json:
        typer.echo(json.dumps(bundle(file), ensure_ascii=False))
        return
    typer.echo(f"{file.label}: {file.document.get('description', '')}")
    for field in described(schemas, file):
        need = "required" if field.required else "optional"
        typer.echo(f"  {field.name:24} {need}  {field.type}\n{'':27}{field.description}")


def unpublish(
    label: Annotated[str, typer.Argument(help="The version to take back: level_complete/1-0-0.")],
    base: BaseOption = None,
    root: Root = None,
) -> None:
    """Make a version a draft again, to be edited and published anew. Only one that the base has not: others have that.

    Exit code 0: it is a draft. 1: it is none of what was published, or others have it. 2: the base is not there.
    """
    from game_events_contract.base import BaseMissing, find_base
    from game_events_contract.defaults import told_defaults, without_default, write_lifecycle
    from game_events_contract.gate import locked_labels, unlock
    from game_events_contract.repository import SchemaRepository

    folder = checkout(root)
    schemas = SchemaRepository(folder / "schemas")
    try:
        found = find_base(folder, base)
    except BaseMissing as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    if label not in locked_labels(schemas):
        typer.echo(f"{label} is not published; `game-events schemas list` shows what is", err=True)
        raise typer.Exit(ExitCode.FAILED)
    if label in found.locked or not found.compared:
        reason = f"in {found.note}" if found.compared else f"perhaps elsewhere ({found.note})"
        typer.echo(f"{label} is published {reason}; retire it in schemas/lifecycle.json instead", err=True)
        raise typer.Exit(ExitCode.FAILED)
    after = without_default(schemas, label)
    unlock(schemas, label)
    write_lifecycle(after)
    for line in told_defaults(schemas, after, ()):
        typer.echo(line)
    typer.echo(f"{label} is a draft; edit it and publish it again, or delete schemas/{label}.json and publish")

"""`game-events schemas`: lint, compare, check and publish the event schemas of a checkout."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.project import Root, checkout
from game_events_cli.schemas_export import export
from game_events_cli.schemas_senders import senders

if TYPE_CHECKING:
    from game_events_contract.base import Base
    from game_events_contract.findings import Finding
    from game_events_contract.steps import ModeReport

app = typer.Typer(name="schemas", help="Lint, compare, check and publish event schemas.", no_args_is_help=True)
app.command()(export)
app.command()(senders)

Json = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]
BaseOption = Annotated[
    str | None,
    typer.Option(
        "--base",
        metavar="REVISION",
        help="Git revision whose versions must still be there, unchanged.",
        show_default="the merge base with origin/main, else HEAD",
    ),
]


@app.command()
def lint(as_json: Json = False, root: Root = None) -> None:
    """Hold every schema against the lint rules."""
    from game_events_contract.lint import lint as run
    from game_events_contract.repository import SchemaRepository

    _finish([("lint", run(SchemaRepository(checkout(root) / "schemas")))], as_json)


@app.command()
def check(as_json: Json = False, root: Root = None, base: BaseOption = None) -> None:
    """Lint, compatibility gate, what was published before, HTTP contract, and generated code: its drift and its trial.

    Exit code 0: nothing found. 1: something. 2: the base is not there.
    """
    from game_events_contract.checks import check as run

    folder = checkout(root)
    found = _base(folder, base)
    _finish(list(run(folder, found)), as_json, found.note)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The older schema file.", exists=True, dir_okay=False)],
    new: Annotated[Path, typer.Argument(help="The newer schema file.", exists=True, dir_okay=False)],
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode",
            help="backward, forward or full, or one with _transitive behind.",
            show_default="what schemas/compatibility.json says of the event",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """What differs between two schema files, and which version step that takes; or between two OpenAPI documents.

    Exit code 0: nothing breaks. 1: something breaks. 2: a file cannot be compared.
    """
    from game_events_contract.bundle import bundle_document
    from game_events_contract.modes import mode_of
    from game_events_contract.steps import judged

    try:
        before, after = _read(old), _read(new)
        if "openapi" in before and "openapi" in after:
            _finish_http(before, after, as_json)
        for path, document in ((old, before), (new, after)):
            _require_schema(path, document)
        documents = bundle_document(before, old.resolve()), bundle_document(after, new.resolve())
        compared = judged(*documents, mode_of(before, old, mode))
    except (ValueError, OSError) as error:
        typer.echo(f"cannot compare: {error}", err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    if as_json:
        typer.echo(json.dumps(compared.as_json()))
    else:
        _print_report(compared, before, old)
    raise typer.Exit(ExitCode.FAILED if compared.breaking else ExitCode.OK)


@app.command()
def publish(
    versions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[EVENT/VERSION]...",
            help="Which versions --make-default is about.",
            show_default="the newest of what is published now; where nothing is new, of every event",
        ),
    ] = None,
    make_default: Annotated[
        bool,
        typer.Option(
            "--make-default",
            help="Let the event's name alone mean the version, in the SDK and the models. ADDITIONs to the default do.",
        ),
    ] = False,
    root: Root = None,
    base: BaseOption = None,
) -> None:
    """Write everything that is generated from the schemas and lock the digests of new versions.

    What was generated is imported, type-checked and exercised first; where any of it fails, nothing is written.
    """
    from game_events_contract.base import compare_with_base, settled
    from game_events_contract.checks import bundled_contract, generated_code, unreadable
    from game_events_contract.codegen import written
    from game_events_contract.consumers import broken_consumers
    from game_events_contract.defaults import told_defaults, with_defaults, write_lifecycle
    from game_events_contract.findings import GateRule
    from game_events_contract.gate import LOCK, gate, lock
    from game_events_contract.http_contract import http_findings
    from game_events_contract.lifecycle import FILE
    from game_events_contract.lint import lint as run
    from game_events_contract.repository import SchemaRepository

    folder = checkout(root)
    found = _base(folder, base)
    before = SchemaRepository(folder / "schemas")
    if versions and not make_default:
        typer.echo("versions are named for --make-default; without it, publish takes all that is new", err=True)
        raise typer.Exit(ExitCode.UNUSABLE)
    try:
        schemas = with_defaults(before, versions or [] if make_default else None)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    stages = [("lint", run(schemas))]
    if not unreadable(stages[0][1]):
        gated = [
            finding
            for finding in gate(schemas, settled=settled(found))
            if finding.rule is not GateRule.VERSION_UNPUBLISHED
        ]
        stages.append(("compatibility", gated))
        if not unreadable(gated):
            stages.append(("consumers", broken_consumers(schemas)))
            stages.append(("base", compare_with_base(schemas, found)))
            if found.openapi is not None and not stages[0][1]:
                document = bundled_contract(folder, schemas)
                stages.append(("http", http_findings(found.openapi, document, found.note)))
    files: dict[str, str] = {}
    if not any(findings for _, findings in stages):
        files, failed = generated_code(folder, schemas)
        stages.append(("generated code", failed))
    if any(findings for _, findings in stages):
        _finish(stages, as_json=False, note=found.note)
    # The lock comes last: a version without generated code is not published.
    with written(folder, files, folder / "schemas" / LOCK, folder / "schemas" / FILE) as changed:
        write_lifecycle(schemas)
        labels = lock(schemas)
    for label in labels:
        typer.echo(f"published {label}")
    for line in told_defaults(before, schemas, labels):
        typer.echo(line)
    for path in changed:
        typer.echo(f"wrote {path}")


def _base(root: Path, revision: str | None) -> "Base":
    from game_events_contract.base import BaseMissing, find_base

    try:
        return find_base(root, revision)
    except BaseMissing as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None


def _finish_http(before: dict[str, Any], after: dict[str, Any], as_json: bool) -> NoReturn:
    """Print how two HTTP contracts differ, and exit: 1 when a client of the older would feel it."""
    from game_events_contract.http_contract import compare_http

    changes = compare_http(before, after)
    breaking = any(change.rule.tier == "WIRE" for change in changes)
    if as_json:
        shown = [{"rule": one.rule, "tier": one.rule.tier, "pointer": one.pointer} for one in changes]
        typer.echo(json.dumps({"breaking": breaking, "changes": shown}))
    else:
        for one in changes:
            typer.echo(f"{one.rule.tier:6} {one.rule} {one.pointer}" + (f" ({one.detail})" if one.detail else ""))
            typer.echo(f"       {one.rule.meaning}")
        typer.echo(f"{'breaking' if breaking else 'compatible'}: {len(changes)} changes")
    raise typer.Exit(ExitCode.FAILED if breaking else ExitCode.OK)


def _require_schema(path: Path, document: dict[str, Any]) -> None:
    from game_events_contract.dialect import misreadings

    for misreading in misreadings(document):
        raise ValueError(f"{path}, {misreading}")


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no JSON: {error}") from None
    if not isinstance(document, dict):
        raise ValueError(f"{path} is no JSON object")
    return document


def _print_report(compared: "ModeReport", old: dict[str, Any], path: Path) -> None:
    from game_events_contract.consumers import broken_by, registered
    from game_events_contract.modes import schema_folder
    from rich.console import Console
    from rich.markup import escape

    console = Console(soft_wrap=True, highlight=False)
    consumers = registered(schema_folder(path))
    for change in compared.report.changes:
        colour = "red" if change.breaking else "green"
        detail = f" ({escape(change.detail)})" if change.detail else ""
        console.print(f"[{colour}]{change.rule.tier:6}[/] [bold]{change.rule.id}[/] {escape(change.pointer)}{detail}")
        console.print(f"       {escape(change.rule.meaning)}")
        if change.rule.tier == "WIRE":
            for consumer in broken_by(change, old, consumers):
                owner = escape(consumer.owner)
                console.print(f"       breaks [bold]{escape(consumer.name)}[/] ({consumer.label}), owner: {owner}")
    for change in compared.contrary:
        detail = f" ({escape(change.detail)})" if change.detail else ""
        console.print(f"[red]WIRE  [/] [bold]forward-{change.rule.id}[/] {escape(change.pointer)}{detail}")
        console.print("       Whoever reads by the older schema would refuse it.")
    result = "[red]breaking[/]" if compared.breaking else "[green]compatible[/]"
    count = len(compared.report.changes) + len(compared.contrary)
    console.print(f"{result} ({compared.mode}): {count} changes, needs at least a new {compared.required_step.name}")


def _finish(stages: list[tuple[str, list["Finding"]]], as_json: bool, note: str = "") -> None:
    """Print what was found and exit: 0 for nothing, 1 for anything. `note` says which base was compared with."""
    failed = any(findings for _, findings in stages)
    if as_json:
        shown = {name: [finding._asdict() for finding in findings] for name, findings in stages}
        typer.echo(json.dumps({"ok": not failed, **shown} | ({"base_revision": note} if note else {})))
    else:
        for name, findings in stages:
            result = typer.style("failed", fg="red") if findings else typer.style("ok", fg="green")
            typer.echo(f"{name}: {result}" + (f" ({note})" if name == "base" else ""))
            for finding in findings:
                typer.echo(f"  {finding}", err=True)
        if note and "base" not in dict(stages):
            typer.echo(f"base: {note}")
    raise typer.Exit(ExitCode.FAILED if failed else ExitCode.OK)

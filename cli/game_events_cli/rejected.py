"""`game-events rejected`: events that the edge refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.dead_letters import WhereOption, conditions, print_counts, print_rows, print_verdicts
from game_events_cli.options import DATA_DIR, AsJson, DataDir, LakeUrl, S3EndpointUrl, require_data_dir

if TYPE_CHECKING:
    from game_events_api.recovery.rejected import Refused

app = typer.Typer(name="rejected", help="Events that were refused, why, and what would make them pass.")


@app.command("list")
def list_(
    data_dir: DataDir = DATA_DIR,
    where: WhereOption = None,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    as_json: AsJson = False,
) -> None:
    """One line a refused event."""
    rows = [item.fields for item in found(data_dir, where, lake, s3_endpoint_url)]
    print_rows(rows, ("name", "received_at", "event_id", "game_id", "event_type", "rule", "pointer"), as_json)


@app.command()
def show(name: str, data_dir: DataDir = DATA_DIR, lake: LakeUrl = None, s3_endpoint_url: S3EndpointUrl = None) -> None:
    """One refused event with every reason and what was sent."""
    for item in found(data_dir, [f"name={name}"], lake, s3_endpoint_url):
        typer.echo(json.dumps(item.document, indent=2, ensure_ascii=False))
        return
    typer.echo(f"no refused event {name}; `game-events rejected list` shows them", err=True)
    raise typer.Exit(ExitCode.FAILED)


@app.command()
def stats(
    data_dir: DataDir = DATA_DIR,
    where: WhereOption = None,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    as_json: AsJson = False,
) -> None:
    """How many by game, event type and first reason."""
    from game_events_api.recovery import rejected

    print_counts(rejected.counted(found(data_dir, where, lake, s3_endpoint_url)), as_json)


@app.command()
def replay(
    data_dir: DataDir = DATA_DIR,
    where: WhereOption = None,
    as_version: Annotated[
        str | None, typer.Option(help="Judge and store events of this type as this version, say purchase/1-1-0.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would pass.")] = False,
    rate: Annotated[float | None, typer.Option(min=0.1, help="Events a second at most.")] = 1000,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    as_json: AsJson = False,
) -> None:
    """Judge them again and send what passes now, with its event_id and received_at."""
    from game_events_api.contract.catalog import Catalog
    from game_events_api.recovery import rejected
    from game_events_api.recovery.replay import Pace, Verdicts

    try:
        verdicts = Verdicts(Catalog(), as_version)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--as-version") from None
    require_data_dir(data_dir)  # the keys and what was sent before are there, wherever the lake is
    items, may_write = found(data_dir, where, lake, s3_endpoint_url), rejected.granted(data_dir)
    if dry_run:
        counts, repeated = rejected.dry_run(data_dir, items, verdicts, may_write)
    else:
        counts, repeated = rejected.replay(data_dir, items, verdicts, may_write, pace=Pace(rate))
    print_verdicts(counts, dry_run, as_json, repeated)


def found(
    data_dir: Path, where: list[str] | None, lake: str | None, s3_endpoint_url: str | None
) -> Iterator["Refused"]:
    """From the lake, oldest file first, and from the spool."""
    from game_events_api.recovery import rejected

    chosen = conditions(where)
    for item in rejected.refused(_lines(data_dir, lake, s3_endpoint_url)):
        if chosen.matches(item.fields):
            yield item


def _lines(data_dir: Path, lake: str | None, s3_endpoint_url: str | None) -> Iterator[bytes]:
    from game_events_api.recovery import rejected
    from game_events_warehouse.lake import open_lake, unpacked

    if lake is None:
        require_data_dir(data_dir)
        yield from rejected.local_lines(data_dir)
        return
    source = open_lake(lake, s3_endpoint_url=s3_endpoint_url)
    for file in sorted(source.files(), key=lambda file: file.path):
        if file.stream == "rejected":
            yield from unpacked(file, source.read(file)).splitlines()
    yield from rejected.waiting_lines(data_dir)

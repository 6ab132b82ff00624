"""`game-events rejected`: events that were not accepted."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from game_events_cli import kept
from game_events_cli.kept import RATE, DryRun, Rate, WhereOption
from game_events_cli.options import DATA_DIR, AsJson, DataDir, LakeUrl, S3EndpointUrl, key_store_of, require_data_dir

if TYPE_CHECKING:
    from game_events_api.recovery import RejectedEvents

app = typer.Typer(name="rejected", help="Events that were rejected, why, and what would make them pass.")

COLUMNS = ("name", "received_at", "event_id", "game_id", "event_type", "rule", "pointer")


@app.command("list")
def list_(
    data_dir: DataDir = DATA_DIR,
    where: WhereOption = None,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    as_json: AsJson = False,
) -> None:
    """One line a rejected event."""
    kept.print_list(_rejected(data_dir, lake, s3_endpoint_url), where, COLUMNS, as_json)


@app.command()
def show(name: str, data_dir: DataDir = DATA_DIR, lake: LakeUrl = None, s3_endpoint_url: S3EndpointUrl = None) -> None:
    """One rejected event with every reason and what was sent."""
    kept.print_one(_rejected(data_dir, lake, s3_endpoint_url), name, "rejected event")


@app.command()
def stats(
    data_dir: DataDir = DATA_DIR,
    where: WhereOption = None,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    as_json: AsJson = False,
) -> None:
    """How many by game, event type and first reason."""
    kept.print_counts(_rejected(data_dir, lake, s3_endpoint_url), where, as_json)


@app.command()
def replay(
    data_dir: DataDir = DATA_DIR,
    where: WhereOption = None,
    as_version: Annotated[
        str | None, typer.Option(help="Check and store events of this type as this version, say purchase/1-1-0.")
    ] = None,
    dry_run: DryRun = False,
    rate: Rate = RATE,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    as_json: AsJson = False,
) -> None:
    """Check them again and send what passes now, with its event_id and received_at."""
    from game_events_api.recovery import Recheck

    try:
        recheck = Recheck(as_version)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--as-version") from None
    require_data_dir(data_dir)  # the keys and what was sent before are there, wherever the lake is
    kept.replay(_rejected(data_dir, lake, s3_endpoint_url), where, recheck, rate, dry_run, as_json)


def _rejected(data_dir: Path, lake: str | None, s3_endpoint_url: str | None) -> "RejectedEvents":
    from game_events_api.recovery import RejectedEvents

    if lake is None:
        require_data_dir(data_dir)
        return RejectedEvents(data_dir, keys=key_store_of(data_dir))
    return RejectedEvents(data_dir, partial(_lines, lake, s3_endpoint_url), keys=key_store_of(data_dir))


def _lines(lake: str, s3_endpoint_url: str | None) -> Iterator[bytes]:
    from game_events_warehouse.lake import open_lake, unpacked

    source = open_lake(lake, s3_endpoint_url=s3_endpoint_url)
    for file in sorted(source.files(), key=lambda file: file.path):
        if file.stream == "rejected":
            yield from unpacked(file, source.read(file)).splitlines()

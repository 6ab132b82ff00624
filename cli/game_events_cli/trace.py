"""`game-events trace`: every place where one event is seen."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import (
    DATA_DIR,
    AsJson,
    DataDir,
    LakeUrl,
    S3EndpointUrl,
    database_of,
    lake_of,
    require_data_dir,
)
from game_events_cli.tables import print_table

if TYPE_CHECKING:
    from game_events_api.sightings import Sighting, UnpackedFile
    from game_events_warehouse.lake import Lake


def trace(
    event_id: Annotated[str, typer.Argument(help="The event's UUID.")],
    data_dir: DataDir = DATA_DIR,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    game: Annotated[str | None, typer.Option(help="Only this game's event of that id.", show_default="any")] = None,
    as_json: AsJson = False,
) -> None:
    """Show where an event is and was: spool, dead letters, lake, raw, staging, facts.

    Exit code 0: found somewhere. 1: nowhere. 2: no event id, or nowhere to look.
    """
    import uuid

    try:
        wanted = str(uuid.UUID(event_id))
    except ValueError:
        raise typer.BadParameter("give the event's UUID, say 0192f0c1-2a3b-7c4d-8e5f-001122334455") from None
    if lake is None:
        require_data_dir(data_dir)
    missed: list[str] = []
    found = find(wanted, data_dir, lake, s3_endpoint_url, passed_over=missed.append)
    sightings = [sighting for sighting in found if game in (None, sighting.details.get("game_id"))]
    events = _events(sightings)
    if as_json:
        named = [{"game_id": game_id, "fingerprint": fingerprint} for game_id, fingerprint in events]
        document = {
            "event_id": wanted,
            "events": named,
            "stages": [{"stage": one.seen_in, **one.details} for one in sightings],
        }
        typer.echo(json.dumps(document, default=str))
    elif sightings:
        print_table(("stage", "where", "details"), map(_row, sightings), title=wanted)
        if len(events) > 1:
            typer.echo(f"{len(events)} events have this id; game_id and fingerprint tell them apart")
    else:
        typer.echo(f"{wanted} is in no spool, lake file or table of this data directory")
    if missed:
        typer.echo(f"passed over, damaged or unreadable: {', '.join(sorted(set(missed)))}; see `doctor`", err=True)
    raise typer.Exit(ExitCode.OK if sightings else ExitCode.FAILED)


def find(
    event_id: str,
    data_dir: Path,
    lake: str | None = None,
    s3_endpoint_url: str | None = None,
    passed_over: Callable[[str], None] = lambda _: None,
) -> Iterator["Sighting"]:
    """In the order an event passes the places. Of the files that were loaded, only the event's are read."""
    from game_events_api.sightings import Sighting, in_lake, in_spools
    from game_events_warehouse import reader

    yield from in_spools(event_id, data_dir, passed_over=passed_over)
    in_warehouse, elsewhere, _ = reader.whereabouts(database_of(data_dir), event_id)
    if source := lake_of(data_dir, lake, s3_endpoint_url):
        yield from in_lake(event_id, _files_of(source, elsewhere, passed_over))
    for one in in_warehouse:
        yield Sighting(one.seen_in, one.details)


def _files_of(lake: "Lake", elsewhere: set[str], passed_over: Callable[[str], None]) -> Iterator["UnpackedFile"]:
    """What of the lake may hold the event."""
    from game_events_api.sightings import UnpackedFile
    from game_events_warehouse.errors import LakeError
    from game_events_warehouse.lake import unpacked

    for file in sorted(lake.files(), key=lambda file: file.path):
        if file.path in elsewhere:
            continue
        try:
            text = unpacked(file, lake.read(file))
        except LakeError:  # the event may be in any other; `reconcile` says what is wrong with it
            passed_over(file.path)
            continue
        yield UnpackedFile(file.path, file.stream, text, file.written_at)


def _events(sightings: Sequence["Sighting"]) -> list[tuple[str, str]]:
    """The accepted ones, by game and fingerprint."""
    found = {
        (sighting.details["game_id"], sighting.details["fingerprint"])
        for sighting in sightings
        if sighting.details.get("stream", "events") == "events" and sighting.details.get("fingerprint")
    }
    return sorted((str(game_id), str(fingerprint)) for game_id, fingerprint in found)


def _row(sighting: "Sighting") -> tuple[str, str, str]:
    details = sighting.details
    where = " ".join(str(details[name]) for name in ("file", "table") if details.get(name))
    place = next((f":{details[name]}" for name in ("row", "block") if details.get(name)), "")
    rest = {name: value for name, value in details.items() if name not in ("file", "table", "row", "block")}
    return sighting.seen_in, where + place, ", ".join(f"{k} {v}" for k, v in rest.items() if v is not None)

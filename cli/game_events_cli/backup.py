"""`game-events backup` and `restore`: what cannot be made again, kept elsewhere."""

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import DATA_DIR, AsJson, DataDir, database_of, lake_of, require_data_dir
from game_events_cli.progress import watched

if TYPE_CHECKING:
    from collections.abc import Sequence

To = Annotated[Path, typer.Option("--to", help="Folder of backups, on another disk; made where it is not there.")]
From = Annotated[Path, typer.Option("--from", help="The folder that `game-events backup` wrote to.")]


def backup(to: To, data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Add a backup of the data folder to a folder of backups; the server may be running.

    Each file of the lake is copied once for all backups. What was written is read again.
    Exit code 0: made. 1: made, but of a data folder that is itself damaged; what is wrong is named. 2: an argument is
    unusable, or the disk is full. 75: another backup is being written there.
    """
    from game_events_api.audit import audited
    from game_events_api.custody import BackupBusy, BackupUnusable, back_up, forget
    from game_events_api.erasure import NAME, erased_files
    from game_events_api.errors import ConfigurationError
    from game_events_api.settings import DeliverySettings, Environment

    require_data_dir(data_dir)
    try:
        settings = Environment.read(os.environ).of(DeliverySettings)
        with audited(data_dir, "backup", to=str(to)) as made, watched("Backing up", as_json=as_json) as shown:
            outcome = back_up(data_dir, to, lake_here="s3" not in settings.sinks, progress=shown.say)
            made["name"] = outcome.name
        forget(to, erased_files(data_dir / NAME))
    except BackupBusy as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.BUSY) from None
    except (BackupUnusable, ConfigurationError) as error:
        _refuse(error)
    if as_json:
        typer.echo(json.dumps(vars(outcome)))
    else:
        typer.echo(
            f"{outcome.name}: {outcome.files:,} files, {outcome.bytes:,} bytes, {outcome.new_bytes:,} of them new"
        )
        for fault in outcome.faults:
            typer.echo(fault, err=True)
    raise typer.Exit(ExitCode.FAILED if outcome.faults else ExitCode.OK)


def restore(
    source: From,
    data_dir: DataDir = DATA_DIR,
    name: Annotated[str | None, typer.Option("--backup", help="Which one.", show_default="the newest")] = None,
    check: Annotated[bool, typer.Option("--check", help="Read the backup through, and write nothing.")] = False,
    erasures: Annotated[
        Path | None,
        typer.Option(help="erasures.db of the server that was backed up, if it is newer than the newest backup."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a data folder from a backup, into a new or empty folder.

    Every file is read first; if one is damaged or missing, nothing is restored. Players who were erased since the
    backup was made are erased in it before the folder is in its place.
    Exit code 0: restored, or with --check: whole. 1: restored, and players could not be erased in all of it; what could
    not be looked into is named. 2: not, and why. 75: a server runs on the folder.
    """
    from game_events_api import custody
    from game_events_api.audit import audit
    from game_events_api.erasure import NAME, Outcome, erase_restored, listed
    from game_events_api.errors import DataFolderInUse
    from game_events_api.spool import Change
    from game_events_warehouse.erasure import forget_built

    erased: list[Outcome] = []

    def erase_again(folder: Path) -> None:
        lists = [*custody.lists_of(source, NAME), *([erasures] if erasures else [])]
        others = [one for path in lists for one in listed(path)]

        def in_warehouse(change: Change, files: "Sequence[str]") -> int:
            forget_built(database_of(folder), change)
            return 0

        if outcome := erase_restored(folder, lake_of(folder, None, None), in_warehouse, others):
            erased.append(outcome)

    try:
        with watched("Reading" if check else "Restoring", as_json=as_json) as shown:
            if check:
                inventory = custody.check(source, name, shown.say)
            else:
                inventory = custody.restore(source, data_dir, name, shown.say, erase_again)
                audit(data_dir, "restore", time.time(), None, of=str(source), name=inventory.name)
    except DataFolderInUse as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.BUSY) from None
    except custody.BackupUnusable as error:
        _refuse(error)
    size = sum(item.bytes for item in inventory.items)
    if as_json:
        typer.echo(json.dumps({"name": inventory.name, "files": len(inventory.items), "bytes": size}))
    else:
        done = "is whole" if check else f"is restored to {data_dir}"
        typer.echo(f"{inventory.name} {done}: {len(inventory.items):,} files, {size:,} bytes")
    for outcome in erased:
        typer.echo(f"{outcome.players:,} players were erased again, and the warehouse is to be built anew", err=True)
        for fault in outcome.faults:
            typer.echo(fault, err=True)
    raise typer.Exit(ExitCode.FAILED if any(outcome.faults for outcome in erased) else ExitCode.OK)


def _refuse(error: Exception) -> None:
    typer.echo(str(error), err=True)
    for fault in getattr(error, "faults", ()):
        typer.echo(f"  {fault}", err=True)
    raise typer.Exit(ExitCode.UNUSABLE) from None

"""`game-events erase-player` and `anonymise-player`: forget who somebody was, and keep what happened."""

import json
import sys
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
from game_events_cli.progress import STEPS, Shown, watched
from game_events_cli.rates import EcbHistory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from game_events_api.erasure import Erasing, Kind, Outcome

Users = Annotated[
    list[str] | None, typer.Argument(help="The players' user_id; - reads them from standard input, one a line.")
]
Game = Annotated[str | None, typer.Option("--game", help="The game_id in which they are called so.")]
Again = Annotated[
    bool, typer.Option("--again", help="Nobody new: everybody on the list, in what came since. For a schedule.")
]
By = Annotated[str | None, typer.Option(help="Who asked, for the record.", show_default="this user")]
Backups = Annotated[
    list[Path] | None, typer.Option("--backups", help="Folder of backups; what is restored from it is erased again.")
]
Wait = Annotated[float, typer.Option(help="Seconds to wait for a build of the warehouse to end.")]


def erase_player(
    users: Users = None,
    game: Game = None,
    again: Again = False,
    data_dir: DataDir = DATA_DIR,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    ecb_history: EcbHistory = None,
    backups: Backups = None,
    by: By = None,
    wait: Wait = 600,
    as_json: AsJson = False,
) -> None:
    """Forget players in spool, dead letters, lake and warehouse: what identifies them becomes tokens that lead nowhere.

    The server must not run meanwhile. event_id, fingerprint and money stay, so that no count and no sum changes. What
    dies is finished by the next call.
    Exit code 0: done. 1: not in all; what could not be looked into is named. 2: an argument, the lake or the warehouse
    cannot be used. 75: a server or a build runs.
    """
    erasing = _erasing(data_dir, lake, s3_endpoint_url, ecb_history, wait)
    _print(_outcome(erasing, "erase", users, game, again, by, as_json), data_dir, backups, as_json)


def anonymise_player(
    users: Users = None,
    game: Game = None,
    data_dir: DataDir = DATA_DIR,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    ecb_history: EcbHistory = None,
    backups: Backups = None,
    by: By = None,
    wait: Wait = 600,
    as_json: AsJson = False,
) -> None:
    """As erase-player, with a pseudonym that stays: what such a player sends later is known as the same player's.

    Exit codes are those of erase-player.
    """
    erasing = _erasing(data_dir, lake, s3_endpoint_url, ecb_history, wait)
    _print(_outcome(erasing, "anonymise", users, game, False, by, as_json), data_dir, backups, as_json)


def _erasing(
    data_dir: Path, lake: str | None, s3_endpoint_url: str | None, ecb_history: Path | None, wait: float
) -> "Callable[[Shown], Erasing]":
    from game_events_api import ledger
    from game_events_api.erasure import Erasing
    from game_events_api.spool import Change, spool_files
    from game_events_warehouse import erasure
    from game_events_warehouse.errors import LakeError

    require_data_dir(data_dir)
    try:
        source = lake_of(data_dir, lake, s3_endpoint_url)
    except LakeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    if source is None:
        counts = ledger.read(data_dir)
        if counts.total("delivered") or counts.total("rejected_delivered"):
            typer.echo(
                "the lake that events were delivered to is not in the data folder: give it with --lake", err=True
            )
            raise typer.Exit(ExitCode.UNUSABLE)
        if not spool_files(data_dir):
            typer.echo(f"{data_dir} has no spool and no lake; give the server's data folder with --data-dir", err=True)
            raise typer.Exit(ExitCode.UNUSABLE)
    database = database_of(data_dir)

    def erasing(shown: Shown) -> Erasing:
        def in_warehouse(change: Change, files: "Sequence[str]") -> int:
            return erasure.erase(
                database,
                change,
                files,
                lake=lake or str(data_dir / "lake"),
                s3_endpoint_url=s3_endpoint_url,
                ecb_history=ecb_history,
                wait_seconds=wait,
                progress=lambda step, done, total: shown.count(done, total, STEPS[step]),
            )

        return Erasing(data_dir, source, in_warehouse if database.exists() else None, step=shown.say)

    return erasing


def _outcome(
    erasing: "Callable[[Shown], Erasing]",
    kind: "Kind",
    users: list[str] | None,
    game: str | None,
    again: bool,
    by: str | None,
    as_json: bool,
) -> "Outcome":
    from game_events_api.errors import DataFolderInUse, FileDamaged
    from game_events_warehouse.errors import WarehouseBusy, WarehouseError

    names = _names(users)
    if again == bool(names) or (names and not game):
        raise typer.BadParameter("give the players' user_id and their --game, or for erase-player --again alone")
    try:
        with watched("Erasing:", as_json=as_json) as shown:
            if again:
                return erasing(shown).again(by=by)
            return erasing(shown).players(game or "", names, kind, by)
    except (DataFolderInUse, WarehouseBusy) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.BUSY) from None
    except (WarehouseError, FileDamaged, OSError) as error:
        typer.echo(f"{error}\nnothing is lost: repeat the command to finish", err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None


def _names(users: list[str] | None) -> list[str]:
    names = [name for one in users or () for name in (sys.stdin.read().splitlines() if one == "-" else [one])]
    return [name for name in names if name]


def _print(outcome: "Outcome", data_dir: Path, backups: list[Path] | None, as_json: bool) -> None:
    from game_events_api.custody import lay_beside
    from game_events_api.erasure import NAME

    for folder in backups or ():
        lay_beside(folder, data_dir / NAME)
    if as_json:
        typer.echo(json.dumps(vars(outcome)))
    else:
        where = f"{outcome.spool:,} in the spool, {outcome.lake:,} in {outcome.lake_files:,} files of the lake"
        typer.echo(f"{outcome.players:,} players; lines erased: {where}, {outcome.warehouse:,} in the warehouse")
        if not (outcome.spool or outcome.lake or outcome.warehouse):
            typer.echo("there was no line of theirs; whoever was named is on the list of who is erased", err=True)
        for fault in outcome.faults:
            typer.echo(fault, err=True)
    raise typer.Exit(ExitCode.FAILED if outcome.faults else ExitCode.OK)

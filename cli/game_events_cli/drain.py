"""`game-events drain`: deliver what waits in a data folder that has no server any more."""

import os
from typing import Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.moments import duration
from game_events_cli.options import DATA_DIR, DataDir, require_data_dir


def drain(
    data_dir: DataDir = DATA_DIR,
    within: Annotated[str, typer.Option(help="How long to try: 15m, 2h.")] = "15m",
) -> None:
    """Deliver what waits in a data folder without taking events, with the settings of its server.

    Exit code 0: the folder holds no event that is only there. 1: it does, and says what. 2: a setting or the folder is
    unusable. 75: a server or delivery runs on it.
    """
    from game_events_api import ledger
    from game_events_api.audit import audited
    from game_events_api.delivery import drain as deliver
    from game_events_api.errors import DataFolderInUse
    from game_events_api.logs import configure_logging
    from game_events_api.settings import DeliverySettings, Environment

    require_data_dir(data_dir)
    seconds = duration(within, "--within").total_seconds()
    settings = Environment.read(os.environ).of(DeliverySettings, {"data_dir": data_dir})
    configure_logging(settings.log_level)
    try:
        with audited(data_dir, "drain") as made:
            deliver(settings, seconds)
            made["waiting"] = ledger.waiting(data_dir)
    except DataFolderInUse as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.BUSY) from None
    counted = ledger.read(data_dir)
    left = {
        "events wait": sum(counts.total() for counts in counted.waiting.values()),
        "dead letters wait for a decision": counted.total("dead_lettered") + counted.total("rejected_dead_lettered"),
        "spool files cannot be read": len(counted.unreadable),
        "damaged blocks or files were set aside": len(ledger.damage(data_dir)),
    }
    for what, number in left.items():
        typer.echo(f"{number:,} {what}")
    if "lake" in settings.sinks:
        typer.echo(f"delivered events are in {data_dir / 'lake'}: keep it")
    raise typer.Exit(ExitCode.FAILED if any(left.values()) else ExitCode.OK)

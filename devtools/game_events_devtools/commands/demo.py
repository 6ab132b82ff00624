"""`game-events demo`: play, deliver, load, build, reconcile, report."""

import json
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from game_events_api.exit_codes import ExitCode
from game_events_api.private_files import make_folder
from game_events_cli.progress import STEPS, Shown, watched
from rich.console import Console

if TYPE_CHECKING:
    from game_events_devtools.demo.reconciliation import Reconciliation

DRAIN_TIMEOUT_S = 120.0


class SinkName(StrEnum):
    LAKE = "lake"
    FIREHOSE = "firehose"


def demo(
    events: Annotated[int, typer.Option(min=1, max=5_000_000, help="How many events to play.")] = 10_000,
    seed: Annotated[int, typer.Option(help="The same seed plays the same events on the same day.")] = 7,
    data_dir: Annotated[
        Path | None, typer.Option(help="New or empty folder for spool, lake and warehouse; default: a temporary one.")
    ] = None,
    sink: Annotated[
        SinkName, typer.Option(help="lake, or firehose: boto3 to the development endpoint, S3 in moto.")
    ] = SinkName.LAKE,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as the last line of output.")] = False,
    no_console: Annotated[bool, typer.Option("--no-console", help="End with the result, also on a terminal.")] = False,
) -> None:
    """Play simulated players through the whole pipeline and reconcile every number.

    On a terminal it then stays, with the console open on what was played, until Ctrl-C.

    Exit code 0: every number agrees. 1: one does not, or a part failed. 2: unusable arguments.
    """
    from game_events_devtools.demo.report import print_report, summary
    from game_events_devtools.demo.stack import DemoError

    console = Console(stderr=as_json)  # with --json, standard output holds the object alone
    directory = _prepared(data_dir)
    started = time.monotonic()
    try:
        with watched("playing", as_json=as_json) as shown:
            reconciliation = _run(shown, directory, sink, events, seed)
    except DemoError as error:
        console.print(f"The demo stopped: {error}", style="red", highlight=False, markup=False)
        console.print(f"Everything it wrote is in {directory}.", markup=False)
        raise typer.Exit(ExitCode.FAILED) from error
    print_report(console, reconciliation, time.monotonic() - started, directory)
    if as_json:
        print(json.dumps(summary(reconciliation)))
    if not (no_console or as_json) and sys.stdin.isatty() and sys.stdout.isatty():
        _stay(directory)  # the result stands, whatever becomes of it
    raise typer.Exit(ExitCode.OK if reconciliation.holds else ExitCode.FAILED)


def _stay(directory: Path) -> None:
    from game_events_cli.console import NotStarted, invite, opened, wait

    from game_events_devtools.demo.stack import free_port

    try:
        with opened(directory, free_port()) as shown:
            invite(shown)
            wait(shown)
    except KeyboardInterrupt:
        return
    except NotStarted as error:
        typer.echo(str(error), err=True)


def _prepared(data_dir: Path | None) -> Path:
    if data_dir is None:
        return Path(tempfile.mkdtemp(prefix="game-events-demo-"))
    if data_dir.exists() and (not data_dir.is_dir() or any(data_dir.iterdir())):
        raise typer.BadParameter(
            f"{data_dir} is not an empty folder; the demo counts from zero, so give it a new one",
            param_hint="--data-dir",
        )
    make_folder(data_dir)
    return data_dir.resolve()


def _run(shown: Shown, directory: Path, sink: SinkName, events: int, seed: int) -> "Reconciliation":
    from game_events_api import ledger
    from game_events_api.admission import KeyFile
    from game_events_warehouse.build import build

    from game_events_devtools.demo import stack
    from game_events_devtools.demo.published import published
    from game_events_devtools.demo.reconciliation import reconcile
    from game_events_devtools.simulator import play, recompute, simulate

    played_events = list(simulate(events=events, seed=seed, today=datetime.now(UTC).date()))
    key = KeyFile(directory / "keys.json").create(name="demo")
    with ExitStack() as running:
        running.enter_context(stack.own_environment())
        cloud = running.enter_context(stack.cloud()) if sink is SinkName.FIREHOSE else None
        with stack.server(directory, sink.value) as url:
            shown.say(f"on {url}")
            played = play(url, key, played_events, progress=lambda sent: shown.count(sent, events))
            shown.say("and delivering")
            stack.wait_until_drained(directory, DRAIN_TIMEOUT_S)
            if cloud:
                cloud.endpoint.flush()  # what Firehose still buffers goes to S3 now instead of in minutes
        built = build(
            lake=cloud.lake if cloud else str(directory / "lake"),
            database=(database := directory / "warehouse" / "warehouse.duckdb"),
            s3_endpoint_url=cloud.s3_url if cloud else None,
            progress=lambda step, done, total: shown.count(done, total, STEPS[step]),
        )
        recomputed = recompute(played_events)
    return reconcile(events, played, ledger.read(directory), built, published(database, built), recomputed)

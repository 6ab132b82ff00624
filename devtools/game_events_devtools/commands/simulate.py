"""`game-events simulate`: play simulated players against a running server."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from game_events_api.exit_codes import ExitCode


def simulate(
    key: Annotated[str, typer.Option(envvar="GAME_EVENTS_API_KEY", help="An API key with the scope ingest.")],
    url: Annotated[str, typer.Option(envvar="GAME_EVENTS_URL", help="The server.")] = "http://127.0.0.1:8000",
    events: Annotated[int, typer.Option(min=1, help="How many events to send.")] = 1_000,
    seed: Annotated[int, typer.Option(help="The same seed plays the same events on the same day.")] = 7,
) -> None:
    """Send seeded events of many players, games and currencies, with duplicates, wrong clocks and broken builds.

    Exit code 0: sent, also when the broken events were rejected. 1: the server could not be reached or refused.
    2: an unusable URL or key.
    """
    from game_events import GameEventsError
    from game_events_cli.progress import watched
    from rich.console import Console

    from game_events_devtools import simulator

    console = Console(stderr=True, highlight=False)
    stream = simulator.simulate(events=events, seed=seed, today=datetime.now(UTC).date())
    try:
        with watched("playing") as shown:
            result = simulator.play(url, key, stream, progress=lambda sent: shown.count(sent, events))
    except (GameEventsError, ValueError) as error:  # ValueError: an unusable URL or key
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(ExitCode.FAILED if isinstance(error, GameEventsError) else ExitCode.UNUSABLE) from error
    print(f"sent {result.sent}, accepted {result.accepted}, duplicate {result.duplicate}, rejected {result.rejected}")
    for reason, count in result.reasons.most_common(10):
        print(f"  {count:6} {reason}")

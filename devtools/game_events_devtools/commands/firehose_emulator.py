"""`game-events firehose-emulator`: the development Firehose endpoint in the foreground."""

from pathlib import Path
from typing import Annotated

import typer
from game_events_cli.options import S3EndpointUrl


def firehose_emulator(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one and prints it.")] = 4573,
    directory: Annotated[Path | None, typer.Option(help="Write objects here instead of to S3.")] = None,
    bucket: Annotated[str, typer.Option(help="Bucket of the two streams created at start.")] = "game-events-lake",
    s3_endpoint_url: S3EndpointUrl = None,
    size_mb: Annotated[int, typer.Option(min=1, max=128, help="An object is written at this size…")] = 5,
    interval_seconds: Annotated[float, typer.Option(min=0, max=900, help="…or at this age of its oldest record.")] = 60,
    faults: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="JSON list of faults, see docs/delivery.md."),
    ] = None,
) -> None:
    """Run a Firehose endpoint for development: real limits and errors, buffering, gzip, prefixes, faults.

    Streams game-events and game-events-rejected exist from the start. Ctrl-C flushes and ends it.
    """
    import signal
    import threading

    from game_events_devtools.firehose_emulator import (
        DirectoryDestination,
        FaultScript,
        FirehoseEndpoint,
        S3Destination,
    )

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with FirehoseEndpoint(
        DirectoryDestination(directory) if directory else S3Destination(s3_endpoint_url),
        bucket=bucket,
        size_bytes=size_mb * 1024 * 1024,
        interval_seconds=interval_seconds,
        host=host,
        port=port,
        faults=FaultScript.from_file(faults) if faults else None,
    ) as endpoint:
        typer.echo(f"Firehose endpoint on {endpoint.url} (GAME_EVENTS_FIREHOSE_ENDPOINT_URL)")
        stop.wait()

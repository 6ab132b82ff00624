"""`game-events firehose-emulator`: the development Firehose endpoint in the foreground."""

from pathlib import Path
from typing import Annotated

import typer

from game_events_cli.options import DATA_DIR, AsJson, DataDir, LakeUrl, S3EndpointUrl, lake_of, require_data_dir


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

    from game_events_cli.firehose_emulator import FaultScript, FirehoseEndpoint

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with FirehoseEndpoint(
        directory=directory,
        bucket=bucket,
        s3_endpoint_url=s3_endpoint_url,
        size_bytes=size_mb * 1024 * 1024,
        interval_seconds=interval_seconds,
        host=host,
        port=port,
        faults=FaultScript.from_file(faults) if faults else None,
    ) as endpoint:
        typer.echo(f"Firehose endpoint on {endpoint.url} (GAME_EVENTS_FIREHOSE_ENDPOINT_URL)")
        stop.wait()


def firehose_cost(
    data_dir: DataDir = DATA_DIR,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    price_per_gb: Annotated[float, typer.Option(min=0, help="Direct PUT, first tier of your region, in USD.")] = 0.029,
    as_json: AsJson = False,
) -> None:
    """What Firehose would bill for the lake's events: one a record, and packed as this product does.

    Direct PUT rounds each record up to 5 KB. Each lake file counts as what had gathered by the time it was sent.
    """
    import json

    from game_events_api.delivery.packing import billed, into_records
    from game_events_warehouse.lake import unpacked

    events = size = single = packed = 0
    if lake is None:
        require_data_dir(data_dir)
    if source := lake_of(data_dir, lake, s3_endpoint_url):
        for file in source.files():
            lines = unpacked(file, source.read(file)).splitlines(keepends=True)
            sizes = [len(line) for line in lines]
            events += len(sizes)
            size += sum(sizes)
            single += sum(billed(one) for one in sizes)
            packed += sum(billed(sum(sizes[first:last])) for first, last in into_records((1, one) for one in sizes))
    result = {
        "events": events,
        "bytes": size,
        "billed_one_event_a_record": single,
        "billed_packed": packed,
        "billed_bytes_ratio": round(single / packed, 2) if packed else None,
        "usd_one_event_a_record": round(single / 2**30 * price_per_gb, 6),
        "usd_packed": round(packed / 2**30 * price_per_gb, 6),
    }
    if as_json:
        typer.echo(json.dumps(result))
        return
    for name, value in result.items():
        typer.echo(f"{name.replace('_', ' '):>28}  {'' if value is None else f'{value:,}'}")

"""`game-events firehose-cost`: what Firehose would bill for the events of a lake."""

from typing import Annotated

import typer

from game_events_cli.options import DATA_DIR, AsJson, DataDir, LakeUrl, S3EndpointUrl, lake_of, require_data_dir


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

    from game_events_api.delivery import billed, into_records
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

"""`game-events cost`: what so many events a day would cost on AWS and Snowflake, before the first is sent."""

from pathlib import Path
from typing import Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import AsJson


def cost(
    events_per_day: Annotated[float, typer.Option(min=1, help="Events that are accepted, on an average day.")],
    event_bytes: Annotated[int, typer.Option(min=1, help="Bytes of a stored line, as in the lake, unpacked.")] = 800,
    batch: Annotated[int, typer.Option(min=1, max=500, help="Events in a request.")] = 20,
    peak: Annotated[float, typer.Option(min=1, help="The busiest second over the average one.")] = 3.0,
    months_kept: Annotated[float, typer.Option(min=0, help="How long lake and warehouse keep events.")] = 12.0,
    regions: Annotated[int, typer.Option(min=1, help="Regions that take events, each with servers of its own.")] = 1,
    region: Annotated[str, typer.Option(help="Whose prices.")] = "us-east-1",
    prices: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A file of prices of your own.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What events a day would cost on AWS and Snowflake, by the month, and what they need there.

    An estimate by list prices and by what was measured on two cores, before discounts: see docs/scale.md. Traffic
    between zones and regions, logs, keys and support are left out.
    """
    import json

    from game_events_cli.costing import Load, UnusablePrices, estimate, read_prices

    load = Load(events_per_day, event_bytes, batch, peak, months_kept, regions=regions)
    try:
        result = estimate(load, read_prices(prices, region))
    except UnusablePrices as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from error
    total = result.usd_a_month
    per_million = total / (events_per_day * 30.4 / 1e6)
    if as_json:
        items = [item._asdict() for item in result.items]
        told = {
            "usd_a_month": total,
            "usd_a_million_events": per_million,
            "items": items,
            "needs": result.needs._asdict(),
        }
        typer.echo(json.dumps(told))
        return
    for item in result.items:
        typer.echo(f"{item.service:>13}  {item.what:<34} {item.quantity:>16,.1f} {item.unit:<8} {item.usd:>14,.2f}")
    typer.echo(f"{'':>13}  {'USD a month':<34} {'':>16} {'':<8} {total:>14,.2f}")
    typer.echo(f"{'':>13}  {'USD a million events':<34} {'':>16} {'':<8} {per_million:>14,.4f}")
    for name, value in result.needs._asdict().items():
        typer.echo(f"{name.replace('_', ' '):>48} {value:>19,.1f}")

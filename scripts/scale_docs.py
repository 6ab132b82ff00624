"""Write the figures of docs/scale.md as `game-events cost` has them: python scripts/scale_docs.py"""

import re
from collections import defaultdict
from pathlib import Path

from game_events_cli.costing import DAYS, Estimate, Load, estimate, read_prices

PAGE = Path(__file__).resolve().parent.parent / "docs" / "scale.md"
REGION = re.compile(r"(<!-- figures: begin -->\n).*?(<!-- figures: end -->\n)", re.DOTALL)
A_MINUTE = {"10 thousand": 1e4, "1 million": 1e6, "100 million": 1e8}
"""Events, by how the page names them."""


def text() -> str:
    """The page as it has to be."""
    prices = read_prices(None, "us-east-1")
    estimates = {name: estimate(Load(events * 1440), prices) for name, events in A_MINUTE.items()}
    return REGION.sub(lambda match: f"{match[1]}{_table(estimates)}{match[2]}", PAGE.read_text(encoding="utf-8"))


def _table(estimates: dict[str, Estimate]) -> str:
    named = list(estimates)
    lines = [f"| events a minute | {' | '.join(named)} |", f"|---|{'---|' * len(named)}"]
    needs = [one.needs for one in estimates.values()]
    lines.append(_row("events/s at the peak", [f"{one.events_per_second_at_peak:,.0f}" for one in needs]))
    lines.append(_row("processors in use at the peak", [f"{one.processors_at_peak:,.2f}" for one in needs]))
    lines.append(_row("servers of 4 processors, half used", [f"{one.servers:,}" for one in needs]))
    lines.append(
        _row("MiB/s into Firehose at the peak", [f"{one.firehose_mib_per_second_at_peak:,.1f}" for one in needs])
    )
    lines.append(
        _row("… of the usual quota of a stream", [f"{one.firehose_times_the_usual_quota:,.1f} x" for one in needs])
    )
    lines.append(_row("lake after 12 months, GiB", [f"{one.lake_gib:,.0f}" for one in needs]))
    by_service: list[dict[str, float]] = [defaultdict(float) for _ in named]
    for counted, one in zip(by_service, estimates.values(), strict=True):
        for item in one.items:
            counted[item.service] += item.usd
    lines += [
        _row(f"{service}, USD a month", [f"{counted[service]:,.0f}" for counted in by_service])
        for service in by_service[0]
    ]
    totals = [one.usd_a_month for one in estimates.values()]
    lines.append(_row("**all, USD a month**", [f"**{usd:,.0f}**" for usd in totals]))
    shares = [usd / (events * 1440 * DAYS / 1e6) for usd, events in zip(totals, A_MINUTE.values(), strict=True)]
    lines.append(_row("USD a million events", [f"{usd:.2f}" for usd in shares]))
    return "\n".join([*lines, ""])


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")

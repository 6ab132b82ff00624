"""What the demo shows a person, and the object it hands to a machine."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from game_events_cli.warehouse_report import oldest_rate, rates_document, rates_sentence
from rich.console import Console
from rich.table import Table

from game_events_devtools.demo.reconciliation import CENT, Reconciliation

TOP_REASONS = 8


def summary(reconciliation: Reconciliation) -> dict[str, Any]:
    """The demo's result for `--json`: counts, facts, and revenue in USD as decimal strings.

    A currency without an exchange rate has null as its revenue, not zero.
    """
    return {
        "sent": reconciliation.sent,
        "accepted": reconciliation.accepted,
        "duplicate": reconciliation.duplicate,
        "rejected": reconciliation.rejected,
        "delivered": reconciliation.delivered,
        "raw_events": reconciliation.raw_events,
        "facts": {"installs": reconciliation.installs, "purchases": reconciliation.purchases},
        "revenue_usd": {line.currency: _text(line.usd) for line in reconciliation.revenue},
        "rates": rates_document(reconciliation.rates),
        "reconciled": reconciliation.holds,
        "differences": reconciliation.differences,
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def print_report(console: Console, reconciliation: Reconciliation, seconds: float, directory: Path) -> None:
    """Print the reconciled table, the top reasons for refusal and the revenue by currency."""
    stages = Table(title="Every event, stage by stage", title_justify="left")
    for heading in ("stage", "counted", "expected"):
        stages.add_column(heading, justify="left" if heading == "stage" else "right")
    stages.add_column("")
    stages.add_column("what it is held against", style="dim")
    for stage in reconciliation.stages:
        mark = "[green]✓[/green]" if stage.holds else "[red]✗[/red]"
        stages.add_row(stage.name, f"{stage.counted:,}", f"{stage.expected:,}", mark, stage.explanation)
    console.print(stages)

    reasons = Table(title="Refused, by reason", title_justify="left")
    reasons.add_column("reason")
    reasons.add_column("events", justify="right")
    for reason, count in reconciliation.reasons[:TOP_REASONS]:
        reasons.add_row(reason, f"{count:,}")
    if others := sum(count for _, count in reconciliation.reasons[TOP_REASONS:]):
        reasons.add_row("others", f"{others:,}", style="dim")
    console.print(reasons)

    revenue = Table(title="Revenue, production purchases", title_justify="left")
    for heading in ("currency", "purchases", "amount", "USD", "recomputed USD"):
        revenue.add_column(heading, justify="left" if heading == "currency" else "right")
    revenue.add_column("")
    revenue.add_column("oldest rate")
    for line in reconciliation.revenue:
        mark = "[green]✓[/green]" if line.holds else "[red]✗[/red]"
        cells = (f"{line.purchases:,}", f"{line.amount.normalize():,f}", _dollars(line.usd), _dollars(line.oracle_usd))
        revenue.add_row(line.currency, *cells, mark, oldest_rate(reconciliation.rates, line.currency))
    total = sum((line.usd for line in reconciliation.revenue if line.usd is not None), Decimal(0))
    revenue.add_section()
    revenue.add_row("all converted", "", "", _dollars(total), "", "", "")
    console.print(revenue)
    console.print(rates_sentence(reconciliation.rates), highlight=False)

    for difference in reconciliation.differences:
        console.print(difference, style="red", markup=False)
    verdict = "[green]Every number reconciles.[/green]" if reconciliation.holds else "[red]Not reconciled.[/red]"
    console.print(f"{verdict} {seconds:.1f} s.", highlight=False)
    console.print(f"Spool, lake, warehouse and server log are in {directory}", highlight=False, markup=False)


def _dollars(amount: Decimal | None) -> str:
    return "no rate yet" if amount is None else f"{amount.quantize(CENT):,f}"

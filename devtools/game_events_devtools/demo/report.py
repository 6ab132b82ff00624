"""What the demo shows a person, and the object it hands to a machine."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from game_events_cli.warehouse_report import in_base, rates_document, rates_sentence
from rich.console import Console
from rich.table import Table

from game_events_devtools.demo.reconciliation import Reconciliation, Revenue, by_currency
from game_events_devtools.simulator import Money

TOP_REASONS = 8


def summary(reconciliation: Reconciliation) -> dict[str, Any]:
    """The demo's result for `--json`: counts, facts, and money as decimal strings.

    A currency without an exchange rate has null in USD, not zero.
    """
    played, found = reconciliation.played, reconciliation.found
    return {
        "sent": played.sent,
        "accepted": played.accepted,
        "duplicate": played.duplicate,
        "rejected": played.rejected,
        "rejected_by_reason": dict(played.reasons.most_common()),
        "delivered": reconciliation.delivered,
        "raw_events": reconciliation.built.raw_events,
        "quarantined": reconciliation.built.quarantined,
        "facts": dict(found.facts),
        "revenue": {
            currency: {"purchases": line.purchases, "refunds": line.refunds}
            | _document("gross", line.gross)
            | _document("refunded", line.refunded)
            | _document("net", line.net)
            for currency, line in by_currency(found).items()
        },
        "refunds_apart": [
            {"why": why, "currency": currency} | _document("amount", money)
            for (why, currency), money in sorted(found.apart.items())
        ],
        "ad_revenue": {currency: _document("revenue", money) for currency, money in sorted(found.ads.items())},
        "rates": rates_document(reconciliation.rates),
        "reconciled": reconciliation.holds,
        "differences": reconciliation.differences,
    }


def _document(name: str, money: Money) -> dict[str, str | None]:
    return {name: f"{money.amount:f}", f"{name}_usd": None if money.usd is None else f"{money.usd:f}"}


def print_report(console: Console, reconciliation: Reconciliation, seconds: float, directory: Path) -> None:
    """Print the reconciled table, the top reasons for refusal and the revenue by currency."""
    console.print(_stages(reconciliation))
    console.print(_reasons(reconciliation))
    console.print(_revenue(reconciliation))
    console.print(_beside(reconciliation))
    console.print(rates_sentence(reconciliation.rates), highlight=False)
    for difference in reconciliation.differences:
        console.print(difference, style="red", markup=False)
    verdict = "[green]Every number reconciles.[/green]" if reconciliation.holds else "[red]Not reconciled.[/red]"
    console.print(f"{verdict} {seconds:.1f} s.", highlight=False)
    console.print(f"Spool, lake, warehouse and server log are in {directory}", highlight=False, markup=False)


def _table(title: str, *headings: str, words: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(heading, justify="left" if heading in words else "right")
    return table


def _mark(holds: bool) -> str:
    return "[green]✓[/green]" if holds else "[red]✗[/red]"


def _stages(reconciliation: Reconciliation) -> Table:
    table = _table("Every event, stage by stage", "stage", "counted", "expected", "", words=["stage"])
    table.add_column("what it is held against", style="dim")
    for stage in reconciliation.stages:
        table.add_row(stage.name, f"{stage.counted:,}", f"{stage.expected:,}", _mark(stage.holds), stage.explanation)
    return table


def _reasons(reconciliation: Reconciliation) -> Table:
    table = _table("Refused, by reason", "reason", "events", words=["reason"])
    reasons = sorted(reconciliation.played.reasons.items(), key=lambda item: (-item[1], item[0]))
    for reason, count in reasons[:TOP_REASONS]:
        table.add_row(reason, f"{count:,}")
    if others := sum(count for _, count in reasons[TOP_REASONS:]):
        table.add_row("others", f"{others:,}", style="dim")
    return table


def _revenue(reconciliation: Reconciliation) -> Table:
    """The mark says that gross, refunded and net are what the sent events come to, in USD and in their own currency."""
    words = ["currency", "oldest rate"]
    columns = ("currency", "sold", "gross", "refunded", "net", "", "oldest rate")
    table = _table("Revenue in USD, production purchases", *columns, words=words)
    found, recomputed = by_currency(reconciliation.found), by_currency(reconciliation.recomputed)
    for currency, line in found.items():
        use = reconciliation.rates.oldest.get(currency)
        table.add_row(
            currency,
            f"{line.purchases:,}",
            *(in_base(money.usd) for money in (line.gross, line.refunded, line.net)),
            _mark(line == recomputed.get(currency)),
            f"{use.source}, {use.age_days} d" if use else "",
        )
    table.add_section()
    for name, lines in (("converted", found), ("recomputed", recomputed)):
        table.add_row(name, f"{sum(line.purchases for line in lines.values()):,}", *_totals(lines.values()), "", "")
    return table


def _totals(lines: Iterable[Revenue]) -> list[str]:
    converted = [line for line in lines if line.net.usd is not None]
    return [
        in_base(sum((money.usd or Decimal(0) for money in column), Decimal(0)))
        for column in (
            [line.gross for line in converted],
            [line.refunded for line in converted],
            [line.net for line in converted],
        )
    ]


def _beside(reconciliation: Reconciliation) -> Table:
    """Money that is in no net revenue."""
    table = _table("Beside it", "what", "currency", "amount", "USD", "", words=["what", "currency"])
    found, recomputed = reconciliation.found, reconciliation.recomputed
    for (why, currency), money in sorted(found.apart.items()):
        mark = _mark(money == recomputed.apart.get((why, currency)))
        table.add_row(f"refunds apart: {why}", currency, f"{money.amount.normalize():,f}", in_base(money.usd), mark)
    table.add_section()
    for currency, money in sorted(found.ads.items()):
        mark = _mark(money == recomputed.ads.get(currency))
        table.add_row("ad revenue", currency, f"{money.amount.normalize():,f}", in_base(money.usd), mark)
    return table

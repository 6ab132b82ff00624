"""What a build hands to a machine, and shows a person."""

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from game_events_cli.tables import console

if TYPE_CHECKING:
    from game_events_warehouse.build import BuildResult
    from game_events_warehouse.rate_use import RateReport

FIGURES = ("gross", "refunded", "net", "gross_base", "refunded_base", "net_base")
OWN_LINES = ("install", "purchase", "refund")
"""Event types whose facts are counted in words of their own."""


def as_document(result: "BuildResult") -> dict[str, Any]:
    """The result as JSON values; money as decimal strings, null while pending."""
    return {
        "raw_events": result.raw_events,
        "raw_rejected": result.raw_rejected,
        "duplicates_removed": result.duplicates_removed,
        "reused_ids": result.reused_ids,
        "facts": {"installs": result.installs, "purchases": result.purchases, "refunds": result.refunds},
        "facts_by_event_type": dict(result.facts),
        "quarantined": result.quarantined,
        "other_events": result.other_events,
        "malformed_lines": result.malformed_lines,
        "files_loaded": result.files_loaded,
        "rows_loaded": result.rows_loaded,
        "base_currency": result.base_currency,
        "rates": rates_document(result.rates),
        "warnings": list(result.warnings),
        "revenue": {
            currency: {
                "purchases": line.purchases,
                **{name: _money(getattr(line, name)) for name in FIGURES},
                "pending": line.pending,
            }
            for currency, line in result.revenue.items()
        },
    }


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def rates_document(report: "RateReport") -> dict[str, Any]:
    """Shares as decimal strings between 0 and 1."""
    return {
        "stale_share": _share(report.stale_share),
        "pending_share": _share(report.pending_share),
        "by_source": {source: str(amount) for source, amount in report.by_source.items()},
        "oldest": {
            currency: {"source": use.source, "rate_date": str(use.rate_date), "age_days": use.age_days}
            for currency, use in report.oldest.items()
        },
    }


def _share(share: Decimal) -> str:
    return str(share.quantize(Decimal("0.0001"), ROUND_HALF_UP))


def rates_sentence(report: "RateReport") -> str:
    """How far the revenue can be relied on, for a person."""
    oldest = report.oldest_of_all
    if oldest is None:
        used = "No exchange rate was used."
    else:
        currency, use = oldest
        used = f"Oldest rate used: {currency} by {use.source}, of {use.rate_date}, {use.age_days} days old."
    stale, pending = report.stale_share, report.pending_share
    return f"{used} {stale:.1%} of the revenue is at stale rates, {pending:.1%} of the purchases are pending."


def print_result(result: "BuildResult") -> None:
    """Counts, and revenue with the oldest rate behind it."""
    from rich.table import Table

    shown = console()
    counts = Table("rows", "", title="Warehouse", title_justify="left")
    for title, number in (
        ("raw events", result.raw_events),
        ("duplicates removed", result.duplicates_removed),
        ("events under reused ids", result.reused_ids),
        ("installs", result.installs),
        ("purchases", result.purchases),
        ("refunds", result.refunds),
        *((event_type, count) for event_type, count in result.facts.items() if event_type not in OWN_LINES),
        ("other event types", result.other_events),
        ("quarantined", result.quarantined),
        ("rejected events", result.raw_rejected),
        ("malformed lines", result.malformed_lines),
    ):
        counts.add_row(title, f"{number:,}")
    shown.print(counts)
    revenue = Table("currency", title="Revenue", title_justify="left")
    base = result.base_currency
    for heading in ("purchases", "gross", "refunded", "net", f"gross {base}", f"refunded {base}", f"net {base}"):
        revenue.add_column(heading, justify="right", overflow="fold")
    revenue.add_column("oldest rate")
    for currency, line in result.revenue.items():
        pending = f" + {line.pending} pending" if line.net_base is not None and line.pending else ""
        revenue.add_row(
            currency,
            f"{line.purchases:,}",
            *(f"{amount:,.4f}".rstrip("0").rstrip(".") for amount in (line.gross, line.refunded, line.net)),
            *(in_base(amount) for amount in (line.gross_base, line.refunded_base)),
            in_base(line.net_base) + pending,
            oldest_rate(result.rates, currency),
        )
    lines = result.revenue.values()
    totals = [
        sum((amount for amount in amounts if amount is not None), Decimal(0))
        for amounts in zip(*((line.gross_base, line.refunded_base, line.net_base) for line in lines), strict=True)
    ]
    revenue.add_section()
    purchases = sum(line.purchases for line in lines)
    revenue.add_row("", f"{purchases:,}", "", "", "", *(in_base(total) for total in totals))
    shown.print(revenue)
    shown.print(
        rates_sentence(result.rates), highlight=False, style="yellow" if result.rates.exceeds(Decimal(0)) else ""
    )
    for warning in result.warnings:
        shown.print(f"data test: {warning}", style="yellow", markup=False, highlight=False)


def in_base(amount: Decimal | None) -> str:
    return "pending" if amount is None else f"{amount:,.2f}"


def oldest_rate(report: "RateReport", currency: str) -> str:
    """Of the rates that converted revenue in one currency."""
    use = report.oldest.get(currency)
    return "" if use is None else f"{use.source} {use.rate_date} ({use.age_days} d)"

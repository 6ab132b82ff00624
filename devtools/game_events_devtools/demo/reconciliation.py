"""Whether every number of a finished demo agrees with the number it must equal. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from game_events_api.ledger import Ledger
from game_events_warehouse.build import BuildResult
from game_events_warehouse.rate_use import RateReport

from game_events_devtools.simulator import PlayResult

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Tally:
    """What one stage counted, and what the stages before it say it should have counted."""

    name: str
    counted: int
    expected: int
    explanation: str

    @property
    def holds(self) -> bool:
        return self.counted == self.expected


@dataclass(frozen=True)
class Revenue:
    """Revenue in one currency: the warehouse's figure beside an independent one, both in USD.

    None means pending: no exchange rate is known, which is never the same as zero.
    """

    currency: str
    purchases: int
    amount: Decimal
    usd: Decimal | None
    oracle_usd: Decimal | None

    @property
    def holds(self) -> bool:
        if self.usd is None or self.oracle_usd is None:
            return self.usd is self.oracle_usd
        return self.usd.quantize(CENT) == self.oracle_usd.quantize(CENT)


@dataclass(frozen=True)
class Reconciliation:
    sent: int
    accepted: int
    duplicate: int
    rejected: int
    delivered: int
    raw_events: int
    installs: int
    purchases: int
    reasons: tuple[tuple[str, int], ...]  # most frequent first
    stages: tuple[Tally, ...]
    revenue: tuple[Revenue, ...]
    rates: RateReport

    @property
    def holds(self) -> bool:
        return all(stage.holds for stage in self.stages) and all(line.holds for line in self.revenue)

    @property
    def differences(self) -> list[str]:
        """One sentence per number that does not agree."""
        return [
            f"{stage.name}: counted {stage.counted:,}, expected {stage.expected:,} ({stage.explanation})"
            for stage in self.stages
            if not stage.holds
        ] + [
            f"revenue in {line.currency}: warehouse {line.usd} USD, recomputed {line.oracle_usd} USD"
            for line in self.revenue
            if not line.holds
        ]


def reconcile(
    events: int,
    played: PlayResult,
    ledger: Ledger,
    built: BuildResult,
    oracle: Mapping[str, Decimal | None],
) -> Reconciliation:
    """Hold the client's receipts, the server's ledger, the lake and the warehouse against each other.

    `oracle` maps each currency of the sent purchases to its recomputed revenue in USD, None
    where no rate exists.
    """
    facts = built.installs + built.purchases + built.refunds
    set_aside = built.duplicates_removed + built.quarantined + built.other_events
    stages = (
        Tally("sent", played.sent, events, "every simulated event was sent"),
        Tally(
            "answered",
            played.accepted + played.duplicate + played.rejected,
            played.sent,
            "accepted + duplicate + rejected",
        ),
        Tally("as foreseen", played.as_expected, played.sent, "the verdict each simulated event was made to get"),
        Tally(
            "accepted", ledger.total("accepted"), played.accepted, "the server's ledger against the client's receipts"
        ),
        Tally(
            "duplicate",
            ledger.total("duplicate"),
            played.duplicate,
            "the server's ledger against the client's receipts",
        ),
        Tally(
            "rejected", ledger.total("rejected"), played.rejected, "the server's ledger against the client's receipts"
        ),
        Tally("delivered", ledger.total("delivered"), played.accepted, "everything accepted left the spool"),
        Tally("rejected, kept", built.raw_rejected, played.rejected, "every refused event is in the warehouse too"),
        Tally("raw", built.raw_events, ledger.total("delivered"), "every delivered event was loaded once"),
        Tally("facts", facts, built.raw_events - set_aside, "raw less repeated and quarantined events"),
    )
    currencies = sorted(set(built.revenue) | set(oracle))
    revenue = []
    for currency in currencies:
        line = built.revenue.get(currency)
        revenue.append(
            Revenue(
                currency=currency,
                purchases=line.purchases if line else 0,
                amount=line.gross if line else Decimal(0),
                usd=line.gross_base if line else Decimal(0),
                oracle_usd=oracle.get(currency, Decimal(0)),
            )
        )
    return Reconciliation(
        sent=played.sent,
        accepted=played.accepted,
        duplicate=played.duplicate,
        rejected=played.rejected,
        delivered=ledger.total("delivered"),
        raw_events=built.raw_events,
        installs=built.installs,
        purchases=built.purchases,
        reasons=tuple(sorted(played.reasons.items(), key=lambda item: (-item[1], item[0]))),
        stages=stages,
        revenue=tuple(revenue),
        rates=built.rates,
    )

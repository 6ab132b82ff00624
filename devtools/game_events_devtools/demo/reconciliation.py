"""Whether every number of a finished demo agrees with the number it must equal. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from game_events_api.ledger import Ledger
from game_events_warehouse.build import BuildResult
from game_events_warehouse.rate_use import RateReport

from game_events_devtools.simulator import Figures, Money, PlayResult


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
    """Production revenue in one currency, and in USD; None where no exchange rate is known, which is not zero."""

    purchases: int
    refunds: int
    gross: Money
    refunded: Money

    @property
    def net(self) -> Money:
        pending = self.gross.usd is None or self.refunded.usd is None
        usd = None if pending else (self.gross.usd or Decimal(0)) - (self.refunded.usd or Decimal(0))
        return Money(self.gross.amount - self.refunded.amount, usd)


@dataclass(frozen=True)
class Reconciliation:
    played: PlayResult
    delivered: int
    built: BuildResult
    stages: tuple[Tally, ...]
    found: Figures
    """What the warehouse says."""
    recomputed: Figures
    """What the sent events come to."""

    @property
    def rates(self) -> RateReport:
        return self.built.rates

    @property
    def holds(self) -> bool:
        return not self.differences

    @property
    def differences(self) -> list[str]:
        """One sentence per number that does not agree."""
        return [
            f"{stage.name}: counted {stage.counted:,}, expected {stage.expected:,} ({stage.explanation})"
            for stage in self.stages
            if not stage.holds
        ] + [
            f"{name}: warehouse {found}, recomputed {recomputed}"
            for name, found, recomputed in _unequal(self.found, self.recomputed)
        ]


def _unequal(found: Figures, recomputed: Figures) -> Iterable[tuple[str, Any, Any]]:
    for name in ("days", "apart", "ads", "facts", "rejected"):
        ours, theirs = getattr(found, name), getattr(recomputed, name)
        for key in sorted({*ours, *theirs}):
            if ours.get(key) != theirs.get(key):
                yield f"{name} of {key}", ours.get(key), theirs.get(key)
    for name, ours, theirs in (
        ("told again", found.told_again, recomputed.told_again),
        ("USD at stale rates", found.stale_usd, recomputed.stale_usd),
        ("pending purchases", found.pending, recomputed.pending),
    ):
        if ours != theirs:
            yield name, ours, theirs


def by_currency(figures: Figures) -> dict[str, Revenue]:
    """Revenue of all days and games, in the order of the currencies' names."""
    found: dict[str, Revenue] = {}
    for (_, _, currency), day in sorted(figures.days.items(), key=lambda day: day[0][-1]):
        line = found.get(currency, Revenue(0, 0, Money(), Money()))
        for sum_, money in ((line.gross, day.gross), (line.refunded, day.refunded)):
            sum_.add(money.amount, money.usd)
        found[currency] = Revenue(line.purchases + day.purchases, line.refunds + day.refunds, line.gross, line.refunded)
    return found


def reconcile(
    events: int, played: PlayResult, ledger: Ledger, built: BuildResult, found: Figures, recomputed: Figures
) -> Reconciliation:
    """Hold the client's receipts, the server's ledger, the lake and the warehouse against each other."""
    set_aside = built.duplicates_removed + built.quarantined + built.other_events
    receipts = "the server's ledger against the client's receipts"
    stages = (
        Tally("sent", played.sent, events, "every simulated event was sent"),
        Tally(
            "answered",
            played.accepted + played.duplicate + played.rejected,
            played.sent,
            "accepted + duplicate + rejected",
        ),
        Tally("as foreseen", played.as_expected, played.sent, "the verdict and reason each event was made to get"),
        Tally("accepted", ledger.total("accepted"), played.accepted, receipts),
        Tally("duplicate", ledger.total("duplicate"), played.duplicate, receipts),
        Tally("rejected", ledger.total("rejected"), played.rejected, receipts),
        Tally("delivered", ledger.total("delivered"), played.accepted, "everything accepted left the spool"),
        Tally("rejected, kept", built.raw_rejected, played.rejected, "every refused event is in the warehouse too"),
        Tally("raw", built.raw_events, ledger.total("delivered"), "every delivered event was loaded once"),
        Tally("told again", built.quarantined, recomputed.told_again, "payments and refunds that two events told of"),
        Tally("facts", sum(built.facts.values()), built.raw_events - set_aside, "raw less what was told again"),
        Tally("days", _agreeing(found.days, recomputed.days), len(recomputed.days), "revenue by day, game, currency"),
        Tally("refunds apart", _agreeing(found.apart, recomputed.apart), len(recomputed.apart), "by why and currency"),
        Tally(
            "reasons",
            (found.rejected & recomputed.rejected).total(),
            recomputed.rejected.total(),
            "why each was refused",
        ),
    )
    return Reconciliation(played, ledger.total("delivered"), built, stages, found, recomputed)


def _agreeing(found: Mapping[Any, Any], recomputed: Mapping[Any, Any]) -> int:
    return sum(found.get(key) == figure for key, figure in recomputed.items())

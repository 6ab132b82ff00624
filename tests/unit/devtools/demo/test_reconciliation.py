"""The demo says so when a figure of the warehouse is not what was sent."""

import copy
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest
from game_events_devtools.demo.reconciliation import Reconciliation, by_currency
from game_events_devtools.simulator import Day, Figures, Money, PlayResult, recompute, simulate

SENT = recompute(simulate(events=800, seed=3, today=date(2026, 11, 21)))


def held_against(found: Figures) -> Reconciliation:
    return Reconciliation(PlayResult(), 0, cast("Any", None), (), found, SENT)


def first(of: dict[Any, Any]) -> Any:
    return of[min(of)]


def lose(of: dict[Any, Any]) -> None:
    del of[min(of)]


ERRORS: dict[str, Callable[[Figures], None]] = {
    "gross": lambda found: first(found.days).gross.add(Decimal("0.0001"), Decimal(0)),
    "gross in usd": lambda found: first(found.days).gross.add(Decimal(0), Decimal("0.0001")),
    "refunded": lambda found: first(found.days).refunded.add(Decimal("0.01"), Decimal("0.01")),
    "refunded of what is pending": lambda found: found.days.update({min(found.days): Day(gross=Money(usd=None))}),
    "a purchase": lambda found: setattr(first(found.days), "purchases", 99),
    "a day": lambda found: lose(found.days),
    "a refund apart": lambda found: lose(found.apart),
    "an impression": lambda found: first(found.ads).add(Decimal("0.0000000001"), Decimal(0)),
    "a fact": lambda found: found.facts.update(install=1),
    "told again": lambda found: setattr(found, "told_again", 99),
    "stale": lambda found: setattr(found, "stale_usd", Decimal(0)),
    "pending": lambda found: setattr(found, "pending", 99),
    "a reason": lambda found: found.rejected.update({("/price", "type"): 1}),
}


def test_equal_figures_hold() -> None:
    assert held_against(copy.deepcopy(SENT)).differences == []


@pytest.mark.parametrize("error", ERRORS)
def test_any_other_figure_does_not(error: str) -> None:
    found = copy.deepcopy(SENT)
    ERRORS[error](found)
    reconciliation = held_against(found)
    assert not reconciliation.holds
    assert len(reconciliation.differences) == 1


def test_net_is_what_did_not_go_back() -> None:
    lines = by_currency(SENT)
    assert lines["USD"].net.amount == lines["USD"].gross.amount - lines["USD"].refunded.amount
    assert lines["USD"].net.usd == lines["USD"].net.amount

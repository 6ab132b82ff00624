"""Amounts have as many decimals as ISO 4217 gives their currency, by the package that carries the standard's table."""

from typing import Any

import pytest
from contract.examples import valid_examples
from contract.validators import compiled
from game_events_contract.repository import SchemaVersion
from game_events_models import contract
from iso4217 import Currency

MONEY = {
    (event_type, version): contract.schema(event_type, version)
    for event_type, versions in contract.versions().items()
    for version in versions
    if "currency" in contract.schema(event_type, version)["properties"]
}
AMOUNTS = {"price", "amount", "tax_amount", "store_fee", "discount_amount"}
# Bond market units, precious metals, units of account, testing and "no currency": nobody pays with them in a store.
NOT_FOR_PAYING = {c.code for c in Currency if c.exponent is None}


COMPUTED_DECIMALS = 4
COMPUTED_SINCE = {"purchase": (1, 1, 1), "refund": (1, 0, 1)}
"""From when on tax and fee, which nobody is charged, have decimals of their own."""


def is_computed(event_type: str, version: str, name: str) -> bool:
    return name in {"tax_amount", "store_fee"} and SchemaVersion.parse(version) >= COMPUTED_SINCE[event_type]


@pytest.mark.parametrize(("event_type", "version"), MONEY)
def test_the_currencies_are_the_active_ones_with_a_minor_unit(event_type: str, version: str) -> None:
    listed = set(MONEY[event_type, version]["$defs"]["currency"]["enum"])
    active = {c.code for c in Currency} - NOT_FOR_PAYING
    assert listed - active == set()
    assert active - listed == set()


@pytest.mark.parametrize(("event_type", "version"), MONEY)
def test_every_amount_obeys_its_currencys_minor_unit(event_type: str, version: str) -> None:
    schema = compiled(event_type, version)
    example: dict[str, Any] = next(
        e.event for e in valid_examples() if (e.event_type, e.version) == (event_type, version)
    )
    amounts = AMOUNTS & set(MONEY[event_type, version]["properties"])
    whole = {**example, **dict.fromkeys(amounts, "5")}
    for currency in Currency:
        if currency.code in NOT_FOR_PAYING:
            continue
        assert currency.exponent is not None
        for name in amounts:
            most = COMPUTED_DECIMALS if is_computed(event_type, version, name) else currency.exponent
            for decimals in range(1, 6):
                event = {**whole, "currency": currency.code, name: "5." + "1" * decimals}
                assert schema.is_valid(event) == (decimals <= most), (currency.code, name, decimals)

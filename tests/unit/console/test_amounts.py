"""Amounts of an event's money are shown by the decimals of their currency, and no digit of them is lost."""

import re

import pytest
from game_events_console.amounts import DECIMALS, exact, rounded
from game_events_console.telling import told
from game_events_models import contract

PATTERN = re.compile(r"\^\[0-9\]\+(?:\(\\\.\[0-9\]\{1,(\d)\}\)\?)?\$")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1400.0000", "KRW", "1,400"),
        ("4.9", "USD", "4.90"),
        ("-1234567.5000", "EUR", "−1,234,567.50"),
        ("1.2500", "KWD", "1.250"),
        ("0.00125000", "USD", "0.00125"),
        ("1400.5", "KRW", "1,400.5"),
        ("12", None, "12.00"),
        (None, "USD", "–"),
        ("1e9", "USD", "1e9"),
        ("x", "USD", "x"),
    ],
)
def test_an_amount_has_its_currencys_decimals_and_loses_none_that_says_something(
    amount: str | None, currency: str | None, shown: str
) -> None:
    assert exact(amount, currency) == shown


@pytest.mark.parametrize(
    ("amount", "currency", "shown"), [("1.0149", "USD", "1.01"), ("1400.5", "JPY", "1,401"), ("x", "USD", "x")]
)
def test_a_converted_amount_is_a_whole_minor_unit(amount: str, currency: str, shown: str) -> None:
    assert rounded(amount, currency) == shown


def test_the_decimals_of_every_currency_are_those_of_the_contract() -> None:
    schema = contract.inlined_schema("purchase", contract.versions()["purchase"][-1])
    of_contract = {
        currency: int(found[1] or 0)
        for condition in schema["allOf"]
        if (found := PATTERN.fullmatch(condition["then"]["properties"]["price"]["pattern"]))
        for currency in condition["if"]["properties"]["currency"]["enum"]
    }
    assert len(of_contract) > 150
    assert {currency: DECIMALS.get(currency, 2) for currency in of_contract} == of_contract
    assert DECIMALS.keys() <= of_contract.keys()


def test_a_row_tells_money_as_its_currency_has_it() -> None:
    assert told({"product_id": "coins", "price": "1500.0", "currency": "JPY"}) == "coins · JPY 1,500"
    assert told({"event_type": "refund", "amount": "4.5", "currency": "EUR"}) == "EUR −4.50"

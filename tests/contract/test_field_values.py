"""Values that platforms produce are taken, those that are no value are refused in words; older versions keep both."""

from typing import Any

import pycountry
import pytest
from game_events_api.contract.catalog import compiled, violations
from game_events_models import contract

WIDENED = {"install": "2-0-1", "purchase": "1-1-1", "refund": "1-0-1"}
NARROWED = {"install": "2-1-0", "purchase": "1-2-0", "refund": "1-1-0"}
BEFORE = {"install": "2-0-0", "purchase": "1-1-0", "refund": "1-0-0"}
NIL, MAX = "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"
MONEY = {"purchase": "price", "refund": "amount"}


def told(event_type: str, version: str, **changes: Any) -> dict[str, str]:
    """Pointer → message of what the version says against its own example with these changes."""
    schema = contract.schema(event_type, version)
    event = schema["examples"][0] | changes
    return {one.pointer: one.message for one in violations(compiled(schema), event, schema)}


@pytest.mark.parametrize("event_type", WIDENED)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("user_id", "-OxYz0123456789abcde"),
        ("user_id", "auth0|5f7c8ec7c33c6c004bbafe82"),
        ("user_id", "q83vEjRWeJCrze8SNFZ4kA=="),
        ("session_id", "{8f2c}/1"),
        ("game_id", "com.Example.game"),
        ("app_version", "1.4.2 (345)"),
        ("device", {"locale": "en_US"}),
        ("device", {"locale": "sr_RS@latin"}),
        ("device", {"locale": "C"}),
        ("device", {"os_version": "Android OS 13 / API-33 (TP1A.220624.014/S908EXXU2BVJA)"}),
    ],
)
def test_what_platforms_produce_is_taken_from_the_addition_on(event_type: str, field: str, value: object) -> None:
    assert told(event_type, BEFORE[event_type], **{field: value})
    assert told(event_type, WIDENED[event_type], **{field: value}) == {}
    assert told(event_type, NARROWED[event_type], **{field: value}) == {}


@pytest.mark.parametrize("field", ["referrer_source", "referrer_medium"])
@pytest.mark.parametrize("value", ["(not set)", "(none)", "google-play", "spring sale"])
def test_a_referrer_is_taken_as_referrer_services_spell_it(field: str, value: str) -> None:
    assert told("install", "2-0-1", **{field: value}) == {}


@pytest.mark.parametrize("event_type", MONEY)
@pytest.mark.parametrize("field", ["store_fee", "tax_amount"])
@pytest.mark.parametrize(("amount", "currency", "share"), [("0.99", "USD", "0.1485"), ("120", "JPY", "10.909")])
def test_tax_and_fee_are_computed_not_charged(
    event_type: str, field: str, amount: str, currency: str, share: str
) -> None:
    paid = {MONEY[event_type]: amount, "currency": currency, field: share}
    assert told(event_type, BEFORE[event_type], **paid)
    assert told(event_type, WIDENED[event_type], **paid) == {}


@pytest.mark.parametrize("event_type", NARROWED)
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("event_id", NIL, "the nil and the max UUID are no event's"),
        ("event_id", MAX, "the nil and the max UUID are no event's"),
        ("user_id", "someone@example.com", "never an e-mail address"),
        ("user_id", "mail:some.one+game@mail.example.co.uk", "never an e-mail address"),
        *((("country_code"), code, "GB (not UK)") for code in ("UK", "EL", "XX", "QQ", "EU", "AA", "ZZ", "us")),
    ],
)
def test_what_is_no_value_is_refused_in_words_by_the_revision_only(
    event_type: str, field: str, value: str, said: str
) -> None:
    assert said in told(event_type, NARROWED[event_type], **{field: value})[f"/{field}"]
    if value != "us":
        assert told(event_type, WIDENED[event_type], **{field: value}) == {}


def test_the_countries_are_those_of_iso_3166_and_kosovo() -> None:
    assigned = {country.alpha_2 for country in pycountry.countries}
    for event_type, version in NARROWED.items():
        listed = contract.schema(event_type, version)["$defs"]["country_code"]["enum"]
        assert sorted(assigned | {"XK"}) == listed


@pytest.mark.parametrize("event_type", MONEY)
def test_money_is_refused_in_words(event_type: str) -> None:
    version, amount = WIDENED[event_type], MONEY[event_type]
    assert (
        "This currency has no decimals" in told(event_type, version, currency="JPY", **{amount: "100.5"})[f"/{amount}"]
    )
    assert "two decimals at most" in told(event_type, version, currency="USD", **{amount: "4.999"})[f"/{amount}"]
    assert "upper case, such as USD" in told(event_type, version, currency="usd", **{amount: "4.99"})["/currency"]

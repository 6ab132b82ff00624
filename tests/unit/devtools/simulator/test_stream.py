"""Simulated events: repeatable, valid where they should be, and far enough from every boundary of time."""

import functools
import hashlib
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import jsonschema_rs
import pytest
from game_events_devtools.simulator import SimulatedEvent, recompute, simulate
from game_events_models import contract

TODAY = date(2026, 11, 21)
EVENTS = list(simulate(events=6000, seed=7, today=TODAY))


def digest(events: list[SimulatedEvent]) -> str:
    lines = [json.dumps([item.event, item.verdict, item.clock_skew.total_seconds()]) for item in events]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@functools.cache
def validator(event_type: str, version: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(contract.schema(event_type, version), validate_formats=True)


def is_valid(event: dict[str, Any]) -> bool:
    known = event["schema_version"] in contract.versions()[event["event_type"]]
    return known and validator(event["event_type"], event["schema_version"]).is_valid(event)


def right_time(item: SimulatedEvent) -> datetime:
    return datetime.fromisoformat(item.event["event_time"]) - item.clock_skew


def test_the_same_seed_and_day_give_the_same_events() -> None:
    assert digest(list(simulate(events=6000, seed=7, today=TODAY))) == digest(EVENTS)


@pytest.mark.parametrize(("seed", "today"), [(8, TODAY), (7, date(2026, 11, 22))])
def test_another_seed_or_day_gives_others(seed: int, today: date) -> None:
    ours = {item.event["event_id"] for item in EVENTS}
    others = {item.event["event_id"] for item in simulate(events=1000, seed=seed, today=today)}
    assert not ours & others


def test_a_shorter_run_is_the_beginning_of_a_longer_one() -> None:
    assert digest(list(simulate(events=500, seed=7, today=TODAY))) == digest(EVENTS[:500])


def test_every_kind_of_verdict_is_there_in_its_share() -> None:
    shares = {verdict: count / len(EVENTS) for verdict, count in Counter(item.verdict for item in EVENTS).items()}
    assert shares.keys() == {"accepted", "duplicate", "rejected"}
    assert 0.02 < shares["duplicate"] < 0.04
    assert 0.015 < shares["rejected"] < 0.045


def test_every_accepted_event_is_valid_and_its_id_new() -> None:
    accepted = [item.event for item in EVENTS if item.verdict == "accepted"]
    assert [event for event in accepted if not is_valid(event)] == []
    assert len({event["event_id"] for event in accepted}) == len(accepted)


def test_every_rejected_event_breaks_its_schema_or_is_too_old() -> None:
    too_old = datetime.combine(TODAY, datetime.min.time(), UTC) - timedelta(days=31)
    rejected = [item for item in EVENTS if item.verdict == "rejected"]
    assert rejected
    assert [item.event for item in rejected if is_valid(item.event) and right_time(item) >= too_old] == []
    assert {item.reason is None for item in rejected} == {False}
    assert {item.reason for item in EVENTS if item.verdict != "rejected"} == {None}


def test_every_duplicate_repeats_an_earlier_accepted_event_to_the_letter() -> None:
    seen: dict[str, SimulatedEvent] = {}
    for item in EVENTS:
        if item.verdict == "duplicate":
            original = seen[item.event["event_id"]]
            assert (item.event, item.clock_skew) == (original.event, original.clock_skew)
        elif item.verdict == "accepted":
            seen[item.event["event_id"]] = item


def test_no_event_can_change_its_day_on_the_way() -> None:
    for item in EVENTS:
        if item.verdict == "accepted":
            moment = right_time(item)
            midnight = datetime.combine(moment.date(), datetime.min.time(), UTC)
            assert timedelta(minutes=10) <= moment - midnight <= timedelta(hours=23, minutes=54)
            assert timedelta(days=1) <= TODAY - moment.date() <= timedelta(days=28)


def test_wrong_clocks_are_ahead_and_behind() -> None:
    skews = {item.clock_skew for item in EVENTS}
    assert min(skews) < timedelta(0) < max(skews)


def test_twelve_currencies_and_more_with_their_own_decimals() -> None:
    accepted = [item.event for item in EVENTS if item.verdict == "accepted" and item.event["event_type"] == "purchase"]
    decimals = {event["currency"]: len(event["price"].partition(".")[2]) for event in accepted}
    assert len(decimals) >= 12
    assert (decimals["JPY"], decimals["KRW"], decimals["USD"], decimals["KWD"]) == (0, 0, 2, 3)


def test_evenings_are_busier_than_nights() -> None:
    hours = Counter(right_time(item).hour for item in EVENTS if item.verdict == "accepted")
    assert sum(hours[hour] for hour in (18, 19, 20, 21)) > 5 * sum(hours[hour] for hour in (1, 2, 3, 4))


def _is_sale(item: SimulatedEvent) -> bool:
    return item.verdict == "accepted" and item.event["event_type"] == "purchase"


def test_some_players_buy_again() -> None:
    buyers = Counter(item.event["user_id"] for item in EVENTS if _is_sale(item))
    assert max(buyers.values()) >= 5


def test_nobody_buys_before_they_installed() -> None:
    installed = {
        item.event["user_id"]: right_time(item)
        for item in EVENTS
        if item.verdict == "accepted" and item.event["event_type"] == "install"
    }
    sales = [item for item in EVENTS if _is_sale(item) and item.event["user_id"] in installed]
    assert len(sales) > 1_000
    assert [item for item in sales if right_time(item) < installed[item.event["user_id"]]] == []


def accepted(event_type: str) -> list[dict[str, Any]]:
    return [item.event for item in EVENTS if item.verdict == "accepted" and item.event["event_type"] == event_type]


def test_old_and_new_builds_send_what_their_schemas_were() -> None:
    versions = {name: {event["schema_version"] for event in accepted(name)} for name in ("install", "purchase")}
    assert versions == {"install": {"1-0-0", "1-1-0", "2-1-1"}, "purchase": {"1-0-0", "1-1-1", "1-2-1"}}


def test_nothing_of_a_careless_build_is_accepted() -> None:
    careless = [item for item in EVENTS if item.event["app_version"] == "1.4.3-hotfix"]
    assert len({item.event["event_type"] for item in careless}) >= 4
    told_by_server = [item for item in careless if item.event["event_type"] == "refund"]
    assert [item for item in careless if item.verdict != "rejected" and item not in told_by_server] == []


def test_some_orders_have_lines_and_web_shops_number_them_for_each_game() -> None:
    lines = [event for event in accepted("purchase") if "line_item_id" in event]
    assert {event["store"] for event in lines} == {"steam", "web_shop"}
    sold = {
        (event["game_id"], event["transaction_id"]) for event in accepted("purchase") if event["store"] == "web_shop"
    }
    assert len({number for _, number in sold}) < len(sold), "two games use one number"


def test_advertisements_earn_fractions_of_a_cent_in_several_currencies() -> None:
    ads = accepted("ad_revenue")
    assert {event["currency"] for event in ads} == {"USD", "EUR", "JPY"}
    assert all("." in event["revenue"] and "E" not in event["revenue"] for event in ads)


def test_players_come_back_after_a_day_and_after_a_week() -> None:
    days = Counter(event["days_since_install"] for event in accepted("session_start"))
    assert min(days[day] for day in (0, 1, 7)) > 20


def test_money_goes_back_in_every_way() -> None:
    """What each way is taken for is in the figures that are recomputed from all of it."""
    figures = recompute(EVENTS)
    assert {why for why, _ in figures.apart} == {"orphan", "currency_mismatch", "over_refund"}
    refunds = accepted("refund")
    assert {event["refund_type"] for event in refunds} == {"refund", "chargeback"}
    told_twice = Counter(event["refund_id"] for event in refunds)
    assert max(told_twice.values()) == 2
    assert any("line_item_id" in event for event in refunds)
    parts = Counter(
        (event["store"], event["original_transaction_id"]) for event in refunds if event["refund_id"] in told_twice
    )
    assert max(parts.values()) == 2
    assert sum(day.refunds for day in figures.days.values()) > 50


def test_prices_are_a_stores_price_points() -> None:
    prices: dict[str, set[str]] = {}
    for item in EVENTS:
        if _is_sale(item) and item.event["product_id"] == "coins_1000" and item.event["quantity"] == 1:
            prices.setdefault(item.event["currency"], set()).add(item.event["price"])
    assert all(len(seen) == 1 for seen in prices.values()), "one product costs the same for everybody in a country"
    expected = {"USD": "4.99", "EUR": "4.99", "GBP": "4.99", "JPY": "750", "KRW": "6800", "KWD": "1.740"}
    assert {currency: prices[currency].copy().pop() for currency in expected} == expected

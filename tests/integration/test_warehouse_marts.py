"""What the marts say of players, products and quality, by hand."""

from datetime import date
from decimal import Decimal

from integration.built_warehouse import Built, built
from unit.stored_lines import event_id

__all__ = ["built"]
GAME = "where game_id = 'space-opera'"


def test_a_cohort_knows_who_came_back_and_what_it_is_worth(built: Built) -> None:
    """Day 30 is not over, so that nobody can be said to have stayed away."""
    assert built.rows(
        "select install_date, install_source, install_country, installs, payers, round(conversion, 4), net_amount_base,"
        " ltv_base, retained_d1, round(retention_d1, 4), retained_d7, retained_d30, retention_d30"
        f" from install_cohorts {GAME}"
    ) == [(date(2026, 10, 12), "organic", "JP", 3, 1, 0.3333, Decimal(24), Decimal(8), 2, 0.6667, 1, None, None)]


def test_players_are_counted_once_a_day_and_revenue_is_net(built: Built) -> None:
    assert built.rows(
        "select event_date, installs, sessions, active_users, paying_users, net_amount_base, arpdau_base"
        f" from daily_activity {GAME} order by event_date"
    ) == [
        (date(2026, 10, 12), 3, 0, 3, 0, 0, 0),
        (date(2026, 10, 13), 0, 2, 2, 0, 0, 0),
        (date(2026, 10, 19), 0, 2, 1, 1, Decimal(24), Decimal(24)),
    ]


def test_a_player_is_who_installed_and_paid(built: Built) -> None:
    assert built.rows(
        "select user_id, first_install_date, total_purchases, gross_revenue_base, lifetime_revenue_base, user_segment"
        f" from dim_users {GAME} order by user_id"
    ) == [
        ("ann", date(2026, 10, 12), 1, Decimal(30), Decimal(24), "dolphin"),
        ("bob", date(2026, 10, 12), 0, 0, 0, "free"),
        ("cay", date(2026, 10, 12), 0, 0, 0, "free"),
    ]
    assert built.rows(
        f"select lifetime_value_base, lifetime_days from user_ltv_summary {GAME} and user_id = 'ann'"
    ) == [(Decimal(24), 7)]


def test_marts_add_up_to_net_revenue(built: Built) -> None:
    (net,) = built.rows("select sum(net_amount_base) from daily_revenue")
    for mart, column in (
        ("dim_users", "lifetime_revenue_base"),
        ("product_performance", "net_amount_base"),
        ("daily_activity", "net_amount_base"),
    ):
        assert built.rows(f"select sum({column}) from {mart}") == [net], mart


def test_quality_counts_every_event_once_and_says_why_not(built: Built) -> None:
    result = built.result
    outcomes = dict(built.rows("select outcome, sum(events)::bigint from data_quality group by all"))
    assert outcomes == {
        "fact": sum(result.facts.values()),
        "quarantined": result.quarantined,
        "other": result.other_events,
        "rejected": result.raw_rejected,
    }
    assert built.rows("select sum(events) from data_quality where reason = 'refund-already-counted'") == [(1,)]
    assert built.rows("select count(*) from stg_events where event_id = ?", event_id(90)) == [(1,)]
    (adopted,) = built.rows("select sum(events)::bigint from schema_adoption")
    assert adopted == (result.raw_events - result.duplicates_removed,)

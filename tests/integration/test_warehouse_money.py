"""What money comes to in one build of a lake that holds everything a lake may hold."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

from currency_converter import CurrencyConverter  # type: ignore[import-untyped]
from integration.built_warehouse import CURRENCIES, Built, built, many_purchases
from unit.stored_lines import event_id

__all__ = ["built"]


def test_what_went_back_is_held_against_its_purchase(built: Built) -> None:
    """A refund counts once and as far as was paid; what has no purchase, or none in its currency, is apart."""
    found = built.rows(
        "select event_id, refund_status, amount_base, purchase_event_id from fct_refunds"
        " where game_id = 'puzzle-quest' order by event_id"
    )
    assert found == [
        (event_id(70), "counted", Decimal("4.4860"), event_id(64)),
        (event_id(72), "over_refund", Decimal("112.1500"), event_id(64)),
        (event_id(73), "currency_mismatch", Decimal("0.0316"), event_id(64)),
        (event_id(74), "orphan", Decimal("4.4860"), None),
        (event_id(75), "orphan", Decimal("1.1215"), None),
        (event_id(76), "counted", Decimal("6.7290"), event_id(64)),
        (event_id(77), "over_refund", Decimal("21.0000"), event_id(61)),
        (event_id(78), "counted", Decimal("20.0000"), event_id(61)),
    ]
    assert built.rows("select reason, kept_event_id from quarantined_events where event_id = ?", event_id(71)) == [
        ("refund-already-counted", event_id(70))
    ]
    assert built.rows("select refund_status, sum(refunds)::bigint from refunds_apart group by all order by all") == [
        ("currency_mismatch", 1),
        ("orphan", 1),
        ("over_refund", 2),
    ]


def test_lines_of_an_order_and_orders_of_two_games_are_revenue_each(built: Built) -> None:
    assert built.rows("select sum(amount) from fct_purchases where transaction_id = 'S-1'") == [(Decimal("30.0000"),)]
    assert built.rows("select sum(amount) from fct_purchases where transaction_id = '1001'") == [(Decimal("60.0000"),)]


def test_tax_and_fee_have_an_amount_in_the_base_currency(built: Built) -> None:
    assert built.rows(
        "select base_currency, tax_amount_base, store_fee_base from fct_purchases where event_id = ?", event_id(64)
    ) == [("USD", Decimal("1.7906"), Decimal("3.3645"))]


def test_amounts_equal_an_independent_computation(built: Built) -> None:
    """Every purchase, against currencyconverter's own reader, exact arithmetic and one rounding."""
    oracle = CurrencyConverter(
        decimal=True, fallback_on_missing_rate=True, fallback_on_missing_rate_method="last_known"
    )
    rows = built.rows(
        "select event_id, amount, currency, event_date, amount_base, rate, rate_date, rate_status from fct_purchases"
    )
    facts = {row[0]: row[1:] for row in rows}
    totals: dict[str, Decimal] = {}
    for line in many_purchases():
        event = line["event"]
        amount, currency, day, usd, rate, rate_date, status = facts[event["event_id"]]
        assert (amount, currency, status) == (Decimal(event["price"]), event["currency"], "converted")
        assert day.isoformat() == line["effective_time"][:10]
        with localcontext() as context:
            context.prec = 60
            exact_rate = Decimal(1) if currency == "USD" else Decimal(oracle.convert(1, currency, "USD", date=day))
            assert rate == exact_rate.quantize(Decimal("1e-12"), rounding=ROUND_HALF_UP)
            assert usd == (amount * rate).quantize(Decimal("1e-4"), rounding=ROUND_HALF_UP)
            assert abs(usd - amount * exact_rate) < Decimal("0.0002")
        assert timedelta(0) <= day - rate_date <= timedelta(days=5)
        totals[currency] = totals.get(currency, Decimal(0)) + amount
    for currency in set(CURRENCIES) - {"USD"}:
        assert built.result.revenue[currency].gross == totals[currency] + (
            10 if currency == "EUR" else 0
        )  # of the refunded one


def test_an_exact_half_is_rounded_up_once(built: Built) -> None:
    """0.0001 times 0.5: half-even would give nothing."""
    assert built.rows("select amount_base, rate_source from fct_purchases where event_id = ?", event_id(23)) == [
        (Decimal("0.0001"), "studio")
    ]


def test_the_largest_amount_the_schema_admits_does_not_overflow(built: Built) -> None:
    assert built.rows("select amount, amount_base from fct_purchases where event_id = ?", event_id(24)) == [
        (Decimal("99999999999999.9999"), Decimal("50000000000000.0000"))
    ]


def test_a_transaction_counts_once_and_the_rest_is_quarantined(built: Built) -> None:
    kept = built.rows("select event_id from fct_purchases where transaction_id = 'T-2' and store = 'google_play'")
    assert kept == [(event_id(30),)]
    assert built.rows(
        "select reason, kept_event_id, source_file from quarantined_events where event_id = ?", event_id(31)
    ) == [("transaction-already-counted", event_id(30), built.files["conflicts"])]
    assert built.rows("select count(*) from fct_purchases where transaction_id = 'T-2' and store = 'steam'") == [(1,)]

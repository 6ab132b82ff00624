"""The conversion of money by Snowflake's documented rule for products, which keeps at most twelve decimals.

The expression is that of `snowflake__converted` in the dbt project; what Snowflake does with it is computed here.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

from hypothesis import given
from hypothesis import strategies as st

EXACT = Context(prec=100)


@dataclass(frozen=True)
class Number:
    value: Decimal
    scale: int

    def __mul__(self, other: "Number") -> "Number":
        scale = min(self.scale + other.scale, max(self.scale, other.scale, 12))
        return rounded(Number(EXACT.multiply(self.value, other.value), scale), scale)


def rounded(number: Number, scale: int, mode: str = ROUND_HALF_UP) -> Number:
    return Number(number.value.quantize(Decimal(1).scaleb(-scale), mode, EXACT), scale)


def naive(amount: Number, rate: Number) -> Decimal:
    return rounded(amount * rate, 4).value


def converted(amount: Number, rate: Number) -> Decimal:
    first = rounded(rate, 8, ROUND_DOWN)
    last = rounded(Number(EXACT.subtract(rate.value, first.value), 12) * Number(Decimal(10**8), 0), 4)
    small = Number(Decimal("0.0001"), 4)
    beyond = rounded(amount * last * small, 8, ROUND_DOWN) * small
    return rounded(Number(EXACT.add((amount * first).value, beyond.value), 12), 4).value


def once(amount: Number, rate: Number) -> Decimal:
    return rounded(Number(EXACT.multiply(amount.value, rate.value), 16), 4).value


@given(st.integers(0, 10**18 - 1), st.integers(1, 10**20 - 1))
def test_money_is_rounded_once(amount: int, rate: int) -> None:
    paid, at = Number(Decimal(amount).scaleb(-4), 4), Number(Decimal(rate).scaleb(-12), 12)
    assert converted(paid, at) == once(paid, at)


def test_a_plain_product_would_round_twice() -> None:
    paid, at = Number(Decimal("12.3647"), 4), Number(Decimal("0.000513558760"), 12)
    assert once(paid, at) == converted(paid, at) == Decimal("0.0063")
    assert naive(paid, at) == Decimal("0.0064")

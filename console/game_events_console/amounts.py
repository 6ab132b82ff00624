"""Amounts of money as people write them, by the decimals that their currency has. Pure."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

NO_DECIMALS = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"),
    *("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
)
THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
DECIMALS = {**dict.fromkeys(NO_DECIMALS, 0), **dict.fromkeys(THREE_DECIMALS, 3)}
"""Those of ISO 4217's currencies that have not two."""
PLAIN = re.compile(r"(-?)([0-9]{1,20})(?:\.([0-9]{1,20}))?")


def exact(amount: str | None, currency: str | None) -> str:
    """`1,400` of KRW 1400.0000, `4.90` of USD 4.9, `0.00125` as it is: no digit that says something is left out."""
    found = PLAIN.fullmatch(amount or "")
    if found is None:
        return amount or "–"
    decimals = (found[3] or "").rstrip("0").ljust(_digits(currency), "0")
    return f"{'−' if found[1] else ''}{int(found[2]):,}{'.' if decimals else ''}{decimals}"


def rounded(amount: str, currency: str | None) -> str:
    """The same of an amount that was converted: to a whole minor unit."""
    try:
        value = Decimal(amount).quantize(Decimal(1).scaleb(-_digits(currency)), ROUND_HALF_UP)
    except InvalidOperation:
        return amount
    return exact(format(value, "f"), currency)


def _digits(currency: str | None) -> int:
    return DECIMALS.get(currency or "", 2)

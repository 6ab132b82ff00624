"""The simulated studio: games, countries with their currencies and price levels, products, campaigns.

Weights are invented but of a realistic order; nothing depends on their values.
"""

from dataclasses import dataclass
from decimal import Decimal

GAMES = ("puzzle-quest", "sky-racer", "farm-story")
PLATFORMS = (("ios", 45), ("android", 50), ("web", 3), ("windows", 2))
DEVICES = {
    "ios": (("iOS", "19.1", "iPhone17,2"), ("iOS", "18.6", "iPhone15,4"), ("iOS", "19.0", "iPad16,1")),
    "android": (("Android", "16", "Pixel 10"), ("Android", "15", "SM-S931B"), ("Android", "14", "Redmi Note 14")),
    "web": (("Linux", "6.12", "Firefox 145"), ("Windows", "11", "Chrome 142")),
    "windows": (("Windows", "11", "PC"),),
}
STORES = {"ios": "app_store", "android": "google_play", "web": "web_shop", "windows": "microsoft_store"}
INSTALL_STORES = {"ios": "app_store", "android": "google_play", "web": "direct", "windows": "microsoft_store"}
APP_VERSIONS = ("1.4.2", "1.4.1", "1.3.9", "2.0.0-rc.1")


@dataclass(frozen=True)
class Market:
    """A country: its share of players, its locale, and how a dollar price reads in its store."""

    country: str
    locale: str
    currency: str
    weight: int
    per_dollar: Decimal
    """Roughly what a dollar price tag becomes, before the store's price points."""
    decimals: int
    step: Decimal = Decimal(1)
    """Price tags lie this far apart: 10 yen, 100 won, a thousand rupiah."""
    off: Decimal = Decimal(0)
    """What a price tag leaves off a whole step: the cent of 4.99."""


MARKETS = (
    Market("US", "en-US", "USD", 24, Decimal(1), 2, off=Decimal("0.01")),
    Market("JP", "ja-JP", "JPY", 14, Decimal(150), 0, step=Decimal(10)),
    Market("DE", "de-DE", "EUR", 9, Decimal(1), 2, off=Decimal("0.01")),
    Market("KR", "ko-KR", "KRW", 8, Decimal(1350), 0, step=Decimal(100)),
    Market("GB", "en-GB", "GBP", 7, Decimal("0.89"), 2, off=Decimal("0.01")),
    Market("BR", "pt-BR", "BRL", 7, Decimal("5.5"), 2, off=Decimal("0.10")),
    Market("IN", "hi-IN", "INR", 6, Decimal(85), 2, step=Decimal(10), off=Decimal(1)),
    Market("MX", "es-MX", "MXN", 4, Decimal(19), 2),
    Market("CA", "fr-CA", "CAD", 4, Decimal("1.39"), 2, off=Decimal("0.01")),
    Market("AU", "en-AU", "AUD", 3, Decimal("1.5"), 2, off=Decimal("0.01")),
    Market("SE", "sv-SE", "SEK", 3, Decimal("10.9"), 2),
    Market("PL", "pl-PL", "PLN", 3, Decimal("4.2"), 2, off=Decimal("0.01")),
    Market("TR", "tr-TR", "TRY", 3, Decimal(35), 2, off=Decimal("0.01")),
    Market("ID", "id-ID", "IDR", 2, Decimal(16000), 2, step=Decimal(1000)),
    Market("KW", "ar-KW", "KWD", 2, Decimal("0.309"), 3, step=Decimal("0.250"), off=Decimal("0.010")),
    Market("CH", "de-CH", "CHF", 1, Decimal("0.9"), 2, step=Decimal("0.50")),
)


@dataclass(frozen=True)
class Product:
    """Something sold, with its price in dollars before a market's own price points."""

    product_id: str
    name: str
    product_type: str
    dollars: Decimal
    weight: int


PRODUCTS = (
    Product("coins_100", "100 coins", "consumable", Decimal("0.99"), 40),
    Product("coins_1000", "1,000 coins", "consumable", Decimal("4.99"), 25),
    Product("starter_pack", "Starter pack", "non_consumable", Decimal("2.99"), 15),
    Product("season_pass", "Season pass", "non_consumable", Decimal("9.99"), 10),
    Product("vip_monthly", "VIP, one month", "subscription", Decimal("7.99"), 6),
    Product("coins_20000", "20,000 coins", "consumable", Decimal("49.99"), 3),
    Product("coins_50000", "50,000 coins", "consumable", Decimal("99.99"), 1),
)
SOURCES = (
    ("organic", None, None, 50),
    ("paid", "unity_ads", "spring_launch", 20),
    ("paid", "meta_ads", "lookalike_payers", 15),
    ("referral", None, "friend_invite", 8),
    ("cross_promotion", "puzzle-quest", "try_our_other_game", 5),
    ("unknown", None, None, 2),
)
# Share of a day's play in each UTC hour: a dip at night, a peak in the evening.
DAY_CURVE = (3, 2, 1, 1, 1, 2, 3, 5, 6, 6, 6, 7, 9, 8, 7, 7, 8, 9, 11, 13, 14, 13, 10, 6)

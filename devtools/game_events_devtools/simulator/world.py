"""The simulated studio: games, countries with their currencies and price levels, products, campaigns.

Weights are invented but of a realistic order; nothing depends on their values.
"""

from dataclasses import dataclass
from decimal import Decimal

GAMES = ("puzzle-quest", "sky-racer", "farm-story")
PLATFORMS = (("ios", 44), ("android", 47), ("web", 5), ("windows", 4))
DEVICES = {
    "ios": (("iOS", "19.1", "iPhone17,2"), ("iOS", "18.6", "iPhone15,4"), ("iOS", "19.0", "iPad16,1")),
    "android": (("Android", "16", "Pixel 10"), ("Android", "15", "SM-S931B"), ("Android", "14", "Redmi Note 14")),
    "web": (("Linux", "6.12", "Firefox 145"), ("Windows", "11", "Chrome 142")),
    "windows": (("Windows", "11", "PC"),),
}
STORES = {"ios": "app_store", "android": "google_play", "web": "web_shop", "windows": "steam"}
INSTALL_STORES = {"ios": "app_store", "android": "google_play", "web": "direct", "windows": "steam"}
STORES_WITH_BASKETS = ("web_shop", "steam")
"""Where one order may have several lines."""
STORES_THAT_NUMBER_PER_GAME = ("web_shop",)


@dataclass(frozen=True)
class Build:
    """A version of the app: its share of players, and the schema versions its SDK was written for."""

    app_version: str
    weight: int
    install: str
    purchase: str
    is_careless: bool = False
    """Whether somebody shipped it with wrong fields: none of its events is accepted."""


BUILDS = (
    Build("1.4.2", 52, install="2-1-1", purchase="1-2-1"),
    Build("1.4.1", 25, install="1-1-0", purchase="1-1-1"),
    Build("1.3.9", 13, install="1-0-0", purchase="1-0-0"),
    Build("2.0.0-rc.1", 8, install="2-1-1", purchase="1-2-1"),
    Build("1.4.3-hotfix", 2, install="2-1-1", purchase="1-2-1", is_careless=True),
)
NEWEST = BUILDS[0]
"""What a web page and a desktop shop run, and the studio's own server, which tells of refunds."""
REFUND_VERSION = "1-1-1"


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
    tax: Decimal = Decimal(0)
    """The share of a net price that its tax is."""


MARKETS = (
    Market("US", "en-US", "USD", 24, Decimal(1), 2, off=Decimal("0.01")),
    Market("JP", "ja-JP", "JPY", 14, Decimal(150), 0, step=Decimal(10), tax=Decimal("0.10")),
    Market("DE", "de-DE", "EUR", 9, Decimal(1), 2, off=Decimal("0.01"), tax=Decimal("0.19")),
    Market("KR", "ko-KR", "KRW", 8, Decimal(1350), 0, step=Decimal(100), tax=Decimal("0.10")),
    Market("GB", "en-GB", "GBP", 7, Decimal("0.89"), 2, off=Decimal("0.01"), tax=Decimal("0.20")),
    Market("BR", "pt-BR", "BRL", 7, Decimal("5.5"), 2, off=Decimal("0.10")),
    Market("IN", "hi-IN", "INR", 6, Decimal(85), 2, step=Decimal(10), off=Decimal(1)),
    Market("MX", "es-MX", "MXN", 4, Decimal(19), 2),
    Market("CA", "fr-CA", "CAD", 4, Decimal("1.39"), 2, off=Decimal("0.01")),
    Market("AU", "en-AU", "AUD", 3, Decimal("1.5"), 2, off=Decimal("0.01")),
    Market("SE", "sv-SE", "SEK", 3, Decimal("10.9"), 2, tax=Decimal("0.25")),
    Market("PL", "pl-PL", "PLN", 3, Decimal("4.2"), 2, off=Decimal("0.01"), tax=Decimal("0.23")),
    Market("TR", "tr-TR", "TRY", 3, Decimal(35), 2, off=Decimal("0.01")),
    Market("ID", "id-ID", "IDR", 2, Decimal(16000), 2, step=Decimal(1000)),
    Market("KW", "ar-KW", "KWD", 2, Decimal("0.309"), 3, step=Decimal("0.250"), off=Decimal("0.010")),
    Market("AF", "fa-AF", "AFN", 1, Decimal(70), 2, step=Decimal(5)),  # nobody publishes a rate: revenue stays pending
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


@dataclass(frozen=True)
class AdNetwork:
    """Who pays for impressions, in which currency, and roughly what a thousand of them earn."""

    name: str
    currency: str
    per_thousand: Decimal
    weight: int


AD_NETWORKS = (
    AdNetwork("unity_ads", "USD", Decimal("9.5"), 45),
    AdNetwork("admob", "USD", Decimal("6.2"), 35),
    AdNetwork("ironsource", "EUR", Decimal("8.1"), 15),
    AdNetwork("line_ads", "JPY", Decimal(740), 5),
)
AD_FORMATS = (("rewarded", 50, Decimal("1.6")), ("interstitial", 30, Decimal(1)), ("banner", 20, Decimal("0.08")))
"""Each with its share of impressions, and what it pays beside an interstitial."""

RETURNS = (30, 26, 14, 10, 8, 6, 5, 7, 3, 2, 2, 2, 2, 2, 3)
"""How often players come back on the day of installation, the day after it, and so on; later days as the last."""

# Share of a day's play in each UTC hour: a dip at night, a peak in the evening.
DAY_CURVE = (3, 2, 1, 1, 1, 2, 3, 5, 6, 6, 6, 7, 9, 8, 7, 7, 8, 9, 11, 13, 14, 13, 10, 6)

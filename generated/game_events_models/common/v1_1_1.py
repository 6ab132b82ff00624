# Written by scripts/codegen.py from the schemas; edit those and run it again.

from __future__ import annotations

from typing import Annotated, Literal

from game_events_models.judged import Shape
from game_events_models.optional import ABSENT, MISSING
from pydantic import (
    AwareDatetime,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    StringConstraints,
)
from typing_extensions import TypeAliasType

EventId = TypeAliasType(
    "EventId",
    Annotated[
        StrictStr,
        Field(
            examples=["019ab1c2-7f00-7abc-8def-0123456789ab"],
            max_length=36,
            min_length=36,
            pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        ),
    ],
)
"""
The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
"""


EventTime = TypeAliasType(
    "EventTime",
    Annotated[
        AwareDatetime,
        Field(examples=["2026-11-21T09:30:00.123Z", "2026-11-21T18:30:00+09:00"]),
    ],
)
"""
When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
"""


UserId = TypeAliasType(
    "UserId",
    Annotated[
        StrictStr,
        Field(
            examples=["player-000123", "auth0|5f7c8ec7c33c6c004bbafe82"],
            json_schema_extra={"x-pii": "player_id"},
            max_length=128,
            min_length=1,
            pattern="^[\\x21-\\x7e]+$",
        ),
    ],
)
"""
The player, as the studio names them; pseudonymous, never an e-mail address. Personal data: player_id.
"""


SessionId = TypeAliasType(
    "SessionId",
    Annotated[
        StrictStr,
        Field(
            examples=["session-8f2c"],
            json_schema_extra={"x-pii": "player_id"},
            max_length=128,
            min_length=1,
            pattern="^[\\x21-\\x7e]+$",
        ),
    ],
)
"""
The play session the event belongs to. Personal data: player_id.
"""


GameId = TypeAliasType(
    "GameId",
    Annotated[
        StrictStr,
        Field(
            examples=["puzzle-quest", "com.example.puzzle"],
            max_length=128,
            min_length=1,
            pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$",
        ),
    ],
)
"""
The game, as registered with the studio's key.
"""


Platform = TypeAliasType(
    "Platform",
    Annotated[
        Literal["ios", "android", "web", "windows", "macos", "linux", "console"],
        Field(examples=["ios"]),
    ],
)
"""
The platform the game runs on.
"""


AppVersion = TypeAliasType(
    "AppVersion",
    Annotated[
        StrictStr,
        Field(
            examples=["1.4.2", "1.4.2 (345)"],
            max_length=64,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ],
)
"""
The game build's version.
"""


Environment = TypeAliasType(
    "Environment",
    Annotated[Literal["production", "sandbox"], Field(examples=["production"])],
)
"""
production, or sandbox for test purchases and development builds; sandbox never reaches revenue.
"""


CountryCode = TypeAliasType(
    "CountryCode",
    Annotated[
        Literal["AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "XK", "YE", "YT", "ZA", "ZM", "ZW"],
        Field(examples=["JP"]),
    ],
)
"""
Country of the player: an assigned code of ISO 3166-1 alpha-2, or XK for Kosovo, upper case.
"""


class Device(Shape):
    """
    The device the event happened on.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
    )
    os: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["Android"],
            max_length=128,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ] = ABSENT
    """
    Operating system.
    """
    os_version: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["16", "Android OS 13 / API-33 (TP1A.220624.014)"],
            max_length=256,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ] = ABSENT
    """
    Operating system version.
    """
    model: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["Pixel 10"],
            max_length=128,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ] = ABSENT
    """
    Device model as the system reports it.
    """
    locale: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["ja-JP", "en_US"],
            max_length=64,
            min_length=1,
            pattern="^[A-Za-z0-9][A-Za-z0-9_.@=;-]*$",
        ),
    ] = ABSENT
    """
    Language and region, as the platform spells them: ja-JP, en_US, zh-Hans_CN.
    """


PropertyText = TypeAliasType(
    "PropertyText", Annotated[StrictStr, Field(max_length=256, title="PropertyText")]
)
"""
Text.
"""


PropertyInteger = TypeAliasType(
    "PropertyInteger",
    Annotated[
        StrictInt,
        Field(ge=-1000000000000000, le=1000000000000000, title="PropertyInteger"),
    ],
)
"""
A whole number.
"""


PropertyNumber = TypeAliasType(
    "PropertyNumber",
    Annotated[
        StrictFloat,
        Field(ge=-1000000000000000.0, le=1000000000000000.0, title="PropertyNumber"),
    ],
)
"""
A number.
"""


PropertyFlag = TypeAliasType(
    "PropertyFlag", Annotated[StrictBool, Field(title="PropertyFlag")]
)
"""
A flag.
"""


Properties = TypeAliasType(
    "Properties",
    Annotated[
        dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64, strict=True)], PropertyText | PropertyInteger | PropertyNumber | PropertyFlag],
        Field(
            examples=[{"ab_group": "B", "level": 12, "tutorial_done": True}],
            json_schema_extra={"x-pii": "other"},
            max_length=32,
        ),
    ],
)
"""
Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
"""


Currency = TypeAliasType(
    "Currency",
    Annotated[
        Literal["AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BHD", "BIF", "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF", "CHW", "CLF", "CLP", "CNY", "COP", "COU", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "USN", "UYI", "UYU", "UYW", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAD", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG"],
        Field(examples=["USD", "JPY"]),
    ],
)
"""
ISO 4217 code of an active currency with a minor unit.
"""


Amount = TypeAliasType(
    "Amount",
    Annotated[
        StrictStr,
        Field(
            examples=["4.99", "1200"],
            max_length=19,
            min_length=1,
            pattern="^(0|[1-9][0-9]{0,13})(\\.[0-9]{1,4})?$",
        ),
    ],
)
"""
A decimal amount of money as a string, never a JSON number: up to 14 digits and up to 4 decimals, no more decimals than the currency's minor unit has.
"""


Store = TypeAliasType(
    "Store",
    Annotated[
        Literal["app_store", "google_play", "amazon_appstore", "samsung_galaxy_store", "huawei_appgallery", "steam", "epic_games_store", "microsoft_store", "playstation_store", "nintendo_eshop", "web_shop"],
        Field(examples=["google_play"]),
    ],
)
"""
The store that charged the player.
"""


TransactionId = TypeAliasType(
    "TransactionId",
    Annotated[
        StrictStr,
        Field(
            examples=["GPA.3345-1234-5678-90123"],
            max_length=128,
            min_length=1,
            pattern="^[\\x21-\\x7e]+$",
        ),
    ],
)
"""
The store's own id of the transaction; unique within the store.
"""


LineItemId = TypeAliasType(
    "LineItemId",
    Annotated[
        StrictStr,
        Field(
            examples=["1", "li_1OqQx2"],
            max_length=128,
            min_length=1,
            pattern="^[\\x21-\\x7e]+$",
        ),
    ],
)
"""
The line of the transaction, where the store sells several products in one order; unique within the transaction. Left out where a transaction is one product.
"""


ProductId = TypeAliasType(
    "ProductId",
    Annotated[
        StrictStr,
        Field(
            examples=["coins_1000"],
            max_length=128,
            min_length=1,
            pattern="^[\\x21-\\x7e]+$",
        ),
    ],
)
"""
The product, by the store's catalogue (SKU).
"""

# Written by scripts/codegen.py from the schemas; edit those and run it again.

from __future__ import annotations

from typing import Annotated, Literal

from game_events_models.judged import Judged, Shape
from game_events_models.optional import ABSENT, MISSING
from pydantic import ConfigDict, Field, StrictInt, StrictStr

from ..common.v1_1_1 import (
    Amount,
    AppVersion,
    CountryCode,
    Currency,
    Device,
    Environment,
    EventId,
    EventTime,
    GameId,
    LineItemId,
    Platform,
    ProductId,
    Properties,
    SessionId,
    Store,
    TransactionId,
    UserId,
)


class Receipt(Shape):
    """
    Where the store's receipt can be found again; never the receipt itself.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
    )
    type: Annotated[
        Literal["app_store_transaction", "app_store_receipt", "google_play_token", "steam_order"],
        Field(examples=["google_play_token"]),
    ]
    """
    The receipt's kind.
    """
    ref: Annotated[
        StrictStr,
        Field(
            examples=["receipts/2026/11/21/8f2c"],
            json_schema_extra={"x-pii": "payment"},
            max_length=256,
            min_length=1,
            pattern="^[\\x21-\\x7e]+$",
        ),
    ]
    """
    Reference to the stored receipt. Personal data: payment.
    """


class PurchaseEvent(Judged):
    """
    A player paid real money. Immutable: a refund is an event of its own.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
    )
    event_id: EventId
    event_type: Literal["purchase"] = "purchase"
    """
    Which event this is.
    """
    schema_version: Literal["1-2-1"] = "1-2-1"
    """
    The version of this schema the event was written for (SchemaVer MODEL-REVISION-ADDITION).
    """
    event_time: EventTime
    user_id: UserId
    session_id: SessionId
    game_id: GameId
    platform: Platform
    app_version: AppVersion
    environment: Environment
    country_code: CountryCode | MISSING = ABSENT
    device: Device | MISSING = ABSENT
    properties: Properties | MISSING = ABSENT
    product_id: ProductId
    product_name: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["1,000 coins"],
            max_length=128,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ] = ABSENT
    """
    The product's name as shown to players.
    """
    product_type: Annotated[
        Literal["consumable", "non_consumable", "subscription"],
        Field(examples=["consumable"]),
    ]
    """
    How the product is consumed.
    """
    quantity: Annotated[StrictInt, Field(examples=[1], ge=1, le=10000)]
    """
    How many units were bought.
    """
    price: Amount
    """
    The total the player paid, tax included, in `currency`.
    """
    currency: Currency
    store: Store
    transaction_id: TransactionId
    line_item_id: LineItemId | MISSING = ABSENT
    original_transaction_id: TransactionId | MISSING = ABSENT
    """
    For a renewal or a restored purchase: the first transaction of the chain.
    """
    receipt: Annotated[
        Receipt | MISSING,
        Field(
            examples=[{"type": "google_play_token", "ref": "receipts/2026/11/21/8f2c"}]
        ),
    ] = ABSENT
    """
    Where the store's receipt can be found again; never the receipt itself.
    """
    promotion_id: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["black_friday_2026"],
            max_length=64,
            min_length=1,
            pattern="^[\\x21-\\x7e]+$",
        ),
    ] = ABSENT
    """
    The promotion or offer the purchase was made under, as the studio names it.
    """
    discount_amount: Amount | MISSING = ABSENT
    """
    What the promotion took off the regular price, in `currency`; not part of `price`.
    """
    subscription_period: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["P1M"],
            max_length=5,
            min_length=3,
            pattern="^P[1-9][0-9]{0,2}[DWMY]$",
        ),
    ] = ABSENT
    """
    For a subscription: the period paid for, as an ISO 8601 duration of one unit.
    """
    tax_amount: Amount | MISSING = ABSENT
    """
    The tax contained in `price`, in `currency`; computed, so with up to four decimals in every currency.
    """
    store_fee: Amount | MISSING = ABSENT
    """
    The store's commission contained in `price`, in `currency`; computed, so with up to four decimals in every currency.
    """

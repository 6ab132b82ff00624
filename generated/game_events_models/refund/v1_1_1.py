# Written by scripts/codegen.py from the schemas; edit those and run it again.

from __future__ import annotations

from typing import Annotated, Literal

from game_events_models.judged import Judged
from game_events_models.optional import ABSENT, MISSING
from pydantic import ConfigDict, Field

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


class RefundEvent(Judged):
    """
    Money of an earlier purchase went back: a refund by the store or the studio, or a chargeback by the bank.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
    )
    event_id: EventId
    event_type: Literal["refund"] = "refund"
    """
    Which event this is.
    """
    schema_version: Literal["1-1-1"] = "1-1-1"
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
    store: Store
    original_transaction_id: TransactionId
    """
    The transaction whose money went back: `transaction_id` of the purchase.
    """
    line_item_id: LineItemId | MISSING = ABSENT
    """
    Where only one line of the transaction was refunded: `line_item_id` of its purchase.
    """
    refund_id: TransactionId
    """
    The store's own id of the refund; unique within the store. Several partial refunds of one purchase differ in it.
    """
    refund_type: Annotated[Literal["refund", "chargeback"], Field(examples=["refund"])]
    """
    Who took the money back: the store or the studio (refund), or the player's bank (chargeback).
    """
    refund_reason: Annotated[
        Literal["accidental", "defective", "fraud", "not_received", "regret", "subscription_cancelled", "other"] | MISSING,
        Field(examples=["accidental"]),
    ] = ABSENT
    """
    Why, by the store's class of reasons.
    """
    product_id: ProductId | MISSING = ABSENT
    amount: Amount
    """
    What went back to the player, tax included, in `currency`; positive, at most the price of the purchase.
    """
    currency: Currency
    tax_amount: Amount | MISSING = ABSENT
    """
    The tax contained in `amount`, in `currency`; computed, so with up to four decimals in every currency.
    """
    store_fee: Amount | MISSING = ABSENT
    """
    The store's commission on the purchase that came back with the refund, in `currency`; computed, so with up to four decimals in every currency.
    """

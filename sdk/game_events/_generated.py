# Written by scripts/codegen.py from the schemas; edit those and run it again.
"""One typed method per event type. Events' classes, and the models, are imported when first used."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Never, Required, TypedDict, Unpack

from pydantic import BaseModel

from game_events.blanks import Blanks as _Blanks
from game_events.blanks import Facts as _Facts
from game_events.later import Later as _Later
from game_events.later import exported as _exported
from game_events.players import PlayerView as _PlayerView
from game_events.told import Context as _Context

if TYPE_CHECKING:
    from game_events_models import http as _http
    from game_events_models.common import v1_1_1 as _common_v1_1_1
    from game_events_models.purchase import v1_2_1 as _purchase_v1_2_1
    from game_events._events import (
        AdRevenueEvent as AdRevenueEvent,
        InstallEvent as InstallEvent,
        PurchaseEvent as PurchaseEvent,
        RefundEvent as RefundEvent,
        SessionStartEvent as SessionStartEvent,
    )
else:
    _http = _Later("game_events_models.http")
    _common_v1_1_1 = _Later("game_events_models.common.v1_1_1")
    _purchase_v1_2_1 = _Later("game_events_models.purchase.v1_2_1")
    __getattr__, __dir__ = _exported(__name__, dict.fromkeys(['AdRevenueEvent', 'InstallEvent', 'PurchaseEvent', 'RefundEvent', 'SessionStartEvent'], "game_events._events"))

__all__ = [
    "AdRevenueEvent",
    "AsyncEventMethods",
    "EventMethods",
    "InstallEvent",
    "Player",
    "PurchaseEvent",
    "RefundEvent",
    "SessionStartEvent",
]

_blanks = _Blanks(
    "game_events_models",
    {
        "ad_revenue": {
            "1-0-0": _Facts(amounts=('revenue',)),
        },
        "install": {
            "1-0-0": _Facts(),
            "1-0-1": _Facts(),
            "1-0-2": _Facts(),
            "1-1-0": _Facts(),
            "2-0-0": _Facts(),
            "2-0-1": _Facts(),
            "2-1-0": _Facts(),
            "2-1-1": _Facts(),
        },
        "purchase": {
            "1-0-0": _Facts(amounts=('price', 'tax_amount', 'store_fee')),
            "1-1-0": _Facts(amounts=('price', 'discount_amount', 'tax_amount', 'store_fee')),
            "1-1-1": _Facts(amounts=('price', 'discount_amount', 'tax_amount', 'store_fee')),
            "1-2-0": _Facts(amounts=('price', 'discount_amount', 'tax_amount', 'store_fee')),
            "1-2-1": _Facts(amounts=('price', 'discount_amount', 'tax_amount', 'store_fee')),
        },
        "refund": {
            "1-0-0": _Facts(amounts=('amount', 'tax_amount', 'store_fee')),
            "1-0-1": _Facts(amounts=('amount', 'tax_amount', 'store_fee')),
            "1-1-0": _Facts(amounts=('amount', 'tax_amount', 'store_fee')),
            "1-1-1": _Facts(amounts=('amount', 'tax_amount', 'store_fee')),
        },
        "session_start": {
            "1-0-0": _Facts(),
        },
    },
    {'ad_revenue': '1-0-0', 'install': '2-1-1', 'purchase': '1-2-1', 'refund': '1-1-1', 'session_start': '1-0-0'},
)


class AdRevenueEventFields(TypedDict, total=False):
    """What `send_ad_revenue_event` takes by name, for `**fields`."""

    event_id: _common_v1_1_1.EventId
    event_time: _common_v1_1_1.EventTime
    user_id: Required[_common_v1_1_1.UserId]
    game_id: _common_v1_1_1.GameId
    environment: _common_v1_1_1.Environment
    session_id: Required[_common_v1_1_1.SessionId]
    platform: _common_v1_1_1.Platform
    app_version: _common_v1_1_1.AppVersion
    country_code: _common_v1_1_1.CountryCode
    device: _common_v1_1_1.Device
    properties: _common_v1_1_1.Properties
    ad_network: Required[str]
    ad_mediation: str
    ad_format: Required[Literal['app_open', 'banner', 'interstitial', 'native', 'rewarded', 'rewarded_interstitial', 'offerwall', 'other']]
    ad_unit_id: str
    ad_placement: str
    revenue: Required[str | Decimal | float]
    currency: Required[_common_v1_1_1.Currency]


class InstallEventFields(TypedDict, total=False):
    """What `send_install_event` takes by name, for `**fields`."""

    event_id: _common_v1_1_1.EventId
    event_time: _common_v1_1_1.EventTime
    user_id: Required[_common_v1_1_1.UserId]
    session_id: Required[_common_v1_1_1.SessionId]
    game_id: _common_v1_1_1.GameId
    platform: _common_v1_1_1.Platform
    app_version: _common_v1_1_1.AppVersion
    environment: _common_v1_1_1.Environment
    country_code: _common_v1_1_1.CountryCode
    device: _common_v1_1_1.Device
    properties: _common_v1_1_1.Properties
    install_source: Required[Literal['organic', 'paid', 'referral', 'cross_promotion', 'preload', 'unknown']]
    media_source: str
    campaign: str
    ad_group: str
    click_id: str
    install_app_store: Literal['app_store', 'google_play', 'amazon_appstore', 'samsung_galaxy_store', 'huawei_appgallery', 'steam', 'epic_games_store', 'microsoft_store', 'playstation_store', 'nintendo_eshop', 'direct']
    referrer_source: str
    referrer_medium: str


class PurchaseEventFields(TypedDict, total=False):
    """What `send_purchase_event` takes by name, for `**fields`."""

    event_id: _common_v1_1_1.EventId
    event_time: _common_v1_1_1.EventTime
    user_id: Required[_common_v1_1_1.UserId]
    session_id: Required[_common_v1_1_1.SessionId]
    game_id: _common_v1_1_1.GameId
    platform: _common_v1_1_1.Platform
    app_version: _common_v1_1_1.AppVersion
    environment: _common_v1_1_1.Environment
    country_code: _common_v1_1_1.CountryCode
    device: _common_v1_1_1.Device
    properties: _common_v1_1_1.Properties
    product_id: Required[_common_v1_1_1.ProductId]
    product_name: str
    product_type: Required[Literal['consumable', 'non_consumable', 'subscription']]
    quantity: Required[int]
    price: Required[_common_v1_1_1.Amount | Decimal | float]
    currency: Required[_common_v1_1_1.Currency]
    store: Required[_common_v1_1_1.Store]
    transaction_id: Required[_common_v1_1_1.TransactionId]
    line_item_id: _common_v1_1_1.LineItemId
    original_transaction_id: _common_v1_1_1.TransactionId
    receipt: _purchase_v1_2_1.Receipt
    promotion_id: str
    discount_amount: _common_v1_1_1.Amount | Decimal | float
    subscription_period: str
    tax_amount: _common_v1_1_1.Amount | Decimal | float
    store_fee: _common_v1_1_1.Amount | Decimal | float


class RefundEventFields(TypedDict, total=False):
    """What `send_refund_event` takes by name, for `**fields`."""

    event_id: _common_v1_1_1.EventId
    event_time: _common_v1_1_1.EventTime
    user_id: Required[_common_v1_1_1.UserId]
    session_id: Required[_common_v1_1_1.SessionId]
    game_id: _common_v1_1_1.GameId
    platform: _common_v1_1_1.Platform
    app_version: _common_v1_1_1.AppVersion
    environment: _common_v1_1_1.Environment
    country_code: _common_v1_1_1.CountryCode
    device: _common_v1_1_1.Device
    properties: _common_v1_1_1.Properties
    store: Required[_common_v1_1_1.Store]
    original_transaction_id: Required[_common_v1_1_1.TransactionId]
    line_item_id: _common_v1_1_1.LineItemId
    refund_id: Required[_common_v1_1_1.TransactionId]
    refund_type: Required[Literal['refund', 'chargeback']]
    refund_reason: Literal['accidental', 'defective', 'fraud', 'not_received', 'regret', 'subscription_cancelled', 'other']
    product_id: _common_v1_1_1.ProductId
    amount: Required[_common_v1_1_1.Amount | Decimal | float]
    currency: Required[_common_v1_1_1.Currency]
    tax_amount: _common_v1_1_1.Amount | Decimal | float
    store_fee: _common_v1_1_1.Amount | Decimal | float


class SessionStartEventFields(TypedDict, total=False):
    """What `send_session_start_event` takes by name, for `**fields`."""

    event_id: _common_v1_1_1.EventId
    event_time: _common_v1_1_1.EventTime
    user_id: Required[_common_v1_1_1.UserId]
    game_id: _common_v1_1_1.GameId
    environment: _common_v1_1_1.Environment
    session_id: Required[_common_v1_1_1.SessionId]
    platform: _common_v1_1_1.Platform
    app_version: _common_v1_1_1.AppVersion
    country_code: _common_v1_1_1.CountryCode
    device: _common_v1_1_1.Device
    properties: _common_v1_1_1.Properties
    session_number: int
    days_since_install: int


class Player(_PlayerView):
    """What one player does; a method takes the event's own fields, enqueues it and returns its event_id."""

    def ad_revenue(
        self,
        *_given: Never,
        ad_network: str,
        ad_format: Literal['app_open', 'banner', 'interstitial', 'native', 'rewarded', 'rewarded_interstitial', 'offerwall', 'other'],
        revenue: str | Decimal | float,
        currency: _common_v1_1_1.Currency,
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        ad_mediation: str | None = None,
        ad_unit_id: str | None = None,
        ad_placement: str | None = None,
        **_unknown: Never,
    ) -> str:
        """Enqueue one ad_revenue event of this player; returns its event_id.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        ad_network: The network that paid for the advertisement.
        ad_mediation: The mediation service that chose the network.
        ad_format: The advertisement's form.
        ad_unit_id: The ad unit, as the network or the mediation names it.
        ad_placement: Where in the game it was shown, as the studio names it.
        revenue: What the impression earns the studio, in `currency`: a decimal as a string, never a JSON number. Networks count in fractions of a cent: up to 8 digits and up to 10 decimals, in every currency.
        currency: ISO 4217 code of an active currency with a minor unit.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "properties": properties, "ad_network": ad_network, "ad_mediation": ad_mediation, "ad_format": ad_format, "ad_unit_id": ad_unit_id, "ad_placement": ad_placement, "revenue": revenue, "currency": currency, **_unknown}
        return self._enqueue("ad_revenue", _given, _fields, "ad_revenue")

    def install(
        self,
        *_given: Never,
        install_source: Literal['organic', 'paid', 'referral', 'cross_promotion', 'preload', 'unknown'],
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        media_source: str | None = None,
        campaign: str | None = None,
        ad_group: str | None = None,
        click_id: str | None = None,
        install_app_store: Literal['app_store', 'google_play', 'amazon_appstore', 'samsung_galaxy_store', 'huawei_appgallery', 'steam', 'epic_games_store', 'microsoft_store', 'playstation_store', 'nintendo_eshop', 'direct'] | None = None,
        referrer_source: str | None = None,
        referrer_medium: str | None = None,
        **_unknown: Never,
    ) -> str:
        """Enqueue one install event of this player; returns its event_id.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        install_source: What brought the player here, by the attribution provider's class.
        media_source: The advertising network or channel.
        campaign: The campaign, as the network names it.
        ad_group: The ad group or ad set within the campaign.
        click_id: The network's id of the click that led here. Personal data: device_id.
        install_app_store: The store the game was installed from.
        referrer_source: Who referred the player: utm_source of the install referrer.
        referrer_medium: By what medium: utm_medium of the install referrer.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "properties": properties, "install_source": install_source, "media_source": media_source, "campaign": campaign, "ad_group": ad_group, "click_id": click_id, "install_app_store": install_app_store, "referrer_source": referrer_source, "referrer_medium": referrer_medium, **_unknown}
        return self._enqueue("install", _given, _fields, "install")

    def purchase(
        self,
        *_given: Never,
        product_id: _common_v1_1_1.ProductId,
        product_type: Literal['consumable', 'non_consumable', 'subscription'],
        quantity: int,
        price: _common_v1_1_1.Amount | Decimal | float,
        currency: _common_v1_1_1.Currency,
        store: _common_v1_1_1.Store,
        transaction_id: _common_v1_1_1.TransactionId,
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        product_name: str | None = None,
        line_item_id: _common_v1_1_1.LineItemId | None = None,
        original_transaction_id: _common_v1_1_1.TransactionId | None = None,
        receipt: _purchase_v1_2_1.Receipt | None = None,
        promotion_id: str | None = None,
        discount_amount: _common_v1_1_1.Amount | Decimal | float | None = None,
        subscription_period: str | None = None,
        tax_amount: _common_v1_1_1.Amount | Decimal | float | None = None,
        store_fee: _common_v1_1_1.Amount | Decimal | float | None = None,
        **_unknown: Never,
    ) -> str:
        """Enqueue one purchase event of this player; returns its event_id.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        product_id: The product, by the store's catalogue (SKU).
        product_name: The product's name as shown to players.
        product_type: How the product is consumed.
        quantity: How many units were bought.
        price: The total the player paid, tax included, in `currency`.
        currency: ISO 4217 code of an active currency with a minor unit.
        store: The store that charged the player.
        transaction_id: The store's own id of the transaction; unique within the store.
        line_item_id: The line of the transaction, where the store sells several products in one order; unique within the transaction. Left out where a transaction is one product.
        original_transaction_id: For a renewal or a restored purchase: the first transaction of the chain.
        receipt: Where the store's receipt can be found again; never the receipt itself.
        promotion_id: The promotion or offer the purchase was made under, as the studio names it.
        discount_amount: What the promotion took off the regular price, in `currency`; not part of `price`.
        subscription_period: For a subscription: the period paid for, as an ISO 8601 duration of one unit.
        tax_amount: The tax contained in `price`, in `currency`; computed, so with up to four decimals in every currency.
        store_fee: The store's commission contained in `price`, in `currency`; computed, so with up to four decimals in every currency.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "properties": properties, "product_id": product_id, "product_name": product_name, "product_type": product_type, "quantity": quantity, "price": price, "currency": currency, "store": store, "transaction_id": transaction_id, "line_item_id": line_item_id, "original_transaction_id": original_transaction_id, "receipt": receipt, "promotion_id": promotion_id, "discount_amount": discount_amount, "subscription_period": subscription_period, "tax_amount": tax_amount, "store_fee": store_fee, **_unknown}
        return self._enqueue("purchase", _given, _fields, "purchase")

    def refund(
        self,
        *_given: Never,
        store: _common_v1_1_1.Store,
        original_transaction_id: _common_v1_1_1.TransactionId,
        refund_id: _common_v1_1_1.TransactionId,
        refund_type: Literal['refund', 'chargeback'],
        amount: _common_v1_1_1.Amount | Decimal | float,
        currency: _common_v1_1_1.Currency,
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        line_item_id: _common_v1_1_1.LineItemId | None = None,
        refund_reason: Literal['accidental', 'defective', 'fraud', 'not_received', 'regret', 'subscription_cancelled', 'other'] | None = None,
        product_id: _common_v1_1_1.ProductId | None = None,
        tax_amount: _common_v1_1_1.Amount | Decimal | float | None = None,
        store_fee: _common_v1_1_1.Amount | Decimal | float | None = None,
        **_unknown: Never,
    ) -> str:
        """Enqueue one refund event of this player; returns its event_id.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        store: The store that charged the player.
        original_transaction_id: The transaction whose money went back: `transaction_id` of the purchase.
        line_item_id: Where only one line of the transaction was refunded: `line_item_id` of its purchase.
        refund_id: The store's own id of the refund; unique within the store. Several partial refunds of one purchase differ in it.
        refund_type: Who took the money back: the store or the studio (refund), or the player's bank (chargeback).
        refund_reason: Why, by the store's class of reasons.
        product_id: The product, by the store's catalogue (SKU).
        amount: What went back to the player, tax included, in `currency`; positive, at most the price of the purchase.
        currency: ISO 4217 code of an active currency with a minor unit.
        tax_amount: The tax contained in `amount`, in `currency`; computed, so with up to four decimals in every currency.
        store_fee: The store's commission on the purchase that came back with the refund, in `currency`; computed, so with up to four decimals in every currency.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "properties": properties, "store": store, "original_transaction_id": original_transaction_id, "line_item_id": line_item_id, "refund_id": refund_id, "refund_type": refund_type, "refund_reason": refund_reason, "product_id": product_id, "amount": amount, "currency": currency, "tax_amount": tax_amount, "store_fee": store_fee, **_unknown}
        return self._enqueue("refund", _given, _fields, "refund")

    def session_start(
        self,
        *_given: Never,
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        session_number: int | None = None,
        days_since_install: int | None = None,
        **_unknown: Never,
    ) -> str:
        """Enqueue one session_start event of this player; returns its event_id.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        session_number: Which of the player's sessions in this game this is, the first after installation being 1.
        days_since_install: How many days ago the game was installed, by the device; 0 on the day itself. Warehouses count retention from the install event; this serves where that is not known. Unit: days.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "properties": properties, "session_number": session_number, "days_since_install": days_since_install, **_unknown}
        return self._enqueue("session_start", _given, _fields, "session_start")


class EventMethods(ABC):
    """One method per event type; a client brings `send_event`, `enqueue` and what its events share."""

    context: Mapping[str, Any] = {}
    _blanks = _blanks

    @abstractmethod
    def send_event(self, event: BaseModel | Mapping[str, Any]) -> _http.EventReceipt:
        """Send one event of any type and version."""

    @abstractmethod
    def enqueue(self, event: BaseModel | Mapping[str, Any]) -> str:
        """Take one event of any type and version, to be sent in the background."""

    def player(self, user_id: _common_v1_1_1.UserId, *, session: _common_v1_1_1.SessionId,
               country_code: _common_v1_1_1.CountryCode | None = None,
               device: _common_v1_1_1.Device | None = None,
               **context: Unpack[_Context]) -> Player:
        """The player, in this session, whose methods take the events' own fields and enqueue them.

        `context` is for what this player's events have otherwise than the client's.
        """
        _told = {"user_id": user_id, "session_id": session,
                 "country_code": country_code,
                 "device": device,
                 **context}
        return Player(self.enqueue, self._blanks, {**self.context, **_told})

    def send_ad_revenue_event(
        self,
        *_given: Never,
        user_id: _common_v1_1_1.UserId,
        session_id: _common_v1_1_1.SessionId,
        ad_network: str,
        ad_format: Literal['app_open', 'banner', 'interstitial', 'native', 'rewarded', 'rewarded_interstitial', 'offerwall', 'other'],
        revenue: str | Decimal | float,
        currency: _common_v1_1_1.Currency,
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        game_id: _common_v1_1_1.GameId | None = None,
        environment: _common_v1_1_1.Environment | None = None,
        platform: _common_v1_1_1.Platform | None = None,
        app_version: _common_v1_1_1.AppVersion | None = None,
        country_code: _common_v1_1_1.CountryCode | None = None,
        device: _common_v1_1_1.Device | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        ad_mediation: str | None = None,
        ad_unit_id: str | None = None,
        ad_placement: str | None = None,
        **_unknown: Never,
    ) -> _http.EventReceipt:
        """Send one ad_revenue event by its fields; an event object goes with `send_event`.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        user_id: The player, as the studio names them; pseudonymous, never an e-mail address. Personal data: player_id.
        game_id: The game, as registered with the studio's key.
        environment: production, or sandbox for test purchases and development builds; sandbox never reaches revenue.
        session_id: The play session the event belongs to. Personal data: player_id.
        platform: The platform the game runs on.
        app_version: The game build's version.
        country_code: Country of the player: an assigned code of ISO 3166-1 alpha-2, or XK for Kosovo, upper case.
        device: The device the event happened on.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        ad_network: The network that paid for the advertisement.
        ad_mediation: The mediation service that chose the network.
        ad_format: The advertisement's form.
        ad_unit_id: The ad unit, as the network or the mediation names it.
        ad_placement: Where in the game it was shown, as the studio names it.
        revenue: What the impression earns the studio, in `currency`: a decimal as a string, never a JSON number. Networks count in fractions of a cent: up to 8 digits and up to 10 decimals, in every currency.
        currency: ISO 4217 code of an active currency with a minor unit.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "user_id": user_id, "game_id": game_id, "environment": environment, "session_id": session_id, "platform": platform, "app_version": app_version, "country_code": country_code, "device": device, "properties": properties, "ad_network": ad_network, "ad_mediation": ad_mediation, "ad_format": ad_format, "ad_unit_id": ad_unit_id, "ad_placement": ad_placement, "revenue": revenue, "currency": currency, **_unknown}
        return self.send_event(self._blanks.made("ad_revenue", _given, self.context, _fields, "send_ad_revenue_event"))

    def send_install_event(
        self,
        *_given: Never,
        user_id: _common_v1_1_1.UserId,
        session_id: _common_v1_1_1.SessionId,
        install_source: Literal['organic', 'paid', 'referral', 'cross_promotion', 'preload', 'unknown'],
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        game_id: _common_v1_1_1.GameId | None = None,
        platform: _common_v1_1_1.Platform | None = None,
        app_version: _common_v1_1_1.AppVersion | None = None,
        environment: _common_v1_1_1.Environment | None = None,
        country_code: _common_v1_1_1.CountryCode | None = None,
        device: _common_v1_1_1.Device | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        media_source: str | None = None,
        campaign: str | None = None,
        ad_group: str | None = None,
        click_id: str | None = None,
        install_app_store: Literal['app_store', 'google_play', 'amazon_appstore', 'samsung_galaxy_store', 'huawei_appgallery', 'steam', 'epic_games_store', 'microsoft_store', 'playstation_store', 'nintendo_eshop', 'direct'] | None = None,
        referrer_source: str | None = None,
        referrer_medium: str | None = None,
        **_unknown: Never,
    ) -> _http.EventReceipt:
        """Send one install event by its fields; an event object goes with `send_event`.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        user_id: The player, as the studio names them; pseudonymous, never an e-mail address. Personal data: player_id.
        session_id: The play session the event belongs to. Personal data: player_id.
        game_id: The game, as registered with the studio's key.
        platform: The platform the game runs on.
        app_version: The game build's version.
        environment: production, or sandbox for test purchases and development builds; sandbox never reaches revenue.
        country_code: Country of the player: an assigned code of ISO 3166-1 alpha-2, or XK for Kosovo, upper case.
        device: The device the event happened on.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        install_source: What brought the player here, by the attribution provider's class.
        media_source: The advertising network or channel.
        campaign: The campaign, as the network names it.
        ad_group: The ad group or ad set within the campaign.
        click_id: The network's id of the click that led here. Personal data: device_id.
        install_app_store: The store the game was installed from.
        referrer_source: Who referred the player: utm_source of the install referrer.
        referrer_medium: By what medium: utm_medium of the install referrer.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "user_id": user_id, "session_id": session_id, "game_id": game_id, "platform": platform, "app_version": app_version, "environment": environment, "country_code": country_code, "device": device, "properties": properties, "install_source": install_source, "media_source": media_source, "campaign": campaign, "ad_group": ad_group, "click_id": click_id, "install_app_store": install_app_store, "referrer_source": referrer_source, "referrer_medium": referrer_medium, **_unknown}
        return self.send_event(self._blanks.made("install", _given, self.context, _fields, "send_install_event"))

    def send_purchase_event(
        self,
        *_given: Never,
        user_id: _common_v1_1_1.UserId,
        session_id: _common_v1_1_1.SessionId,
        product_id: _common_v1_1_1.ProductId,
        product_type: Literal['consumable', 'non_consumable', 'subscription'],
        quantity: int,
        price: _common_v1_1_1.Amount | Decimal | float,
        currency: _common_v1_1_1.Currency,
        store: _common_v1_1_1.Store,
        transaction_id: _common_v1_1_1.TransactionId,
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        game_id: _common_v1_1_1.GameId | None = None,
        platform: _common_v1_1_1.Platform | None = None,
        app_version: _common_v1_1_1.AppVersion | None = None,
        environment: _common_v1_1_1.Environment | None = None,
        country_code: _common_v1_1_1.CountryCode | None = None,
        device: _common_v1_1_1.Device | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        product_name: str | None = None,
        line_item_id: _common_v1_1_1.LineItemId | None = None,
        original_transaction_id: _common_v1_1_1.TransactionId | None = None,
        receipt: _purchase_v1_2_1.Receipt | None = None,
        promotion_id: str | None = None,
        discount_amount: _common_v1_1_1.Amount | Decimal | float | None = None,
        subscription_period: str | None = None,
        tax_amount: _common_v1_1_1.Amount | Decimal | float | None = None,
        store_fee: _common_v1_1_1.Amount | Decimal | float | None = None,
        **_unknown: Never,
    ) -> _http.EventReceipt:
        """Send one purchase event by its fields; an event object goes with `send_event`.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        user_id: The player, as the studio names them; pseudonymous, never an e-mail address. Personal data: player_id.
        session_id: The play session the event belongs to. Personal data: player_id.
        game_id: The game, as registered with the studio's key.
        platform: The platform the game runs on.
        app_version: The game build's version.
        environment: production, or sandbox for test purchases and development builds; sandbox never reaches revenue.
        country_code: Country of the player: an assigned code of ISO 3166-1 alpha-2, or XK for Kosovo, upper case.
        device: The device the event happened on.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        product_id: The product, by the store's catalogue (SKU).
        product_name: The product's name as shown to players.
        product_type: How the product is consumed.
        quantity: How many units were bought.
        price: The total the player paid, tax included, in `currency`.
        currency: ISO 4217 code of an active currency with a minor unit.
        store: The store that charged the player.
        transaction_id: The store's own id of the transaction; unique within the store.
        line_item_id: The line of the transaction, where the store sells several products in one order; unique within the transaction. Left out where a transaction is one product.
        original_transaction_id: For a renewal or a restored purchase: the first transaction of the chain.
        receipt: Where the store's receipt can be found again; never the receipt itself.
        promotion_id: The promotion or offer the purchase was made under, as the studio names it.
        discount_amount: What the promotion took off the regular price, in `currency`; not part of `price`.
        subscription_period: For a subscription: the period paid for, as an ISO 8601 duration of one unit.
        tax_amount: The tax contained in `price`, in `currency`; computed, so with up to four decimals in every currency.
        store_fee: The store's commission contained in `price`, in `currency`; computed, so with up to four decimals in every currency.
        receipt/ref: Personal data: payment.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "user_id": user_id, "session_id": session_id, "game_id": game_id, "platform": platform, "app_version": app_version, "environment": environment, "country_code": country_code, "device": device, "properties": properties, "product_id": product_id, "product_name": product_name, "product_type": product_type, "quantity": quantity, "price": price, "currency": currency, "store": store, "transaction_id": transaction_id, "line_item_id": line_item_id, "original_transaction_id": original_transaction_id, "receipt": receipt, "promotion_id": promotion_id, "discount_amount": discount_amount, "subscription_period": subscription_period, "tax_amount": tax_amount, "store_fee": store_fee, **_unknown}
        return self.send_event(self._blanks.made("purchase", _given, self.context, _fields, "send_purchase_event"))

    def send_refund_event(
        self,
        *_given: Never,
        user_id: _common_v1_1_1.UserId,
        session_id: _common_v1_1_1.SessionId,
        store: _common_v1_1_1.Store,
        original_transaction_id: _common_v1_1_1.TransactionId,
        refund_id: _common_v1_1_1.TransactionId,
        refund_type: Literal['refund', 'chargeback'],
        amount: _common_v1_1_1.Amount | Decimal | float,
        currency: _common_v1_1_1.Currency,
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        game_id: _common_v1_1_1.GameId | None = None,
        platform: _common_v1_1_1.Platform | None = None,
        app_version: _common_v1_1_1.AppVersion | None = None,
        environment: _common_v1_1_1.Environment | None = None,
        country_code: _common_v1_1_1.CountryCode | None = None,
        device: _common_v1_1_1.Device | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        line_item_id: _common_v1_1_1.LineItemId | None = None,
        refund_reason: Literal['accidental', 'defective', 'fraud', 'not_received', 'regret', 'subscription_cancelled', 'other'] | None = None,
        product_id: _common_v1_1_1.ProductId | None = None,
        tax_amount: _common_v1_1_1.Amount | Decimal | float | None = None,
        store_fee: _common_v1_1_1.Amount | Decimal | float | None = None,
        **_unknown: Never,
    ) -> _http.EventReceipt:
        """Send one refund event by its fields; an event object goes with `send_event`.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        user_id: The player, as the studio names them; pseudonymous, never an e-mail address. Personal data: player_id.
        session_id: The play session the event belongs to. Personal data: player_id.
        game_id: The game, as registered with the studio's key.
        platform: The platform the game runs on.
        app_version: The game build's version.
        environment: production, or sandbox for test purchases and development builds; sandbox never reaches revenue.
        country_code: Country of the player: an assigned code of ISO 3166-1 alpha-2, or XK for Kosovo, upper case.
        device: The device the event happened on.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        store: The store that charged the player.
        original_transaction_id: The transaction whose money went back: `transaction_id` of the purchase.
        line_item_id: Where only one line of the transaction was refunded: `line_item_id` of its purchase.
        refund_id: The store's own id of the refund; unique within the store. Several partial refunds of one purchase differ in it.
        refund_type: Who took the money back: the store or the studio (refund), or the player's bank (chargeback).
        refund_reason: Why, by the store's class of reasons.
        product_id: The product, by the store's catalogue (SKU).
        amount: What went back to the player, tax included, in `currency`; positive, at most the price of the purchase.
        currency: ISO 4217 code of an active currency with a minor unit.
        tax_amount: The tax contained in `amount`, in `currency`; computed, so with up to four decimals in every currency.
        store_fee: The store's commission on the purchase that came back with the refund, in `currency`; computed, so with up to four decimals in every currency.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "user_id": user_id, "session_id": session_id, "game_id": game_id, "platform": platform, "app_version": app_version, "environment": environment, "country_code": country_code, "device": device, "properties": properties, "store": store, "original_transaction_id": original_transaction_id, "line_item_id": line_item_id, "refund_id": refund_id, "refund_type": refund_type, "refund_reason": refund_reason, "product_id": product_id, "amount": amount, "currency": currency, "tax_amount": tax_amount, "store_fee": store_fee, **_unknown}
        return self.send_event(self._blanks.made("refund", _given, self.context, _fields, "send_refund_event"))

    def send_session_start_event(
        self,
        *_given: Never,
        user_id: _common_v1_1_1.UserId,
        session_id: _common_v1_1_1.SessionId,
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        game_id: _common_v1_1_1.GameId | None = None,
        environment: _common_v1_1_1.Environment | None = None,
        platform: _common_v1_1_1.Platform | None = None,
        app_version: _common_v1_1_1.AppVersion | None = None,
        country_code: _common_v1_1_1.CountryCode | None = None,
        device: _common_v1_1_1.Device | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        session_number: int | None = None,
        days_since_install: int | None = None,
        **_unknown: Never,
    ) -> _http.EventReceipt:
        """Send one session_start event by its fields; an event object goes with `send_event`.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        user_id: The player, as the studio names them; pseudonymous, never an e-mail address. Personal data: player_id.
        game_id: The game, as registered with the studio's key.
        environment: production, or sandbox for test purchases and development builds; sandbox never reaches revenue.
        session_id: The play session the event belongs to. Personal data: player_id.
        platform: The platform the game runs on.
        app_version: The game build's version.
        country_code: Country of the player: an assigned code of ISO 3166-1 alpha-2, or XK for Kosovo, upper case.
        device: The device the event happened on.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        session_number: Which of the player's sessions in this game this is, the first after installation being 1.
        days_since_install: How many days ago the game was installed, by the device; 0 on the day itself. Warehouses count retention from the install event; this serves where that is not known. Unit: days.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "user_id": user_id, "game_id": game_id, "environment": environment, "session_id": session_id, "platform": platform, "app_version": app_version, "country_code": country_code, "device": device, "properties": properties, "session_number": session_number, "days_since_install": days_since_install, **_unknown}
        return self.send_event(self._blanks.made("session_start", _given, self.context, _fields, "send_session_start_event"))


class AsyncEventMethods(ABC):
    """One method per event type; a client brings `send_event`, `enqueue` and what its events share."""

    context: Mapping[str, Any] = {}
    _blanks = _blanks

    @abstractmethod
    async def send_event(self, event: BaseModel | Mapping[str, Any]) -> _http.EventReceipt:
        """Send one event of any type and version."""

    @abstractmethod
    def enqueue(self, event: BaseModel | Mapping[str, Any]) -> str:
        """Take one event of any type and version, to be sent in the background."""

    def player(self, user_id: _common_v1_1_1.UserId, *, session: _common_v1_1_1.SessionId,
               country_code: _common_v1_1_1.CountryCode | None = None,
               device: _common_v1_1_1.Device | None = None,
               **context: Unpack[_Context]) -> Player:
        """The player, in this session, whose methods take the events' own fields and enqueue them.

        `context` is for what this player's events have otherwise than the client's.
        """
        _told = {"user_id": user_id, "session_id": session,
                 "country_code": country_code,
                 "device": device,
                 **context}
        return Player(self.enqueue, self._blanks, {**self.context, **_told})

    async def send_ad_revenue_event(
        self,
        *_given: Never,
        user_id: _common_v1_1_1.UserId,
        session_id: _common_v1_1_1.SessionId,
        ad_network: str,
        ad_format: Literal['app_open', 'banner', 'interstitial', 'native', 'rewarded', 'rewarded_interstitial', 'offerwall', 'other'],
        revenue: str | Decimal | float,
        currency: _common_v1_1_1.Currency,
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        game_id: _common_v1_1_1.GameId | None = None,
        environment: _common_v1_1_1.Environment | None = None,
        platform: _common_v1_1_1.Platform | None = None,
        app_version: _common_v1_1_1.AppVersion | None = None,
        country_code: _common_v1_1_1.CountryCode | None = None,
        device: _common_v1_1_1.Device | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        ad_mediation: str | None = None,
        ad_unit_id: str | None = None,
        ad_placement: str | None = None,
        **_unknown: Never,
    ) -> _http.EventReceipt:
        """Send one ad_revenue event by its fields; an event object goes with `send_event`.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        user_id: The player, as the studio names them; pseudonymous, never an e-mail address. Personal data: player_id.
        game_id: The game, as registered with the studio's key.
        environment: production, or sandbox for test purchases and development builds; sandbox never reaches revenue.
        session_id: The play session the event belongs to. Personal data: player_id.
        platform: The platform the game runs on.
        app_version: The game build's version.
        country_code: Country of the player: an assigned code of ISO 3166-1 alpha-2, or XK for Kosovo, upper case.
        device: The device the event happened on.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        ad_network: The network that paid for the advertisement.
        ad_mediation: The mediation service that chose the network.
        ad_format: The advertisement's form.
        ad_unit_id: The ad unit, as the network or the mediation names it.
        ad_placement: Where in the game it was shown, as the studio names it.
        revenue: What the impression earns the studio, in `currency`: a decimal as a string, never a JSON number. Networks count in fractions of a cent: up to 8 digits and up to 10 decimals, in every currency.
        currency: ISO 4217 code of an active currency with a minor unit.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "user_id": user_id, "game_id": game_id, "environment": environment, "session_id": session_id, "platform": platform, "app_version": app_version, "country_code": country_code, "device": device, "properties": properties, "ad_network": ad_network, "ad_mediation": ad_mediation, "ad_format": ad_format, "ad_unit_id": ad_unit_id, "ad_placement": ad_placement, "revenue": revenue, "currency": currency, **_unknown}
        return await self.send_event(self._blanks.made("ad_revenue", _given, self.context, _fields, "send_ad_revenue_event"))

    async def send_install_event(
        self,
        *_given: Never,
        user_id: _common_v1_1_1.UserId,
        session_id: _common_v1_1_1.SessionId,
        install_source: Literal['organic', 'paid', 'referral', 'cross_promotion', 'preload', 'unknown'],
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        game_id: _common_v1_1_1.GameId | None = None,
        platform: _common_v1_1_1.Platform | None = None,
        app_version: _common_v1_1_1.AppVersion | None = None,
        environment: _common_v1_1_1.Environment | None = None,
        country_code: _common_v1_1_1.CountryCode | None = None,
        device: _common_v1_1_1.Device | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        media_source: str | None = None,
        campaign: str | None = None,
        ad_group: str | None = None,
        click_id: str | None = None,
        install_app_store: Literal['app_store', 'google_play', 'amazon_appstore', 'samsung_galaxy_store', 'huawei_appgallery', 'steam', 'epic_games_store', 'microsoft_store', 'playstation_store', 'nintendo_eshop', 'direct'] | None = None,
        referrer_source: str | None = None,
        referrer_medium: str | None = None,
        **_unknown: Never,
    ) -> _http.EventReceipt:
        """Send one install event by its fields; an event object goes with `send_event`.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        user_id: The player, as the studio names them; pseudonymous, never an e-mail address. Personal data: player_id.
        session_id: The play session the event belongs to. Personal data: player_id.
        game_id: The game, as registered with the studio's key.
        platform: The platform the game runs on.
        app_version: The game build's version.
        environment: production, or sandbox for test purchases and development builds; sandbox never reaches revenue.
        country_code: Country of the player: an assigned code of ISO 3166-1 alpha-2, or XK for Kosovo, upper case.
        device: The device the event happened on.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        install_source: What brought the player here, by the attribution provider's class.
        media_source: The advertising network or channel.
        campaign: The campaign, as the network names it.
        ad_group: The ad group or ad set within the campaign.
        click_id: The network's id of the click that led here. Personal data: device_id.
        install_app_store: The store the game was installed from.
        referrer_source: Who referred the player: utm_source of the install referrer.
        referrer_medium: By what medium: utm_medium of the install referrer.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "user_id": user_id, "session_id": session_id, "game_id": game_id, "platform": platform, "app_version": app_version, "environment": environment, "country_code": country_code, "device": device, "properties": properties, "install_source": install_source, "media_source": media_source, "campaign": campaign, "ad_group": ad_group, "click_id": click_id, "install_app_store": install_app_store, "referrer_source": referrer_source, "referrer_medium": referrer_medium, **_unknown}
        return await self.send_event(self._blanks.made("install", _given, self.context, _fields, "send_install_event"))

    async def send_purchase_event(
        self,
        *_given: Never,
        user_id: _common_v1_1_1.UserId,
        session_id: _common_v1_1_1.SessionId,
        product_id: _common_v1_1_1.ProductId,
        product_type: Literal['consumable', 'non_consumable', 'subscription'],
        quantity: int,
        price: _common_v1_1_1.Amount | Decimal | float,
        currency: _common_v1_1_1.Currency,
        store: _common_v1_1_1.Store,
        transaction_id: _common_v1_1_1.TransactionId,
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        game_id: _common_v1_1_1.GameId | None = None,
        platform: _common_v1_1_1.Platform | None = None,
        app_version: _common_v1_1_1.AppVersion | None = None,
        environment: _common_v1_1_1.Environment | None = None,
        country_code: _common_v1_1_1.CountryCode | None = None,
        device: _common_v1_1_1.Device | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        product_name: str | None = None,
        line_item_id: _common_v1_1_1.LineItemId | None = None,
        original_transaction_id: _common_v1_1_1.TransactionId | None = None,
        receipt: _purchase_v1_2_1.Receipt | None = None,
        promotion_id: str | None = None,
        discount_amount: _common_v1_1_1.Amount | Decimal | float | None = None,
        subscription_period: str | None = None,
        tax_amount: _common_v1_1_1.Amount | Decimal | float | None = None,
        store_fee: _common_v1_1_1.Amount | Decimal | float | None = None,
        **_unknown: Never,
    ) -> _http.EventReceipt:
        """Send one purchase event by its fields; an event object goes with `send_event`.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        user_id: The player, as the studio names them; pseudonymous, never an e-mail address. Personal data: player_id.
        session_id: The play session the event belongs to. Personal data: player_id.
        game_id: The game, as registered with the studio's key.
        platform: The platform the game runs on.
        app_version: The game build's version.
        environment: production, or sandbox for test purchases and development builds; sandbox never reaches revenue.
        country_code: Country of the player: an assigned code of ISO 3166-1 alpha-2, or XK for Kosovo, upper case.
        device: The device the event happened on.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        product_id: The product, by the store's catalogue (SKU).
        product_name: The product's name as shown to players.
        product_type: How the product is consumed.
        quantity: How many units were bought.
        price: The total the player paid, tax included, in `currency`.
        currency: ISO 4217 code of an active currency with a minor unit.
        store: The store that charged the player.
        transaction_id: The store's own id of the transaction; unique within the store.
        line_item_id: The line of the transaction, where the store sells several products in one order; unique within the transaction. Left out where a transaction is one product.
        original_transaction_id: For a renewal or a restored purchase: the first transaction of the chain.
        receipt: Where the store's receipt can be found again; never the receipt itself.
        promotion_id: The promotion or offer the purchase was made under, as the studio names it.
        discount_amount: What the promotion took off the regular price, in `currency`; not part of `price`.
        subscription_period: For a subscription: the period paid for, as an ISO 8601 duration of one unit.
        tax_amount: The tax contained in `price`, in `currency`; computed, so with up to four decimals in every currency.
        store_fee: The store's commission contained in `price`, in `currency`; computed, so with up to four decimals in every currency.
        receipt/ref: Personal data: payment.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "user_id": user_id, "session_id": session_id, "game_id": game_id, "platform": platform, "app_version": app_version, "environment": environment, "country_code": country_code, "device": device, "properties": properties, "product_id": product_id, "product_name": product_name, "product_type": product_type, "quantity": quantity, "price": price, "currency": currency, "store": store, "transaction_id": transaction_id, "line_item_id": line_item_id, "original_transaction_id": original_transaction_id, "receipt": receipt, "promotion_id": promotion_id, "discount_amount": discount_amount, "subscription_period": subscription_period, "tax_amount": tax_amount, "store_fee": store_fee, **_unknown}
        return await self.send_event(self._blanks.made("purchase", _given, self.context, _fields, "send_purchase_event"))

    async def send_refund_event(
        self,
        *_given: Never,
        user_id: _common_v1_1_1.UserId,
        session_id: _common_v1_1_1.SessionId,
        store: _common_v1_1_1.Store,
        original_transaction_id: _common_v1_1_1.TransactionId,
        refund_id: _common_v1_1_1.TransactionId,
        refund_type: Literal['refund', 'chargeback'],
        amount: _common_v1_1_1.Amount | Decimal | float,
        currency: _common_v1_1_1.Currency,
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        game_id: _common_v1_1_1.GameId | None = None,
        platform: _common_v1_1_1.Platform | None = None,
        app_version: _common_v1_1_1.AppVersion | None = None,
        environment: _common_v1_1_1.Environment | None = None,
        country_code: _common_v1_1_1.CountryCode | None = None,
        device: _common_v1_1_1.Device | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        line_item_id: _common_v1_1_1.LineItemId | None = None,
        refund_reason: Literal['accidental', 'defective', 'fraud', 'not_received', 'regret', 'subscription_cancelled', 'other'] | None = None,
        product_id: _common_v1_1_1.ProductId | None = None,
        tax_amount: _common_v1_1_1.Amount | Decimal | float | None = None,
        store_fee: _common_v1_1_1.Amount | Decimal | float | None = None,
        **_unknown: Never,
    ) -> _http.EventReceipt:
        """Send one refund event by its fields; an event object goes with `send_event`.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        user_id: The player, as the studio names them; pseudonymous, never an e-mail address. Personal data: player_id.
        session_id: The play session the event belongs to. Personal data: player_id.
        game_id: The game, as registered with the studio's key.
        platform: The platform the game runs on.
        app_version: The game build's version.
        environment: production, or sandbox for test purchases and development builds; sandbox never reaches revenue.
        country_code: Country of the player: an assigned code of ISO 3166-1 alpha-2, or XK for Kosovo, upper case.
        device: The device the event happened on.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        store: The store that charged the player.
        original_transaction_id: The transaction whose money went back: `transaction_id` of the purchase.
        line_item_id: Where only one line of the transaction was refunded: `line_item_id` of its purchase.
        refund_id: The store's own id of the refund; unique within the store. Several partial refunds of one purchase differ in it.
        refund_type: Who took the money back: the store or the studio (refund), or the player's bank (chargeback).
        refund_reason: Why, by the store's class of reasons.
        product_id: The product, by the store's catalogue (SKU).
        amount: What went back to the player, tax included, in `currency`; positive, at most the price of the purchase.
        currency: ISO 4217 code of an active currency with a minor unit.
        tax_amount: The tax contained in `amount`, in `currency`; computed, so with up to four decimals in every currency.
        store_fee: The store's commission on the purchase that came back with the refund, in `currency`; computed, so with up to four decimals in every currency.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "user_id": user_id, "session_id": session_id, "game_id": game_id, "platform": platform, "app_version": app_version, "environment": environment, "country_code": country_code, "device": device, "properties": properties, "store": store, "original_transaction_id": original_transaction_id, "line_item_id": line_item_id, "refund_id": refund_id, "refund_type": refund_type, "refund_reason": refund_reason, "product_id": product_id, "amount": amount, "currency": currency, "tax_amount": tax_amount, "store_fee": store_fee, **_unknown}
        return await self.send_event(self._blanks.made("refund", _given, self.context, _fields, "send_refund_event"))

    async def send_session_start_event(
        self,
        *_given: Never,
        user_id: _common_v1_1_1.UserId,
        session_id: _common_v1_1_1.SessionId,
        event_id: _common_v1_1_1.EventId | None = None,
        event_time: _common_v1_1_1.EventTime | None = None,
        game_id: _common_v1_1_1.GameId | None = None,
        environment: _common_v1_1_1.Environment | None = None,
        platform: _common_v1_1_1.Platform | None = None,
        app_version: _common_v1_1_1.AppVersion | None = None,
        country_code: _common_v1_1_1.CountryCode | None = None,
        device: _common_v1_1_1.Device | None = None,
        properties: _common_v1_1_1.Properties | None = None,
        session_number: int | None = None,
        days_since_install: int | None = None,
        **_unknown: Never,
    ) -> _http.EventReceipt:
        """Send one session_start event by its fields; an event object goes with `send_event`.

        event_id: The event's identity, chosen by the sender before the first attempt and kept on every retry: a UUID in canonical lower case, so that one event has one spelling. UUIDv7 is recommended. The pipeline counts each event_id once.
        event_time: When it happened by the device's clock: RFC 3339 with an offset, upper-case T and Z, at most 9 decimals of a second, no leap second; the spelling on which every parser agrees.
        user_id: The player, as the studio names them; pseudonymous, never an e-mail address. Personal data: player_id.
        game_id: The game, as registered with the studio's key.
        environment: production, or sandbox for test purchases and development builds; sandbox never reaches revenue.
        session_id: The play session the event belongs to. Personal data: player_id.
        platform: The platform the game runs on.
        app_version: The game build's version.
        country_code: Country of the player: an assigned code of ISO 3166-1 alpha-2, or XK for Kosovo, upper case.
        device: The device the event happened on.
        properties: Free metadata of the studio's own: at most 32 keys with scalar values. What many events carry deserves a field of its own in the schema. Personal data: other.
        session_number: Which of the player's sessions in this game this is, the first after installation being 1.
        days_since_install: How many days ago the game was installed, by the device; 0 on the day itself. Warehouses count retention from the install event; this serves where that is not known. Unit: days.
        """
        _fields = {"event_id": event_id, "event_time": event_time, "user_id": user_id, "game_id": game_id, "environment": environment, "session_id": session_id, "platform": platform, "app_version": app_version, "country_code": country_code, "device": device, "properties": properties, "session_number": session_number, "days_since_install": days_since_install, **_unknown}
        return await self.send_event(self._blanks.made("session_start", _given, self.context, _fields, "send_session_start_event"))

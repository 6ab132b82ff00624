# Written by scripts/codegen.py from the schemas; edit those and run it again.
"""Events that fill in their own identity and time, and one typed method per event type."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Required, TypedDict, Unpack, overload

from game_events_models.http import EventReceipt
from game_events_models.common import v1_1_0 as _common_v1_1_0
from game_events_models.install import v1_0_0 as _install_v1_0_0
from game_events_models.install import v1_0_1 as _install_v1_0_1
from game_events_models.install import v1_0_2 as _install_v1_0_2
from game_events_models.install import v1_1_0 as _install_v1_1_0
from game_events_models.install import v2_0_0 as _install_v2_0_0
from game_events_models.install import v2_0_1 as _install_v2_0_1
from game_events_models.install import v2_1_0 as _install_v2_1_0
from game_events_models.purchase import v1_0_0 as _purchase_v1_0_0
from game_events_models.purchase import v1_1_0 as _purchase_v1_1_0
from game_events_models.purchase import v1_1_1 as _purchase_v1_1_1
from game_events_models.purchase import v1_2_0 as _purchase_v1_2_0
from game_events_models.refund import v1_0_0 as _refund_v1_0_0
from game_events_models.refund import v1_0_1 as _refund_v1_0_1
from game_events_models.refund import v1_1_0 as _refund_v1_1_0
from pydantic import BaseModel, Field

from game_events import identity
from game_events.making import ClientEvent, made

__all__ = [
    "AsyncEventMethods",
    "EventMethods",
    "InstallEvent",
    "PurchaseEvent",
    "RefundEvent",
]


class InstallEvent(ClientEvent, _install_v2_1_0.InstallEvent):
    """The default version; `event_id` and `event_time` fill themselves in when left out."""

    event_id: _common_v1_1_0.EventId = Field(default_factory=identity.uuid7_str)
    event_time: _common_v1_1_0.EventTime = Field(default_factory=identity.utc_now)


class PurchaseEvent(ClientEvent, _purchase_v1_2_0.PurchaseEvent):
    """The default version; `event_id` and `event_time` fill themselves in when left out."""

    event_id: _common_v1_1_0.EventId = Field(default_factory=identity.uuid7_str)
    event_time: _common_v1_1_0.EventTime = Field(default_factory=identity.utc_now)


class RefundEvent(ClientEvent, _refund_v1_1_0.RefundEvent):
    """The default version; `event_id` and `event_time` fill themselves in when left out."""

    event_id: _common_v1_1_0.EventId = Field(default_factory=identity.uuid7_str)
    event_time: _common_v1_1_0.EventTime = Field(default_factory=identity.utc_now)


class InstallEventFields(TypedDict, total=False):
    """What `send_install_event` takes by keyword."""

    event_id: _common_v1_1_0.EventId
    event_time: _common_v1_1_0.EventTime
    user_id: Required[_common_v1_1_0.UserId]
    session_id: Required[_common_v1_1_0.SessionId]
    game_id: Required[_common_v1_1_0.GameId]
    platform: Required[_common_v1_1_0.Platform]
    app_version: Required[_common_v1_1_0.AppVersion]
    environment: Required[_common_v1_1_0.Environment]
    country_code: _common_v1_1_0.CountryCode
    device: _common_v1_1_0.Device
    properties: _common_v1_1_0.Properties
    install_source: Required[Literal['organic', 'paid', 'referral', 'cross_promotion', 'preload', 'unknown']]
    media_source: str
    campaign: str
    ad_group: str
    click_id: str
    install_app_store: Literal['app_store', 'google_play', 'amazon_appstore', 'samsung_galaxy_store', 'huawei_appgallery', 'steam', 'epic_games_store', 'microsoft_store', 'playstation_store', 'nintendo_eshop', 'direct']
    referrer_source: str
    referrer_medium: str


class PurchaseEventFields(TypedDict, total=False):
    """What `send_purchase_event` takes by keyword."""

    event_id: _common_v1_1_0.EventId
    event_time: _common_v1_1_0.EventTime
    user_id: Required[_common_v1_1_0.UserId]
    session_id: Required[_common_v1_1_0.SessionId]
    game_id: Required[_common_v1_1_0.GameId]
    platform: Required[_common_v1_1_0.Platform]
    app_version: Required[_common_v1_1_0.AppVersion]
    environment: Required[_common_v1_1_0.Environment]
    country_code: _common_v1_1_0.CountryCode
    device: _common_v1_1_0.Device
    properties: _common_v1_1_0.Properties
    product_id: Required[_common_v1_1_0.ProductId]
    product_name: str
    product_type: Required[Literal['consumable', 'non_consumable', 'subscription']]
    quantity: Required[int]
    price: Required[_common_v1_1_0.Amount]
    currency: Required[_common_v1_1_0.Currency]
    store: Required[_common_v1_1_0.Store]
    transaction_id: Required[_common_v1_1_0.TransactionId]
    original_transaction_id: _common_v1_1_0.TransactionId
    receipt: _purchase_v1_2_0.Receipt
    promotion_id: str
    discount_amount: _common_v1_1_0.Amount
    subscription_period: str
    tax_amount: _common_v1_1_0.Amount
    store_fee: _common_v1_1_0.Amount


class RefundEventFields(TypedDict, total=False):
    """What `send_refund_event` takes by keyword."""

    event_id: _common_v1_1_0.EventId
    event_time: _common_v1_1_0.EventTime
    user_id: Required[_common_v1_1_0.UserId]
    session_id: Required[_common_v1_1_0.SessionId]
    game_id: Required[_common_v1_1_0.GameId]
    platform: Required[_common_v1_1_0.Platform]
    app_version: Required[_common_v1_1_0.AppVersion]
    environment: Required[_common_v1_1_0.Environment]
    country_code: _common_v1_1_0.CountryCode
    device: _common_v1_1_0.Device
    properties: _common_v1_1_0.Properties
    store: Required[_common_v1_1_0.Store]
    original_transaction_id: Required[_common_v1_1_0.TransactionId]
    refund_id: Required[_common_v1_1_0.TransactionId]
    refund_type: Required[Literal['refund', 'chargeback']]
    refund_reason: Literal['accidental', 'defective', 'fraud', 'not_received', 'regret', 'subscription_cancelled', 'other']
    product_id: _common_v1_1_0.ProductId
    amount: Required[_common_v1_1_0.Amount]
    currency: Required[_common_v1_1_0.Currency]
    tax_amount: _common_v1_1_0.Amount
    store_fee: _common_v1_1_0.Amount


InstallEventOfAnyVersion = _install_v1_0_0.InstallEvent | _install_v1_0_1.InstallEvent | _install_v1_0_2.InstallEvent | _install_v1_1_0.InstallEvent | _install_v2_0_0.InstallEvent | _install_v2_0_1.InstallEvent | _install_v2_1_0.InstallEvent


PurchaseEventOfAnyVersion = _purchase_v1_0_0.PurchaseEvent | _purchase_v1_1_0.PurchaseEvent | _purchase_v1_1_1.PurchaseEvent | _purchase_v1_2_0.PurchaseEvent


RefundEventOfAnyVersion = _refund_v1_0_0.RefundEvent | _refund_v1_0_1.RefundEvent | _refund_v1_1_0.RefundEvent


class EventMethods(ABC):
    """One method per event type; a client brings `send_event`."""

    @abstractmethod
    def send_event(self, event: BaseModel | Mapping[str, Any]) -> EventReceipt:
        """Send one event of any type and version."""

    @overload
    def send_install_event(self, event: InstallEventOfAnyVersion, /) -> EventReceipt: ...
    @overload
    def send_install_event(self, /, **fields: Unpack[InstallEventFields]) -> EventReceipt: ...
    def send_install_event(self, event: BaseModel | None = None, /, **fields: Any) -> EventReceipt:
        """Send one install event: an event object, or its fields by keyword."""
        return self.send_event(made(InstallEvent, event, fields))

    @overload
    def send_purchase_event(self, event: PurchaseEventOfAnyVersion, /) -> EventReceipt: ...
    @overload
    def send_purchase_event(self, /, **fields: Unpack[PurchaseEventFields]) -> EventReceipt: ...
    def send_purchase_event(self, event: BaseModel | None = None, /, **fields: Any) -> EventReceipt:
        """Send one purchase event: an event object, or its fields by keyword."""
        return self.send_event(made(PurchaseEvent, event, fields))

    @overload
    def send_refund_event(self, event: RefundEventOfAnyVersion, /) -> EventReceipt: ...
    @overload
    def send_refund_event(self, /, **fields: Unpack[RefundEventFields]) -> EventReceipt: ...
    def send_refund_event(self, event: BaseModel | None = None, /, **fields: Any) -> EventReceipt:
        """Send one refund event: an event object, or its fields by keyword."""
        return self.send_event(made(RefundEvent, event, fields))


class AsyncEventMethods(ABC):
    """One method per event type; a client brings `send_event`."""

    @abstractmethod
    async def send_event(self, event: BaseModel | Mapping[str, Any]) -> EventReceipt:
        """Send one event of any type and version."""

    @overload
    async def send_install_event(self, event: InstallEventOfAnyVersion, /) -> EventReceipt: ...
    @overload
    async def send_install_event(self, /, **fields: Unpack[InstallEventFields]) -> EventReceipt: ...
    async def send_install_event(self, event: BaseModel | None = None, /, **fields: Any) -> EventReceipt:
        """Send one install event: an event object, or its fields by keyword."""
        return await self.send_event(made(InstallEvent, event, fields))

    @overload
    async def send_purchase_event(self, event: PurchaseEventOfAnyVersion, /) -> EventReceipt: ...
    @overload
    async def send_purchase_event(self, /, **fields: Unpack[PurchaseEventFields]) -> EventReceipt: ...
    async def send_purchase_event(self, event: BaseModel | None = None, /, **fields: Any) -> EventReceipt:
        """Send one purchase event: an event object, or its fields by keyword."""
        return await self.send_event(made(PurchaseEvent, event, fields))

    @overload
    async def send_refund_event(self, event: RefundEventOfAnyVersion, /) -> EventReceipt: ...
    @overload
    async def send_refund_event(self, /, **fields: Unpack[RefundEventFields]) -> EventReceipt: ...
    async def send_refund_event(self, event: BaseModel | None = None, /, **fields: Any) -> EventReceipt:
        """Send one refund event: an event object, or its fields by keyword."""
        return await self.send_event(made(RefundEvent, event, fields))

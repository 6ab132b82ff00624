# Written by scripts/codegen.py from the schemas; edit those and run it again.
"""The newest version of every event; older ones are modules such as `install.v1_0_0`."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel

from game_events_models.install import v1_0_0 as install_v1_0_0
from game_events_models.install import v1_0_1 as install_v1_0_1
from game_events_models.install import v1_0_2 as install_v1_0_2
from game_events_models.install import v1_1_0 as install_v1_1_0
from game_events_models.install import v2_0_0 as install_v2_0_0
from game_events_models.purchase import v1_0_0 as purchase_v1_0_0
from game_events_models.purchase import v1_1_0 as purchase_v1_1_0
from game_events_models.refund import v1_0_0 as refund_v1_0_0
from game_events_models.common.v1_0_0 import (
    Amount,
    AppVersion,
    CountryCode,
    Currency,
    Device,
    Environment,
    EventId,
    EventTime,
    GameId,
    Platform,
    ProductId,
    Properties,
    PropertyFlag,
    PropertyInteger,
    PropertyNumber,
    PropertyText,
    SessionId,
    Store,
    TransactionId,
    UserId,
)
from game_events_models.install.v2_0_0 import (
    InstallEvent,
)
from game_events_models.purchase.v1_1_0 import (
    PurchaseEvent,
    Receipt,
)
from game_events_models.refund.v1_0_0 import (
    RefundEvent,
)

EVENTS: Mapping[str, Mapping[str, type[BaseModel]]] = MappingProxyType(
    {
        "install": MappingProxyType(
            {
                "1-0-0": install_v1_0_0.InstallEvent,
                "1-0-1": install_v1_0_1.InstallEvent,
                "1-0-2": install_v1_0_2.InstallEvent,
                "1-1-0": install_v1_1_0.InstallEvent,
                "2-0-0": install_v2_0_0.InstallEvent,
            }
        ),
        "purchase": MappingProxyType(
            {
                "1-0-0": purchase_v1_0_0.PurchaseEvent,
                "1-1-0": purchase_v1_1_0.PurchaseEvent,
            }
        ),
        "refund": MappingProxyType(
            {
                "1-0-0": refund_v1_0_0.RefundEvent,
            }
        ),
    }
)
"""Event type → schema version, oldest first → its model."""

__all__ = [
    "Amount",
    "AppVersion",
    "CountryCode",
    "Currency",
    "Device",
    "EVENTS",
    "Environment",
    "EventId",
    "EventTime",
    "GameId",
    "InstallEvent",
    "Platform",
    "ProductId",
    "Properties",
    "PropertyFlag",
    "PropertyInteger",
    "PropertyNumber",
    "PropertyText",
    "PurchaseEvent",
    "Receipt",
    "RefundEvent",
    "SessionId",
    "Store",
    "TransactionId",
    "UserId",
]

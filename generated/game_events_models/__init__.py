# Written by scripts/codegen.py from the schemas; edit those and run it again.
"""The default version of every event; others are modules such as `install.v1_0_0`.

A name's module is imported when the name is first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel

    from game_events_models.ad_revenue.v1_0_0 import (
        AdRevenueEvent,
    )
    from game_events_models.common.v1_1_1 import (
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
        PropertyFlag,
        PropertyInteger,
        PropertyNumber,
        PropertyText,
        SessionId,
        Store,
        TransactionId,
        UserId,
    )
    from game_events_models.install.v2_1_1 import (
        InstallEvent,
    )
    from game_events_models.purchase.v1_2_1 import (
        PurchaseEvent,
    )
    from game_events_models.refund.v1_1_1 import (
        RefundEvent,
    )
    from game_events_models.session_start.v1_0_0 import (
        SessionStartEvent,
    )

    EVENTS: Mapping[str, Mapping[str, type[BaseModel]]]
    """Event type → schema version, oldest first → its model, imported when it is asked for."""
else:
    _HOMES = {
        "AdRevenueEvent": "ad_revenue.v1_0_0",
        "Amount": "common.v1_1_1",
        "AppVersion": "common.v1_1_1",
        "CountryCode": "common.v1_1_1",
        "Currency": "common.v1_1_1",
        "Device": "common.v1_1_1",
        "Environment": "common.v1_1_1",
        "EventId": "common.v1_1_1",
        "EventTime": "common.v1_1_1",
        "GameId": "common.v1_1_1",
        "InstallEvent": "install.v2_1_1",
        "LineItemId": "common.v1_1_1",
        "Platform": "common.v1_1_1",
        "ProductId": "common.v1_1_1",
        "Properties": "common.v1_1_1",
        "PropertyFlag": "common.v1_1_1",
        "PropertyInteger": "common.v1_1_1",
        "PropertyNumber": "common.v1_1_1",
        "PropertyText": "common.v1_1_1",
        "PurchaseEvent": "purchase.v1_2_1",
        "RefundEvent": "refund.v1_1_1",
        "SessionId": "common.v1_1_1",
        "SessionStartEvent": "session_start.v1_0_0",
        "Store": "common.v1_1_1",
        "TransactionId": "common.v1_1_1",
        "UserId": "common.v1_1_1",
    }
    _EVENTS = {
        "ad_revenue": {
            "1-0-0": ("ad_revenue.v1_0_0", "AdRevenueEvent"),
        },
        "install": {
            "1-0-0": ("install.v1_0_0", "InstallEvent"),
            "1-0-1": ("install.v1_0_1", "InstallEvent"),
            "1-0-2": ("install.v1_0_2", "InstallEvent"),
            "1-1-0": ("install.v1_1_0", "InstallEvent"),
            "2-0-0": ("install.v2_0_0", "InstallEvent"),
            "2-0-1": ("install.v2_0_1", "InstallEvent"),
            "2-1-0": ("install.v2_1_0", "InstallEvent"),
            "2-1-1": ("install.v2_1_1", "InstallEvent"),
        },
        "purchase": {
            "1-0-0": ("purchase.v1_0_0", "PurchaseEvent"),
            "1-1-0": ("purchase.v1_1_0", "PurchaseEvent"),
            "1-1-1": ("purchase.v1_1_1", "PurchaseEvent"),
            "1-2-0": ("purchase.v1_2_0", "PurchaseEvent"),
            "1-2-1": ("purchase.v1_2_1", "PurchaseEvent"),
        },
        "refund": {
            "1-0-0": ("refund.v1_0_0", "RefundEvent"),
            "1-0-1": ("refund.v1_0_1", "RefundEvent"),
            "1-1-0": ("refund.v1_1_0", "RefundEvent"),
            "1-1-1": ("refund.v1_1_1", "RefundEvent"),
        },
        "session_start": {
            "1-0-0": ("session_start.v1_0_0", "SessionStartEvent"),
        },
    }

    def _load(home, name):
        return getattr(import_module(f"{__name__}.{home}"), name)

    class _Models(Mapping):
        def __init__(self, places):
            self._places = places

        def __getitem__(self, version):
            return _load(*self._places[version])

        def __iter__(self):
            return iter(self._places)

        def __len__(self):
            return len(self._places)

    EVENTS = MappingProxyType({event_type: _Models(places) for event_type, places in _EVENTS.items()})

    def __getattr__(name):
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = _load(_HOMES[name], name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = [
    "AdRevenueEvent",
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
    "LineItemId",
    "Platform",
    "ProductId",
    "Properties",
    "PropertyFlag",
    "PropertyInteger",
    "PropertyNumber",
    "PropertyText",
    "PurchaseEvent",
    "RefundEvent",
    "SessionId",
    "SessionStartEvent",
    "Store",
    "TransactionId",
    "UserId",
]

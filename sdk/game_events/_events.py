# Written by scripts/codegen.py from the schemas; edit those and run it again.
"""Events that fill in their own identity and time."""

from typing import ClassVar

from game_events_models.ad_revenue import v1_0_0 as _ad_revenue_v1_0_0
from game_events_models.common import v1_1_1 as _common_v1_1_1
from game_events_models.install import v2_1_1 as _install_v2_1_1
from game_events_models.purchase import v1_2_1 as _purchase_v1_2_1
from game_events_models.refund import v1_1_1 as _refund_v1_1_1
from game_events_models.session_start import v1_0_0 as _session_start_v1_0_0
from pydantic import Field

from game_events import identity
from game_events._generated import _blanks
from game_events.blanks import Facts as _Facts
from game_events.making import ClientEvent as _ClientEvent

__all__ = [
    "AdRevenueEvent",
    "InstallEvent",
    "PurchaseEvent",
    "RefundEvent",
    "SessionStartEvent",
]


class AdRevenueEvent(_ClientEvent, _ad_revenue_v1_0_0.AdRevenueEvent):
    """The default version; `event_id` and `event_time` fill themselves in when left out."""

    event_id: _common_v1_1_1.EventId = Field(default_factory=identity.uuid7_str)
    event_time: _common_v1_1_1.EventTime = Field(default_factory=identity.utc_now)
    _facts: ClassVar[_Facts] = _blanks.facts["ad_revenue"]["1-0-0"]


class InstallEvent(_ClientEvent, _install_v2_1_1.InstallEvent):
    """The default version; `event_id` and `event_time` fill themselves in when left out."""

    event_id: _common_v1_1_1.EventId = Field(default_factory=identity.uuid7_str)
    event_time: _common_v1_1_1.EventTime = Field(default_factory=identity.utc_now)
    _facts: ClassVar[_Facts] = _blanks.facts["install"]["2-1-1"]


class PurchaseEvent(_ClientEvent, _purchase_v1_2_1.PurchaseEvent):
    """The default version; `event_id` and `event_time` fill themselves in when left out."""

    event_id: _common_v1_1_1.EventId = Field(default_factory=identity.uuid7_str)
    event_time: _common_v1_1_1.EventTime = Field(default_factory=identity.utc_now)
    _facts: ClassVar[_Facts] = _blanks.facts["purchase"]["1-2-1"]


class RefundEvent(_ClientEvent, _refund_v1_1_1.RefundEvent):
    """The default version; `event_id` and `event_time` fill themselves in when left out."""

    event_id: _common_v1_1_1.EventId = Field(default_factory=identity.uuid7_str)
    event_time: _common_v1_1_1.EventTime = Field(default_factory=identity.utc_now)
    _facts: ClassVar[_Facts] = _blanks.facts["refund"]["1-1-1"]


class SessionStartEvent(_ClientEvent, _session_start_v1_0_0.SessionStartEvent):
    """The default version; `event_id` and `event_time` fill themselves in when left out."""

    event_id: _common_v1_1_1.EventId = Field(default_factory=identity.uuid7_str)
    event_time: _common_v1_1_1.EventTime = Field(default_factory=identity.utc_now)
    _facts: ClassVar[_Facts] = _blanks.facts["session_start"]["1-0-0"]

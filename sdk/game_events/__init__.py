"""Send game events: `GameAnalyticsClient`, its twin for asyncio, and one class per event.

The classes are the default versions of the schemas; a service that pins a version sends
`game_events_models.purchase.v1_0_0.PurchaseEvent` with the same client.
"""

from game_events import _generated
from game_events._generated import *  # noqa: F403 -- one class per event type, listed by codegen
from game_events.aio import AsyncGameAnalyticsClient
from game_events.client import GameAnalyticsClient
from game_events.errors import (
    AuthenticationError,
    ClientClosedError,
    ClientDisabledError,
    EventRejectedError,
    GameEventsError,
    InvalidBatchError,
    InvalidEventError,
    PermissionDeniedError,
    RefusedError,
    ServerUnreachableError,
    TryAgainLaterError,
    UnexpectedAnswerError,
)
from game_events.outbox import Dropped, Stats
from game_events.receipts import BatchReceipt, EventReceipt, EventResult
from game_events.server import VERSION as __version__

__all__ = [
    "AsyncGameAnalyticsClient",
    "AuthenticationError",
    "BatchReceipt",
    "ClientClosedError",
    "ClientDisabledError",
    "Dropped",
    "EventReceipt",
    "EventRejectedError",
    "EventResult",
    "GameAnalyticsClient",
    "GameEventsError",
    "InvalidBatchError",
    "InvalidEventError",
    "PermissionDeniedError",
    "RefusedError",
    "ServerUnreachableError",
    "Stats",
    "TryAgainLaterError",
    "UnexpectedAnswerError",
    "__version__",
]
__all__ += _generated.__all__

"""Send game events: `GameAnalyticsClient` and one class per event.

The classes are the default versions of the schemas; a service that pins a version sends
`game_events_models.purchase.v1_0_0.PurchaseEvent` with the same client.
"""

from game_events import _generated
from game_events._generated import *  # noqa: F403 -- one class per event type, listed by codegen
from game_events.client import GameAnalyticsClient
from game_events.errors import (
    AuthenticationError,
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

__all__ = [
    "AuthenticationError",
    "EventRejectedError",
    "GameAnalyticsClient",
    "GameEventsError",
    "InvalidBatchError",
    "InvalidEventError",
    "PermissionDeniedError",
    "RefusedError",
    "ServerUnreachableError",
    "TryAgainLaterError",
    "UnexpectedAnswerError",
]
__all__ += _generated.__all__

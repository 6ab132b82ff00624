"""Send game events: `GameAnalyticsClient`, its twin for asyncio, and one class per event.

The classes are the default versions of the schemas; a client that pins others is told so, as `schemas`. A name's module
is imported when the name is first used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game_events import _generated
    from game_events._generated import *  # noqa: F403 -- one class per event type, listed by codegen
    from game_events.aio import AsyncGameAnalyticsClient
    from game_events.blanks import VersionDeprecated
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
        "VersionDeprecated",
        "__version__",
    ]
    __all__ += _generated.__all__  # type: ignore[has-type] # the two import each other, in types only
else:
    from game_events.later import imported

    _HOMES = {
        "aio": "AsyncGameAnalyticsClient",
        "blanks": "VersionDeprecated",
        "client": "GameAnalyticsClient",
        "errors": "AuthenticationError ClientClosedError ClientDisabledError EventRejectedError GameEventsError "
        "InvalidBatchError InvalidEventError PermissionDeniedError RefusedError ServerUnreachableError "
        "TryAgainLaterError UnexpectedAnswerError",
        "outbox": "Dropped Stats",
        "receipts": "BatchReceipt EventReceipt EventResult",
    }
    _HOME = {name: (home, name) for home, names in _HOMES.items() for name in names.split()}
    _HOME["__version__"] = ("server", "VERSION")

    def __getattr__(name):
        if name in _HOME:
            home, attribute = _HOME[name]
            value = getattr(imported(f"game_events.{home}"), attribute)
        elif name == "__all__":
            value = sorted([*_HOME, *imported("game_events._generated").__all__])
        elif name[:1].isupper() and name in imported("game_events._generated").__all__:  # and no module of the package
            value = getattr(imported("game_events._generated"), name)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value

    def __dir__():
        return sorted({*globals(), *__getattr__("__all__")})

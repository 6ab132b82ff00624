"""The public face, pinned: removing a name breaks somebody."""

import game_events


def test_exported_members() -> None:
    exported = set(game_events.__all__)

    assert exported >= {
        "AuthenticationError",
        "EventMethods",
        "EventRejectedError",
        "GameAnalyticsClient",
        "GameEventsError",
        "InstallEvent",
        "InvalidBatchError",
        "InvalidEventError",
        "PermissionDeniedError",
        "PurchaseEvent",
        "RefusedError",
        "ServerUnreachableError",
        "TryAgainLaterError",
        "UnexpectedAnswerError",
        "__version__",
    }
    assert all(hasattr(game_events, name) for name in exported)

"""The public face, pinned: removing a name breaks somebody."""

import game_events
from game_events import testing


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
        "VersionDeprecated",
        "__version__",
    }
    assert all(hasattr(game_events, name) for name in exported)


def test_what_the_users_tests_are_given() -> None:
    assert set(testing.__all__) >= {
        "Captured",
        "FakeServer",
        "ManualClock",
        "busy",
        "capture",
        "connection_refused",
        "listening",
        "lost_answer",
        "no_answer",
        "problem",
        "rejection",
    }
    assert all(hasattr(testing, name) for name in testing.__all__)

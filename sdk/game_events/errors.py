"""What can go wrong when sending. A missing or wrong field is pydantic's ValidationError, before anything is sent.

GameEventsError
├── InvalidEventError        a mapping without a usable event_type, or that JSON cannot hold; nothing was sent
├── InvalidBatchError        no event, or more than 500, in one batch
├── ServerUnreachableError   no answer after the last attempt; the event may or may not have arrived
└── RefusedError             the server answered, and not with 202
    ├── AuthenticationError      401: the key is missing, wrong or revoked
    ├── PermissionDeniedError    403: the key may not do this, or not for this game
    ├── EventRejectedError       400, 410, 413, 422 …: the document itself; sending it again unchanged is useless
    ├── TryAgainLaterError       408, 429, 5xx after the last attempt; send the same event again later
    └── UnexpectedAnswerError    a redirect, a login page, a wrong base_url, a server that does not know the path
"""

from collections.abc import Sequence

from game_events_models.http import FieldError, Problem

from game_events.retry import is_retryable


class GameEventsError(Exception):
    """Every error this package raises on purpose."""


class InvalidEventError(GameEventsError):
    """The event is a mapping whose event_type names no event or that JSON cannot hold; nothing was sent."""


class InvalidBatchError(GameEventsError):
    """A batch holds 1 to 500 events; nothing was sent."""


class ServerUnreachableError(GameEventsError):
    """No answer came after the last attempt.

    The event may have arrived: send the same event, with the same event_id, again, and it counts once.
    """


class RefusedError(GameEventsError):
    """The server answered, and did not accept.

    `status` is the HTTP status, `problem` the server's own words (RFC 9457) or None when something
    between here and the server answered, `correlation_id` what to quote when asking about it.
    """

    def __init__(self, status: int, problem: Problem | None, correlation_id: str | None) -> None:
        self.status = status
        self.problem = problem
        self.correlation_id = correlation_id
        super().__init__(_sentence(status, problem, correlation_id))

    def __reduce__(self) -> tuple[object, ...]:  # so that it travels between processes
        return type(self), (self.status, self.problem, self.correlation_id)

    @property
    def errors(self) -> Sequence[FieldError]:
        """One entry per thing wrong with the document, with a JSON pointer; empty when it is not the document."""
        return (self.problem.errors or ()) if self.problem else ()


class AuthenticationError(RefusedError):
    """401: the key is missing, wrong, expired or revoked."""


class PermissionDeniedError(RefusedError):
    """403: the key may not send, or not for this game."""


class EventRejectedError(RefusedError):
    """The document was refused; `errors` says why. Sending it again unchanged is useless."""


class TryAgainLaterError(RefusedError):
    """The server cannot take it now and still could not at the last attempt. Send the same event again later."""


class UnexpectedAnswerError(RefusedError):
    """Something that is no game-events server answered, say a captive portal, or its receipt is unreadable.

    The event may have arrived: send the same event, with the same event_id, again, and it counts once.
    """


def refusal(status: int, problem: Problem | None, correlation_id: str | None) -> RefusedError:
    """The error class that says what an answer other than 202 means for the caller."""
    if status == 401:
        kind: type[RefusedError] = AuthenticationError
    elif status == 403:
        kind = PermissionDeniedError
    elif is_retryable(status):
        kind = TryAgainLaterError
    elif status in (404, 405):  # a wrong base_url, or a server older than this SDK: no fault of the event
        kind = UnexpectedAnswerError
    elif status == 413 or (problem is not None and status >= 400):
        kind = EventRejectedError
    else:
        kind = UnexpectedAnswerError
    return kind(status, problem, correlation_id)


def _sentence(status: int, problem: Problem | None, correlation_id: str | None) -> str:
    if problem is None:
        return f"the answer {status} is not from a game-events server or is cut short; is base_url right?"
    reasons = "".join(f"\n  {error.pointer or '(document)'}: {error.message}" for error in problem.errors or ())
    hint = "; is base_url right?" if status in (404, 405) else ""
    return f"{status} {problem.title}: {problem.detail}{hint}{reasons} (correlation id {correlation_id})"

"""What can go wrong when sending.

GameEventsError
├── InvalidEventError        a field is wrong or missing, or JSON cannot hold it; nothing was sent
├── InvalidBatchError        no list of events, or an empty one; nothing was sent
├── ClientClosedError        the client was closed before; nothing was sent
├── ClientDisabledError      the client was made with enabled=False; nothing was sent
├── ServerUnreachableError   no answer in time, so that the events may have arrived; or not tried, since it is away
└── RefusedError             the server answered, and not with 202
    ├── AuthenticationError      401: the key is missing, wrong or revoked
    ├── PermissionDeniedError    403: the key may not do this, or not for this game
    ├── EventRejectedError       400, 410, 413, 422 …: the document itself; sending it again unchanged is useless
    ├── TryAgainLaterError       408, 429, 5xx until the time was up; send the same event again later
    └── UnexpectedAnswerError    a firewall's 401 or 403, a login page, a redirect, a wrong base_url, another's receipt
"""

from collections.abc import Mapping, Sequence
from typing import Any

from game_events_models.http import FieldError, Problem
from pydantic import BaseModel

from game_events.receipts import BatchReceipt
from game_events.retry import is_retryable

Event = BaseModel | Mapping[str, Any]


class GameEventsError(Exception):
    """Every error this package raises on purpose.

    `events` are the events that it leaves with the caller, as they were given or made: send the same ones again, with
    the ids that they have, and each counts once however often it arrives. `receipt` is what the server said of others
    of the same batch before.
    """

    events: Sequence[Event] = ()
    receipt: BatchReceipt | None = None

    @property
    def event_ids(self) -> list[str]:
        """Of `events`, those that have one."""
        ids = [event.get("event_id") if isinstance(event, Mapping) else _id_of(event) for event in self.events]
        return [str(event_id) for event_id in ids if event_id is not None]


class InvalidEventError(GameEventsError, ValueError):
    """The event breaks its schema or cannot be written as JSON; nothing was sent.

    `errors` has one entry for each thing wrong, with a JSON pointer; empty when it is not a field.
    """

    errors: Sequence[FieldError] = ()


class InvalidBatchError(GameEventsError, ValueError):
    """What was given is no list of events, or an empty one; nothing was sent."""


class ClientClosedError(GameEventsError, RuntimeError):
    """The client was closed; nothing was sent."""


class ClientDisabledError(GameEventsError, RuntimeError):
    """The client was made with `enabled=False`: there is no receipt, since nothing was sent."""


class ServerUnreachableError(GameEventsError):
    """No answer came in time, or none was waited for, because the server has been away for long.

    The events may have arrived: send the same ones, with the same ids, again, and each counts once.
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
        return type(self), (self.status, self.problem, self.correlation_id), self.__dict__

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
    """The server cannot take it now, and could not until the time was up. Send the same event again later."""


class UnexpectedAnswerError(RefusedError):
    """Something that is no game-events server answered, say a firewall, or its receipt is not this event's.

    The event may have arrived: send the same event, with the same event_id, again, and it counts once.
    """


def refusal(status: int, problem: Problem | None, correlation_id: str | None) -> RefusedError:
    """The error class that says what an answer other than 202 means for the caller."""
    if problem is None and status in (401, 403):  # a firewall's, or a login page's: the server did not see the events
        kind: type[RefusedError] = UnexpectedAnswerError
    elif status == 401:
        kind = AuthenticationError
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


def _id_of(event: object) -> object:
    return getattr(event, "event_id", None)


def _sentence(status: int, problem: Problem | None, correlation_id: str | None) -> str:
    if problem is not None:
        reasons = "".join(f"\n  {error.pointer or '(document)'}: {error.message}" for error in problem.errors or ())
        hint = "; is base_url right?" if status in (404, 405) else ""
        return f"{status} {problem.title}: {problem.detail}{hint}{reasons} (correlation id {correlation_id})"
    if status == 202:
        return "the answer 202 is no receipt of what was sent; something between here and the server answers for it"
    if status == 413:
        return "413: something before the server takes no body of this size; the event is too large for it"
    if is_retryable(status):
        return f"{status} from something before the server, which cannot reach it or is overloaded; send it again later"
    if status in (401, 403):
        return (
            f"{status} from a firewall or a proxy before the server, which refused nothing; send the same events later"
        )
    return f"the answer {status} is not from a game-events server; is base_url right?"

"""What can go wrong at the edge and on the way out of it.

ApiError
├── RequestRefused         the request as a whole cannot be taken: becomes a problem answer
├── SpoolUnavailable       nothing was stored: full, broken or closing; answered 503
├── DataFolderInUse        a server, or another command, has what one wants for itself
├── FileDamaged            a stored file that only a person can mend: keys.json, a file of the lake
├── ConfigurationError     the server cannot start as configured
└── PortTaken              somebody else listens on the server's port
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a process without an edge starts without the models
    from game_events_models.http import FieldError

Headers = Sequence[tuple[bytes, bytes]]


class Problem(Enum):
    """Why requests are refused: every problem type of openapi.yaml, with all that its answers have in common."""

    MALFORMED_JSON = "malformed-json", 400, "The body is not JSON"
    INVALID_HEADER = "invalid-header", 400, "A header is malformed"
    UNAUTHORIZED = (
        *("unauthorized", 401, "No valid API key"),
        ((b"www-authenticate", b'Bearer realm="game-events"'),),
    )
    FORBIDDEN = "forbidden", 403, "The key may not do this"
    NOT_FOUND = "not-found", 404, "There is no such thing here"
    METHOD_NOT_ALLOWED = (
        *("method-not-allowed", 405, "This method is not for this path"),
        ((b"allow", b"POST"),),
    )
    REQUEST_TIMEOUT = "request-timeout", 408, "The request came too slowly"
    RETIRED_SCHEMA_VERSION = "retired-schema-version", 410, "The schema version is retired"
    CONTENT_TOO_LARGE = "content-too-large", 413, "The body is too large"
    URI_TOO_LONG = "uri-too-long", 414, "The request's target is too long"
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type", 415, "The body's type or encoding is not supported"
    INVALID_EVENT = "invalid-event", 422, "The event breaks its contract"
    INVALID_BATCH = "invalid-batch", 422, "The batch breaks its contract"
    INVALID_REQUEST = "invalid-request", 422, "The request breaks its contract"
    RATE_LIMITED = "rate-limited", 429, "Too many events"
    HEADERS_TOO_LARGE = "headers-too-large", 431, "The headers are too large"
    NOT_IMPLEMENTED = "not-implemented", 501, "The transfer coding is not supported"
    UNAVAILABLE = "unavailable", 503, "Not now", ((b"retry-after", b"1"),)

    def __init__(self, slug: str, status: int, title: str, headers: Headers = ()) -> None:
        self.slug = slug
        self.status = status
        self.title = title
        self.headers = headers
        """Those of an answer that brings none of its own."""

    @property
    def urn(self) -> str:
        return f"urn:game-events:problem:{self.slug}"


OWN_PROBLEMS: Mapping[str, Problem] = {
    "forbidden-game": Problem.FORBIDDEN,
    "forbidden-event-type": Problem.FORBIDDEN,
    "retired-schema-version": Problem.RETIRED_SCHEMA_VERSION,
    "too-large": Problem.CONTENT_TOO_LARGE,
}
"""The rules for which an event that was sent by itself is not INVALID_EVENT."""


class ApiError(Exception):
    """The message says what is wrong, where, and what to do."""


class RequestRefused(ApiError):
    """`headers` stand in place of the problem's own."""

    def __init__(
        self, problem: Problem, detail: str, *, errors: "Sequence[FieldError]" = (), headers: Headers | None = None
    ) -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail
        self.errors = errors
        self.headers = problem.headers if headers is None else headers


class SpoolUnavailable(ApiError):
    """The spool could not make the lines durable; none of them is stored, send them again later."""


class DataFolderInUse(ApiError):
    pass


class FileDamaged(ApiError):
    pass


class ConfigurationError(ApiError):
    pass


class PortTaken(ApiError):
    pass

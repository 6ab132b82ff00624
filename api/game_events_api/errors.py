"""What can go wrong at the edge and on the way out of it.

ApiError
├── RequestRefused         the request as a whole cannot be taken: becomes a problem answer
├── SpoolUnavailable       nothing was stored: full, broken or closing; answered 503
├── FileDamaged            a stored file that only a person can mend: keys.json, a file of the lake
├── ConfigurationError     the server cannot start as configured
└── PortTaken              somebody else listens on the server's port
"""

from collections.abc import Sequence

from game_events_models.http import FieldError

Headers = Sequence[tuple[bytes, bytes]]
RETRY_SOON: Headers = ((b"retry-after", b"1"),)


class ApiError(Exception):
    """The message says what is wrong, where, and what to do."""


class RequestRefused(ApiError):
    """`slug` names the problem type in openapi.yaml."""

    def __init__(
        self, status: int, slug: str, detail: str, *, errors: Sequence[FieldError] = (), headers: Headers = ()
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.slug = slug
        self.detail = detail
        self.errors = errors
        self.headers = headers


class SpoolUnavailable(ApiError):
    """The spool could not make the lines durable; none of them is stored, send them again later."""


class FileDamaged(ApiError):
    pass


class ConfigurationError(ApiError):
    pass


class PortTaken(ApiError):
    pass

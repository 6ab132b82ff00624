"""Why a request is not answered 202.

RequestRefused                 carries a Problem; the collector turns it into the answer
SpoolUnavailable               nothing was stored: full, broken or closing; answered 503
FileDamaged                    a stored file that only a person can mend; says which and how
ConfigurationError             the server cannot start as configured; says what to change
"""

from collections.abc import Sequence

from game_events_models.http import FieldError

Headers = Sequence[tuple[bytes, bytes]]


class RequestRefused(Exception):
    """The request as a whole cannot be taken: `slug` names the problem type in openapi.yaml."""

    def __init__(
        self, status: int, slug: str, detail: str, *, errors: Sequence[FieldError] = (), headers: Headers = ()
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.slug = slug
        self.detail = detail
        self.errors = errors
        self.headers = headers


class SpoolUnavailable(Exception):
    """The spool could not make the lines durable; none of them is stored, send them again later."""


class FileDamaged(Exception):
    """The message names the file and what to do."""


class ConfigurationError(Exception):
    """The server cannot start; the message says which setting to change."""

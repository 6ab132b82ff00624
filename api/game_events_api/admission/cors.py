"""What browsers ask before a page of another origin may send events: the CORS protocol of the Fetch standard. Pure.

It keeps nobody out who is no browser, and no key in: it says which pages' scripts may send and read the answers.
"""

from collections.abc import Mapping, Sequence

from game_events_api.errors import Headers, Problem, RequestRefused

ANY = "*"
_PREFLIGHT: Headers = (
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", b"authorization, content-encoding, content-type, sent-at, x-correlation-id"),
    (b"access-control-max-age", b"7200"),  # as long as Chromium remembers it
)
_EXPOSED = (
    b"access-control-expose-headers",
    b"deprecation, ratelimit, ratelimit-policy, retry-after, sunset, x-correlation-id",
)
_VARIES = (b"vary", b"origin")


class Cors:
    """Knows the origins whose pages may send events; without any there is no CORS."""

    def __init__(self, origins: Sequence[str] = ()) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)
        self._any = ANY in origins

    def preflight(self, method: bytes, headers: Mapping[bytes, bytes]) -> Headers | None:
        """The fields of a preflight's answer; None where the request is none. RequestRefused of another origin."""
        if method != b"OPTIONS" or not self._origins or b"access-control-request-method" not in headers:
            return None
        if not self._allows(headers.get(b"origin")):
            raise RequestRefused(
                Problem.METHOD_NOT_ALLOWED,
                "pages of this origin may not send events here; GAME_EVENTS_CORS_ORIGINS names those that may",
            )
        return _PREFLIGHT

    def fields(self, headers: Mapping[bytes, bytes]) -> Headers:
        """What any answer to this request carries."""
        if not self._origins:
            return ()
        if self._any:
            return ((b"access-control-allow-origin", b"*"), _EXPOSED)
        origin = headers.get(b"origin")
        if origin is None or not self._allows(origin):
            return (_VARIES,)
        return ((b"access-control-allow-origin", origin), _EXPOSED, _VARIES)

    def _allows(self, origin: bytes | None) -> bool:
        return origin is not None and (self._any or origin in self._origins)

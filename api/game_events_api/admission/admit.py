"""May this request come in, by its headers: method, key, rate, type, size."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from game_events_api import rfc3339
from game_events_api.admission import body as bodies
from game_events_api.admission.keys import ApiKey, Keyring, has_checksum
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.errors import Headers, RequestRefused

SENT_AT = re.compile(
    rb"[12]\d{3}-[01]\d-[0-3]\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
)


class Limits(msgspec.Struct, frozen=True):
    """What requests may cost, in bytes, and how many there may be at once."""

    body_bytes: int
    decompressed_bytes: int
    requests_in_flight: int


class Arrival(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A request that was let in by its headers."""

    name: str
    """An event type, `batch` or `validate`."""
    correlation_id: str
    key: ApiKey
    received_at: datetime
    sent_at: datetime | None
    gzipped: bool


class Admission:
    """Knows the keys, their rates and the limits; remembers nothing of a request."""

    def __init__(
        self,
        keyring: Keyring,
        limiter: RateLimiter,
        limits: Limits,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self.limits = limits
        self._keyring = keyring
        self._limiter = limiter
        self._now = now
        self._monotonic = monotonic

    def admit(self, name: str, headers: Mapping[bytes, bytes], correlation_id: str) -> Arrival:
        """Let a request in; RequestRefused says why not."""
        received_at = self._now()
        key = authenticate(self._keyring, headers.get(b"authorization"), received_at, "ingest")
        gzipped = bodies.check_headers(headers, self.limits.body_bytes)
        return Arrival(name, correlation_id, key, received_at, sent_at_of(headers.get(b"sent-at")), gzipped)

    def take_rate(self, key: ApiKey, events: int) -> Headers:
        """Take `events` from the key's rate: the headers that tell the sender, or RequestRefused 429."""
        return self.within_rate(*self._limiter.take(key.key_id, events, self._monotonic()))

    def within_rate(self, wait: float, state: bytes) -> Headers:
        """The same, by a rate that was taken elsewhere: `wait` seconds, and the RateLimit field."""
        headers = ((b"ratelimit", state), (b"ratelimit-policy", self._limiter.policy))
        if wait:
            seconds = b"%d" % max(1, round(wait + 0.5))
            raise RequestRefused(
                429,
                "rate-limited",
                "this key sends more events than it may; wait as long as Retry-After says",
                headers=(*headers, (b"retry-after", seconds)),
            )
        return headers


def authenticate(keyring: Keyring, header: bytes | None, now: datetime, scope: str) -> ApiKey:
    """The key of an Authorization header, or RequestRefused 401, or 403 when it lacks the scope."""
    challenge: Headers = ((b"www-authenticate", b'Bearer realm="game-events"'),)
    scheme, _, token = (header or b"").partition(b" ")
    if scheme.lower() != b"bearer" or not token:
        raise RequestRefused(401, "unauthorized", "send Authorization: Bearer <API key>", headers=challenge)
    presented = token.strip()
    record = keyring.find(presented, now)
    if record is None:
        detail = (
            "the key is unknown, expired or revoked; `game-events keys create` makes one"
            if has_checksum(presented)
            else "this is not a whole key: it was mistyped or cut off"
        )
        raise RequestRefused(401, "unauthorized", detail, headers=challenge)
    if scope not in record.scopes:
        raise RequestRefused(403, "forbidden", f"this key lacks the scope '{scope}'")
    return record


def sent_at_of(header: bytes | None) -> datetime | None:
    """The Sent-At header's moment; RequestRefused 400 when it is not RFC 3339."""
    if header is None:
        return None
    moment = rfc3339.parse(header.decode("ascii")) if SENT_AT.fullmatch(header) else None
    if moment is None:
        raise RequestRefused(400, "invalid-header", "Sent-At is a time like 2026-11-21T09:30:00.123Z")
    return moment

"""May this request come in, by its headers: key, time, type, size."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from random import Random

import msgspec

from game_events_api import rfc3339
from game_events_api.admission.addresses import Addresses
from game_events_api.admission.api_key import ApiKey, has_checksum
from game_events_api.admission.body import too_large
from game_events_api.admission.cors import Cors
from game_events_api.admission.keyring import Keyring
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.admission.wrong_keys import WrongKeys
from game_events_api.errors import Headers, Problem, RequestRefused

BATCH = "batch"
VALIDATE = "validate"
PAID_EVENTS = 1
"""What a request takes of its key's rate before its body is read; the rest of a batch is taken when it is counted."""
GZIP = (b"gzip", b"x-gzip")  # RFC 9110 (8.4.1.3): the same
CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
SENT_AT = re.compile(
    rb"[12]\d{3}-[01]\d-[0-3]\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
)
_names = Random()  # names need no secrecy, and uuid4 asks the kernel each time


class Limits(msgspec.Struct, frozen=True):
    """What requests may cost, in bytes, and how many may be judged and stored at once."""

    body_bytes: int
    decompressed_bytes: int
    requests_in_flight: int


class Arrival(msgspec.Struct, eq=False, gc=False):
    """A request that was let in by its headers."""

    name: str
    """An event type, BATCH or VALIDATE."""
    correlation_id: str
    key: ApiKey
    received_at: datetime
    sent_at: datetime | None
    gzipped: bool
    rate: Headers = ()
    """The key's, after the request has paid for one event."""
    held_bytes: int = 0
    """What its body holds of the ByteBudget; nothing else of an arrival changes."""
    began: float = msgspec.field(default_factory=time.perf_counter)

    @property
    def key_id(self) -> str:
        return self.key.key_id


class WrongKey(RequestRefused):
    """A key was sent, and it is unknown, mistyped, expired or revoked."""


class Admission:
    """Knows the keys, the limits and the rates; remembers nothing of a request."""

    def __init__(
        self,
        keyring: Keyring,
        limits: Limits,
        key_rate: RateLimiter,
        addresses: Addresses | None = None,
        cors: Cors | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        wrong_keys: WrongKeys | None = None,
    ) -> None:
        self.limits = limits
        self.addresses = addresses or Addresses()
        self.cors = cors or Cors()
        self._keyring = keyring
        self._key_rate = key_rate
        self._now = now
        self._wrong_keys = wrong_keys

    def admit(self, name: str, headers: Mapping[bytes, bytes], sender: bytes | None = None) -> Arrival:
        """Let a request in, for one event of its key's rate, whatever its body will be; RequestRefused says why not."""
        received_at = self._now()
        key = self._key_of(headers, sender, received_at)
        rate = self._key_rate.admit(key.key_id, PAID_EVENTS)
        gzipped = check_headers(headers, self.limits.body_bytes)
        sent_at = sent_at_of(headers.get(b"sent-at"))
        return Arrival(name, correlation_id_of(headers), key, received_at, sent_at, gzipped, rate)

    def _key_of(self, headers: Mapping[bytes, bytes], sender: bytes | None, now: datetime) -> ApiKey:
        """RequestRefused 401, 403, or 429 when the sender has tried too many wrong ones."""
        try:
            return authenticate(self._keyring, headers.get(b"authorization"), now, "ingest")
        except WrongKey:
            if self._wrong_keys is not None:
                self._wrong_keys.charge(sender)
            raise


def correlation_id_of(headers: Mapping[bytes, bytes]) -> str:
    """The sender's name for the request when it is well-formed, else one of ours."""
    header = headers.get(b"x-correlation-id")
    if header is not None and CORRELATION_ID.fullmatch(given := header.decode("latin-1")):
        return given
    return _names.randbytes(16).hex()


def authenticate(keyring: Keyring, header: bytes | None, now: datetime, scope: str) -> ApiKey:
    """The key of an Authorization header, or RequestRefused: 401 (WrongKey if one was sent), or 403 by its scope."""
    scheme, _, token = (header or b"").partition(b" ")
    if scheme.lower() != b"bearer" or not token:
        raise RequestRefused(Problem.UNAUTHORIZED, "send Authorization: Bearer <API key>")
    presented = token.strip()
    key = keyring.find(presented, now)
    if key is None:
        detail = (
            "the key is unknown, expired or revoked; `game-events keys create` makes one"
            if has_checksum(presented)
            else "this is not a whole key: it was mistyped or cut off"
        )
        raise WrongKey(Problem.UNAUTHORIZED, detail)
    if scope not in key.scopes:
        raise RequestRefused(Problem.FORBIDDEN, f"this key lacks the scope '{scope}'")
    return key


def check_headers(headers: Mapping[bytes, bytes], max_bytes: int) -> bool:
    """Refuse what can be refused before the body is read. Returns whether the body is gzipped."""
    content_type = headers.get(b"content-type", b"")
    if content_type != b"application/json":
        _check_media_type(content_type)
    length = headers.get(b"content-length")
    if length is not None and length.isdigit() and int(length[:20]) > max_bytes:
        raise too_large(max_bytes)
    encoding = headers.get(b"content-encoding")
    if encoding is None:
        return False
    if encoding.lower() not in (b"identity", *GZIP):
        raise RequestRefused(Problem.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is gzip or identity")
    return encoding.lower() in GZIP


def _check_media_type(content_type: bytes) -> None:
    media_type, _, parameters = content_type.lower().partition(b";")
    if media_type.strip() != b"application/json":
        raise RequestRefused(Problem.UNSUPPORTED_MEDIA_TYPE, "send Content-Type: application/json")
    given = {parameter.strip().replace(b'"', b"") for parameter in parameters.split(b";")}
    if not given <= {b"", b"charset=utf-8", b"charset=utf8"}:
        raise RequestRefused(Problem.UNSUPPORTED_MEDIA_TYPE, "JSON is sent in UTF-8; drop the other parameters")


def sent_at_of(header: bytes | None) -> datetime | None:
    """The Sent-At header's moment; RequestRefused 400 when it is not RFC 3339."""
    if header is None:
        return None
    moment = rfc3339.parse(header.decode("ascii")) if SENT_AT.fullmatch(header) else None
    if moment is None:
        raise RequestRefused(Problem.INVALID_HEADER, "Sent-At is a time like 2026-11-21T09:30:00.123Z")
    return moment

"""The keys of an OpenID issuer, by their ids: fetched beside the requests, kept while the issuer is away."""

import asyncio
import contextlib
import json
import logging
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from joserfc.jwk import Key, import_key

log = logging.getLogger(__name__)
FETCH_SECONDS = 3.0
"""For the issuer's document and its keys together, however slowly they drip in."""
WAIT_SECONDS = 2.0
"""What a request with a key that is not known waits for them."""
REFRESH_SECONDS = 300.0
"""A key that the issuer withdrew is taken for so much longer."""
AGAIN_SECONDS = 10.0
"""Between two attempts, whoever asks: tokens with made-up key ids make no load for the issuer."""
KEPT_SECONDS = 24 * 3600.0
"""An issuer that is away for longer lets nobody in."""
MAX_BYTES = 256 * 1024
MAX_KEYS = 100
LEAST_RSA_BITS = 2048
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
Fetch = Callable[[str], Awaitable[Any]]


class IssuerError(Exception):
    """The issuer's keys cannot be had; the message says why."""


class UnknownKey(Exception):
    """The issuer has no such key."""


def is_safe(url: str) -> bool:
    """Whether keys may be read from there: by TLS, or from this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


class Issuer:
    """`url` is the issuer as its tokens name it."""

    def __init__(self, url: str, fetch: Fetch | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.url = url
        self._fetch = fetch or _fetch
        self._monotonic = monotonic
        self._keys: Mapping[str, Key] = {}
        self._fetched: float | None = None
        self._attempted: float | None = None
        self.failure = ""
        """Why the latest attempt brought no keys."""
        self._fetching: asyncio.Task[None] | None = None

    async def key(self, key_id: str) -> Key:
        """UnknownKey, or IssuerError where nobody can tell; a request waits WAIT_SECONDS at most."""
        if (key := self._known(key_id)) is not None:
            return key
        if (fetching := self._begin()) is not None:
            await asyncio.wait([fetching], timeout=WAIT_SECONDS)
            if (key := self._known(key_id)) is not None:
                return key
            if not fetching.done():
                raise IssuerError(f"{self.url} does not answer")
        if self.failure:
            raise IssuerError(self.failure)
        raise UnknownKey

    async def follow(self) -> None:
        """Keep the keys new, until cancelled: no request has to wait for them."""
        try:
            while True:
                if (fetching := self._begin()) is not None:
                    await asyncio.wait([fetching])
                await asyncio.sleep(AGAIN_SECONDS if self.failure else REFRESH_SECONDS)
        finally:
            if self._fetching is not None:
                self._fetching.cancel()

    def _known(self, key_id: str) -> Key | None:
        if self._fetched is None or self._monotonic() - self._fetched > KEPT_SECONDS:
            return None
        return self._keys.get(key_id)

    def _begin(self) -> "asyncio.Task[None] | None":
        """What is under way, or begins now; None where it was tried just before."""
        if self._fetching is not None and not self._fetching.done():
            return self._fetching
        now = self._monotonic()
        if self._attempted is not None and now - self._attempted < AGAIN_SECONDS:
            return None
        self._attempted = now
        self._fetching = asyncio.create_task(self._refresh())
        return self._fetching

    async def _refresh(self) -> None:
        try:
            self._keys = await self.asked()
        except IssuerError as error:
            failure = str(error)
        else:
            failure, self._fetched = "", self._monotonic()
        if failure and failure != self.failure:
            log.warning("the issuer's keys cannot be had; those that are known stay in force", extra={"error": failure})
        self.failure = failure

    async def asked(self) -> Mapping[str, Key]:
        """The keys that it names now, by their ids; IssuerError, whatever it answers instead."""
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await self._fetched_keys()
        except IssuerError:
            raise
        except TimeoutError:
            raise IssuerError(f"{self.url} took more than {FETCH_SECONDS:g} s for its keys") from None
        except Exception as error:
            raise IssuerError(f"{self.url} answers what cannot be read: {type(error).__name__}") from error

    async def _fetched_keys(self) -> Mapping[str, Key]:
        document = await self._fetch(f"{self.url.rstrip('/')}/.well-known/openid-configuration")
        if not isinstance(document, dict) or document.get("issuer") != self.url:
            raise IssuerError(f"{self.url} calls itself otherwise: GAME_EVENTS_OIDC_ISSUER is not what it says")
        where = document.get("jwks_uri")
        if not isinstance(where, str) or not is_safe(where):
            raise IssuerError(f"{self.url} names no https:// address of its keys")
        found = await self._fetch(where)
        keys = found.get("keys") if isinstance(found, dict) else None
        usable = {one["kid"]: key for one in keys[:MAX_KEYS] if (key := _usable(one))} if isinstance(keys, list) else {}
        if not usable:
            raise IssuerError(f"{where} has no usable key: RSA of {LEAST_RSA_BITS} bits, EC or Ed25519, with a kid")
        return usable


def _usable(entry: Any) -> Key | None:
    """Never one whose secret both sides know: with it a public key would do as a signature's."""
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or entry.get("use", "sig") != "sig":
        return None
    if entry.get("kty") not in ("RSA", "EC", "OKP"):
        return None
    with contextlib.suppress(Exception):  # whatever somebody wrote there: the other keys are used
        key = import_key(entry)
        raw = key.raw_value
        if not isinstance(raw, RSAPublicKey | RSAPrivateKey) or raw.key_size >= LEAST_RSA_BITS:
            return key
    return None


@lru_cache
def _trusted() -> ssl.SSLContext:
    """Read once: it takes longer than asking."""
    return httpx.create_ssl_context()


async def _fetch(url: str) -> Any:
    """The JSON at an address; IssuerError for anything else. No redirect is followed, it could lead anywhere."""
    try:
        async with (
            httpx.AsyncClient(timeout=FETCH_SECONDS, verify=_trusted()) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise IssuerError(f"{url} answered {answer.status_code}")
            body = b""
            async for piece in answer.aiter_bytes(MAX_BYTES):
                body += piece
                if len(body) > MAX_BYTES:
                    raise IssuerError(f"{url} has more than {MAX_BYTES:,} bytes")
        return json.loads(body)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise IssuerError(f"{url} cannot be asked: {error or type(error).__name__}") from None
    except (ValueError, RecursionError):
        raise IssuerError(f"{url} holds no JSON") from None

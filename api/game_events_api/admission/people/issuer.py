"""What an OpenID issuer says of itself, and its keys: fetched beside the requests, kept while the issuer is away."""

import asyncio
import contextlib
import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
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
EXCHANGE_SECONDS = 10.0
"""For the token of somebody who signs in; they wait for it."""
MAX_BYTES = 256 * 1024
MAX_KEYS = 100
LEAST_RSA_BITS = 2048
ENDPOINTS = AUTHORIZATION, TOKEN = "authorization_endpoint", "token_endpoint"
"""What the document of an issuer that signs people in names."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class IssuerError(Exception):
    """The issuer's keys cannot be had; the message says why."""


class UnknownKey(Exception):
    """The issuer has no such key."""


class Said(NamedTuple):
    """What an issuer answered."""

    document: Mapping[str, Any]
    """Its configuration."""
    keys: Mapping[str, Key]
    """By their ids."""

    def address(self, name: str) -> str:
        """IssuerError where the document names none that may be asked."""
        where = self.document.get(name)
        if not isinstance(where, str) or not is_safe(where):
            raise IssuerError(f"{self.document['issuer']} names no https:// address as its {name}")
        return where


def is_safe(url: str) -> bool:
    """Whether keys may be read from there: by TLS, or from this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        url.isascii()
        and bool(parts.hostname)
        and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))
    )


class Issuer:
    """`url` is the issuer as its tokens name it."""

    def __init__(self, url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.url = url
        self._monotonic = monotonic
        self._said: Said | None = None
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

    async def said(self) -> Said:
        """What it said last, however long ago; IssuerError where it never did, after WAIT_SECONDS at most."""
        if self._said is None and (fetching := self._begin()) is not None:
            await asyncio.wait([fetching], timeout=WAIT_SECONDS)
        if self._said is None:
            raise IssuerError(self.failure or f"{self.url} does not answer")
        return self._said

    async def exchange(self, form: Mapping[str, str], client: tuple[str, str] | None) -> Any:
        """What its token endpoint answers: tokens, or why there are none. IssuerError where it answers neither.

        `client` is name and secret for HTTP's basic authentication, where the form does not have them.
        """
        where = (await self.said()).address(TOKEN)
        try:
            async with asyncio.timeout(EXCHANGE_SECONDS):
                status, answer = await _asked("POST", where, form, client)
        except TimeoutError:
            raise IssuerError(f"{where} took more than {EXCHANGE_SECONDS:g} s") from None
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise IssuerError(f"{where} answered {status}")
        return answer

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
        return self._said.keys.get(key_id) if self._said is not None else None

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
            self._said = await self.asked()
        except IssuerError as error:
            failure = str(error)
        else:
            failure, self._fetched = "", self._monotonic()
        if failure and failure != self.failure:
            log.warning("the issuer's keys cannot be had; those that are known stay in force", extra={"error": failure})
        self.failure = failure

    async def asked(self) -> Said:
        """What it says now; IssuerError, whatever it answers instead."""
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await self._ask_it()
        except IssuerError:
            raise
        except TimeoutError:
            raise IssuerError(f"{self.url} took more than {FETCH_SECONDS:g} s for its keys") from None
        except Exception as error:
            raise IssuerError(f"{self.url} answers what cannot be read: {type(error).__name__}") from error

    async def _ask_it(self) -> Said:
        document = await _fetch(f"{self.url.rstrip('/')}/.well-known/openid-configuration")
        if not isinstance(document, dict) or document.get("issuer") != self.url:
            raise IssuerError(f"{self.url} calls itself otherwise: GAME_EVENTS_OIDC_ISSUER is not what it says")
        where = Said(document, {}).address("jwks_uri")
        found = await _fetch(where)
        keys = found.get("keys") if isinstance(found, dict) else None
        usable = {one["kid"]: key for one in keys[:MAX_KEYS] if (key := _usable(one))} if isinstance(keys, list) else {}
        if not usable:
            raise IssuerError(f"{where} has no usable key: RSA of {LEAST_RSA_BITS} bits, EC or Ed25519, with a kid")
        return Said(document, usable)


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
    status, found = await _asked("GET", url)
    if status != httpx.codes.OK:
        raise IssuerError(f"{url} answered {status}")
    return found


async def _asked(
    method: str, url: str, form: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None
) -> tuple[int, Any]:
    """Status and JSON, None where a refusal has none."""
    try:
        async with (
            httpx.AsyncClient(timeout=EXCHANGE_SECONDS, verify=_trusted()) as client,
            client.stream(method, url, data=form, auth=auth) as answer,
        ):
            body = b""
            async for piece in answer.aiter_bytes(MAX_BYTES):
                body += piece
                if len(body) > MAX_BYTES:
                    raise IssuerError(f"{url} has more than {MAX_BYTES:,} bytes")
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise IssuerError(f"{url} cannot be asked: {error or type(error).__name__}") from None
    try:
        return status, json.loads(body)
    except (ValueError, RecursionError):
        if status == httpx.codes.OK:
            raise IssuerError(f"{url} holds no JSON") from None
        return status, None

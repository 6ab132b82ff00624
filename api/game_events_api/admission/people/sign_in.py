"""Signing in at the issuer: OpenID Connect's authorization code flow, with PKCE (RFC 7636).

Own code: with httpx and joserfc it is an address, a request and a check; Authlib's client wants sessions of its own.
"""

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from game_events_api.admission.people.issuer import AUTHORIZATION, Issuer, IssuerError
from game_events_api.admission.people.tokens import TokenRefused, claims_of, verified
from game_events_api.errors import Problem, RequestRefused

ERROR = re.compile(r"[a-z_]{1,40}")
"""What an issuer's refusal is called; what it says in words may repeat what was sent."""
WHY = {
    "invalid_grant": "it was used already, is too old, or is for another GAME_EVENTS_OIDC_REDIRECT_URL; sign in again",
    "invalid_client": "it knows no such GAME_EVENTS_OIDC_CLIENT_ID, or another secret of it",
    "unauthorized_client": "the client may not sign people in by a code",
}


class Client(msgspec.Struct, frozen=True):
    """What the issuer knows the console as."""

    id: str
    secret: str | None
    redirect_url: str
    scope: str


class Begun(msgspec.Struct, frozen=True):
    """Somebody is on the way to the issuer; all but `url` stays in their browser until they come back."""

    url: str
    state: str
    nonce: str
    verifier: str


class SignIn:
    """Remembers nothing of who is on the way."""

    def __init__(self, issuer: Issuer, client: Client, wall: Callable[[], float] = time.time) -> None:
        self._issuer = issuer
        self._client = client
        self._wall = wall

    @property
    def redirect_url(self) -> str:
        return self._client.redirect_url

    async def begin(self) -> Begun:
        """Where to send somebody. RequestRefused 503 where the issuer never said."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": self._client.redirect_url,
            "scope": self._client.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        try:
            where = (await self._issuer.said()).address(AUTHORIZATION)
        except IssuerError as error:
            raise _nobody(error) from None
        return Begun(f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", state, nonce, verifier)

    async def finish(self, code: str, nonce: str, verifier: str) -> str:
        """The access token that the code is for; whether it lets somebody in is another question.

        RequestRefused 401 where the code is for nothing, or was asked for by somebody else; 503 where the issuer
        does not answer.
        """
        try:
            answer = await self._exchanged(code, verifier)
            ours = claims_of(self._wall, iss=self._issuer.url, aud=self._client.id, nonce=nonce)
            await verified(self._issuer, _text(answer, "id_token"), ours)
        except IssuerError as error:
            raise _nobody(error) from None
        except TokenRefused as refused:
            raise RequestRefused(
                Problem.UNAUTHORIZED, f"the issuer's ID token is not for this sign-in: {refused}"
            ) from None
        token = _text(answer, "access_token")
        if token.count(b".") != 2:
            detail = "the issuer's access tokens are no JWT; have it make them for GAME_EVENTS_OIDC_AUDIENCE"
            raise RequestRefused(Problem.UNAUTHORIZED, detail)
        return token.decode()

    async def _exchanged(self, code: str, verifier: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.redirect_url,
            "client_id": self._client.id,
            "code_verifier": verifier,
        }
        basic, secret = None, self._client.secret
        if secret is not None:
            methods = (await self._issuer.said()).document.get("token_endpoint_auth_methods_supported")
            if isinstance(methods, list) and "client_secret_basic" not in methods:
                form["client_secret"] = secret
            else:  # what an issuer takes that says nothing
                basic = quote(self._client.id, safe=""), quote(secret, safe="")
        answer = await self._issuer.exchange(form, basic)
        if not isinstance(answer, dict):
            raise IssuerError(f"{self._issuer.url} answers no tokens")
        if "error" in answer:
            error = str(answer["error"])
            named = error if ERROR.fullmatch(error) else "without a reason"
            why = WHY.get(named, "its log says why")
            raise RequestRefused(Problem.UNAUTHORIZED, f"the issuer does not take the code ({named}): {why}")
        return answer


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _text(answer: Mapping[str, Any], name: str) -> bytes:
    text = answer.get(name)
    if not isinstance(text, str) or not text.isascii():
        raise RequestRefused(
            Problem.UNAUTHORIZED, f"the issuer answers no {name}; is `openid` in GAME_EVENTS_OIDC_SCOPE?"
        )
    return text.encode()


def _nobody(error: IssuerError) -> RequestRefused:
    return RequestRefused(Problem.UNAVAILABLE, f"nobody can be signed in now: {error}")

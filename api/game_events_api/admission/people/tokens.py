"""Access tokens: who a person is and which role they have, as the issuer signed it."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError

from game_events_api.admission.api_key import ANY
from game_events_api.admission.callers import Caller
from game_events_api.admission.people.issuer import Issuer, UnknownKey

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519")
"""Only those whose verifier cannot sign: with others the issuer's public key would be a secret."""
ROLES: Mapping[str, tuple[str, ...]] = {
    "viewer": ("read",),
    "operator": ("read", "operate"),
    "admin": ("read", "operate", "admin"),
}
"""The scopes of each role, the least first."""
MAX_BYTES = 8 * 1024
MAX_ID_CHARACTERS = 255
LEEWAY_SECONDS = 30
LATEST = 1e11
"""Unix seconds, some three thousand years on: what the clocks of sessions hold."""
_registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)  # `crit` is looked at all the same


class TokenRefused(Exception):
    """The token lets nobody in; the message says why."""


class Rules(msgspec.Struct, frozen=True):
    """What a token has to say."""

    audience: str
    role_claim: str
    """The claim's name, or a path of names with dots between."""
    roles: Mapping[str, Sequence[str]]
    """By role, the claim's values that mean it."""
    games_claim: str | None = None
    """Which games a person may see; None: every game."""


async def verified(issuer: Issuer, token: bytes, claims: jwt.JWTClaimsRegistry) -> Mapping[str, Any]:
    """What a token of the issuer's says, if that is as it has to be; TokenRefused, or IssuerError."""
    if len(token) > MAX_BYTES:
        raise TokenRefused(f"the token has more than {MAX_BYTES:,} bytes")
    try:
        key = await issuer.key(_key_id(token))
        said = jwt.decode(token, key, registry=_registry).claims
        claims.validate(said)
    except UnknownKey:
        raise TokenRefused("the token names no key of the issuer") from None
    except ExpiredTokenError:
        raise TokenRefused("the token has expired; sign in again") from None
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise TokenRefused(f"the token is not one for here: {_said(error)}") from None
    return said


def claims_of(wall: Callable[[], float], **values: str) -> jwt.JWTClaimsRegistry:
    """What a token has to say: a time, a person, and these."""
    needed: Any = {name: {"essential": True} for name in ("exp", "sub")}
    said: Any = {name: {"essential": True, "value": value} for name, value in values.items()}
    return jwt.JWTClaimsRegistry(now=lambda: int(wall()), leeway=LEEWAY_SECONDS, **needed, **said)


class Tokens:
    """Knows the issuer and the rules; keeps nothing of a token."""

    def __init__(self, issuer: Issuer, rules: Rules, wall: Callable[[], float] = time.time) -> None:
        self._issuer = issuer
        self._rules = rules
        self._claims = claims_of(wall, iss=issuer.url, aud=rules.audience)

    async def caller(self, token: bytes) -> Caller:
        """The person; TokenRefused, or IssuerError where nobody can tell. Without a known role, one without scopes."""
        claims = await verified(self._issuer, token, self._claims)
        person = claims["sub"]
        if not (0 < len(person) <= MAX_ID_CHARACTERS and person.isprintable()):
            raise TokenRefused("the token's `sub` is no name")
        if not 0 < claims["exp"] < LATEST:  # nor is it NaN then
            raise TokenRefused("the token's `exp` is no moment")
        return Caller("person", person, self._scopes(claims), self._games(claims), expires_at=float(claims["exp"]))

    def _scopes(self, claims: Mapping[str, Any]) -> tuple[str, ...]:
        values = _listed(_claim(claims, self._rules.role_claim))
        held = [scopes for role, scopes in ROLES.items() if not values.isdisjoint(self._rules.roles[role])]
        return held[-1] if held else ()

    def _games(self, claims: Mapping[str, Any]) -> tuple[str, ...]:
        if self._rules.games_claim is None:
            return ANY
        return tuple(sorted(_listed(_claim(claims, self._rules.games_claim))))


def _key_id(token: bytes) -> str:
    headers = jws.extract_compact(token).headers()
    if headers["alg"] not in ALGORITHMS:
        raise TokenRefused("the token is signed by no algorithm that is taken")
    key_id = headers.get("kid")
    if not isinstance(key_id, str):
        raise TokenRefused("the token does not say by which key it is signed")
    return key_id


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """By its whole name first, for that may have dots itself."""
    if name in claims:
        return claims[name]
    first, _, rest = name.partition(".")
    inner = claims.get(first)
    return _claim(inner, rest) if rest and isinstance(inner, dict) else None


def _listed(value: Any) -> frozenset[str]:
    values = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(one for one in values if isinstance(one, str))


def _said(error: Exception) -> str:
    return error.description or error.error if isinstance(error, JoseError) else "it cannot be read"

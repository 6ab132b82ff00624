"""Who asks on the admin port, and may they: by the Authorization header of a request, or by one that a page kept.

A key of ours has no dot in it, a token has two.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from fastapi import Request

from game_events_api.admission.addresses import Addresses
from game_events_api.admission.admit import WrongKey, authenticate
from game_events_api.admission.callers import Caller
from game_events_api.admission.keyring import Keyring
from game_events_api.admission.people import IssuerError, TokenRefused, Tokens
from game_events_api.admission.wrong_keys import WrongKeys
from game_events_api.errors import Problem, RequestRefused

Authorised = Callable[[Request], Awaitable[Caller]]
"""A dependency of FastAPI's."""


class Access:
    """Knows the keys; remembers nothing of a request but that an address tried a wrong one."""

    def __init__(
        self,
        keyring: Keyring,
        addresses: Addresses,
        wrong_keys: WrongKeys,
        people: Tokens | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Without `people` only keys are let in."""
        self._keyring = keyring
        self._addresses = addresses
        self._wrong_keys = wrong_keys
        self._people = people
        self._now = now

    def authorised(self, scope: str) -> Authorised:
        """Who sent the request; RequestRefused 401, 403 for want of the scope, or 429 after too many wrong keys."""

        async def caller(request: Request) -> Caller:
            return await self.caller(request, scope, request.headers.get("authorization"))

        return caller

    async def caller(self, request: Request, scope: str, authorization: str | None) -> Caller:
        """As `authorised`, by an Authorization header that the request need not have: a page keeps it in a cookie."""
        header = (authorization or "").encode("latin-1", "replace")
        token = header.partition(b" ")[2].strip()
        try:
            if b"." in token:
                return await self._person(header, token, scope)
            return Caller.of_key(authenticate(self._keyring, header, self._now(), scope))
        except WrongKey:
            self._wrong_keys.charge(self._addresses.of_client(request.scope, dict(request.scope["headers"])))
            raise

    async def _person(self, header: bytes, token: bytes, scope: str) -> Caller:
        if self._people is None or header.partition(b" ")[0].lower() != b"bearer":
            raise WrongKey(Problem.UNAUTHORIZED, "this is no API key; tokens of people need GAME_EVENTS_OIDC_ISSUER")
        try:
            caller = await self._people.caller(token)
        except TokenRefused as refused:
            raise WrongKey(Problem.UNAUTHORIZED, str(refused)) from None
        except IssuerError as error:
            raise RequestRefused(Problem.UNAVAILABLE, f"nobody can tell whose token this is: {error}") from None
        if scope not in caller.scopes:
            raise RequestRefused(Problem.FORBIDDEN, f"{caller.name} has no role with the scope '{scope}'")
        return caller

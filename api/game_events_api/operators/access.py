"""Who asks on the admin port, and may they: by the Authorization header of a request, or by one that a page kept."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from fastapi import Request

from game_events_api.admission.addresses import Addresses
from game_events_api.admission.admit import WrongKey, authenticate
from game_events_api.admission.callers import Caller
from game_events_api.admission.keys import Keyring
from game_events_api.admission.wrong_keys import WrongKeys

Authorised = Callable[[Request], Awaitable[Caller]]
"""A dependency of FastAPI's."""


class Access:
    """Knows the keys; remembers nothing of a request but that an address tried a wrong one."""

    def __init__(
        self,
        keyring: Keyring,
        addresses: Addresses,
        wrong_keys: WrongKeys,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._keyring = keyring
        self._addresses = addresses
        self._wrong_keys = wrong_keys
        self._now = now

    def authorised(self, scope: str) -> Authorised:
        """Who sent the request; RequestRefused 401, 403 for want of the scope, or 429 after too many wrong keys."""

        async def caller(request: Request) -> Caller:
            return await self.caller(request, scope, request.headers.get("authorization"))

        return caller

    async def caller(self, request: Request, scope: str, authorization: str | None) -> Caller:
        """As `authorised`, by an Authorization header that the request need not have: a page keeps it in a cookie."""
        header = None if authorization is None else authorization.encode("latin-1", "replace")
        try:
            return Caller.of_key(authenticate(self._keyring, header, self._now(), scope))
        except WrongKey:
            self._wrong_keys.charge(self._addresses.of_client(request.scope, dict(request.scope["headers"])))
            raise

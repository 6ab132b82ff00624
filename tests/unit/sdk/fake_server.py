"""The SDK's own fake server, asked by either client with the same words."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeVar

import httpx
from game_events import AsyncGameAnalyticsClient, testing
from game_events.testing import KEY, URL, ManualClock, body, problem

__all__ = [
    "FIREWALLS",
    "INSTALL",
    "KEY",
    "KINDS",
    "URL",
    "FakeServer",
    "Kind",
    "ManualClock",
    "body",
    "problem",
    "receipt",
]
Kind = Literal["blocking", "asyncio"]
KINDS: tuple[Kind, ...] = ("blocking", "asyncio")
Result = TypeVar("Result")

FIREWALLS = "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body><center>403 Forbidden</center></body></html>"
"""What AWS WAF answers for a load balancer to an address that it refuses."""
INSTALL: dict[str, Any] = {
    "user_id": "player-1",
    "session_id": "session-1",
    "game_id": "puzzle-quest",
    "platform": "android",
    "app_version": "1.4.2",
    "environment": "production",
    "install_source": "organic",
}


class FakeServer(testing.FakeServer):
    """With a call that is the same for both kinds of client."""

    @property
    def waits(self) -> list[float]:
        return self.clock.waits

    def call(self, kind: Kind, call: Callable[[Any], Any], **settings: Any) -> Any:
        """What a client of that kind comes to in `call`, which returns the method's own result for either."""
        if kind == "blocking":
            with self.client(**settings) as client:
                return call(client)
        return asyncio.run(self._call(call, settings))

    async def _call(self, call: Callable[[AsyncGameAnalyticsClient], Awaitable[Result]], settings: Any) -> Result:
        async with self.async_client(**settings) as client:
            return await call(client)


def receipt(request: httpx.Request) -> httpx.Response:
    """202 for whatever it is, as if for the first time."""
    return testing.FakeServer(judges=False).answer(request)

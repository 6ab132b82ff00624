"""The client that lets the event loop go on: the twin of `client.py`."""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, Unpack
from weakref import WeakKeyDictionary

import httpx

from game_events import readiness
from game_events._generated import AsyncEventMethods
from game_events.aio_background import AsyncBackground
from game_events.answers import Answer
from game_events.blanks import Blanks
from game_events.calls import Calls
from game_events.clock import Clock
from game_events.errors import Event, GameEventsError
from game_events.outbox import Stats
from game_events.receipts import BatchReceipt, EventReceipt
from game_events.retry import Uniform
from game_events.sending import Post, Sending, Wait
from game_events.server import MAX_ANSWER_BYTES, Server, own_request, proxy_trouble
from game_events.told import API_KEY, URL, Settings, context_of, told, waits_of

AsyncHttp = httpx.AsyncClient | Callable[[], httpx.AsyncClient]


class AsyncSender:
    """What sends events of any type, for a client that has methods for those of one package."""

    _blanks: Blanks
    """Of the events that the client has methods for."""

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float = 15.0,
        max_attempts: int | None = None,
        http: AsyncHttp | None = None,
        clock: Clock | None = None,
        uniform: Uniform = random.uniform,
        **settings: Unpack[Settings],
    ) -> None:
        self.context: Mapping[str, Any] = context_of(settings)
        server = Server(told(base_url, URL), told(api_key, API_KEY))
        waits = waits_of(settings)
        self._calls = Calls(server, timeout, max_attempts, clock or Clock(), uniform)
        self._calls.enabled = waits.enabled
        if (schemas := settings.get("schemas")) is not None:
            self._blanks = self._blanks.pinned(schemas, self._calls.clock.wall())
            self._calls.pins = schemas
        self._connection = _AsyncConnection(server, http)
        owner = f"{server} {self.context.get('game_id', '')}"
        post, forget = self._connection.post, self._connection.forget
        self._background = AsyncBackground(self._calls, waits, owner, post, forget)
        readiness.load(self._blanks, awaited=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._calls.server)!r})"  # never the key

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self, timeout: float = 2.0) -> int:
        """Send what is enqueued and close, as `GameAnalyticsClient.close`."""
        left = await self._background.close(timeout)
        self._calls.closed = True
        await self._connection.close()
        return left

    def enqueue(self, event: Event) -> str:
        """Take one event, to be sent by a task of the running loop, as `GameAnalyticsClient.enqueue`."""
        return self._background.put(event)

    async def flush(self, timeout: float = 10.0) -> int:
        """Send what is enqueued now, as `GameAnalyticsClient.flush`."""
        return await self._background.flush(timeout)

    def stats(self) -> Stats:
        """What became of the events that were enqueued; of this process, after a fork."""
        return self._background.stats()

    async def send_event(self, event: Event) -> EventReceipt:
        """Send one event of any type and version, as `GameAnalyticsClient.send_event`."""
        sending = self._calls.of_one(event)
        await self._send(sending)
        assert sending.receipt is not None
        return sending.receipt

    async def send_events_batch(self, events: Iterable[Event]) -> BatchReceipt:
        """Send any number of events of any types, as `GameAnalyticsClient.send_events_batch`."""
        sending = self._calls.of_many(events)
        await self._send(sending)
        return sending.batch_receipt

    async def _send(self, sending: Sending) -> None:
        clock = self._calls.clock
        while (step := sending.next(clock.monotonic())) is not None:
            self._calls.check_open(sending)
            if isinstance(step, Wait):
                await clock.sleep_async(step.seconds)
                continue
            try:
                answer = await self._connection.post(step, self._calls.sent_at())
            except (httpx.RequestError, httpx.InvalidURL, RuntimeError) as error:
                # httpx's word for a client that another task has closed meanwhile is a RuntimeError.
                self._calls.check_open(sending)
                sending.unanswered(error, clock.monotonic())
            else:
                if not sending.answered(answer, clock.monotonic(), clock.wall()):
                    await self._connection.forget()


class AsyncGameAnalyticsClient(AsyncSender, AsyncEventMethods):
    """`GameAnalyticsClient` for asyncio: the same arguments, receipts and errors, and each call is awaited.

    >>> async with AsyncGameAnalyticsClient("https://events.example.com", api_key) as client:  # doctest: +SKIP
    ...     await client.send_install_event(user_id="player-1", …)

    A cancelled call may have sent its events. One client may serve several event loops, of several threads and of a
    forked process too, and is closed in the last of them; an `httpx.AsyncClient` given as `http` serves its own only.
    """


class _AsyncConnection:
    """An HTTP client for each event loop; sockets of another, or of a parent process, are of no use."""

    def __init__(self, server: Server, http: AsyncHttp | None) -> None:
        self._server = server
        if http is not None and not isinstance(http, httpx.AsyncClient) and not callable(http):
            raise TypeError(f"http is an httpx.AsyncClient, or a function that makes one, not {type(http).__name__}")
        self._given = http if isinstance(http, httpx.AsyncClient) else None
        self._make = http if callable(http) else self._make_own
        self._is_own = http is None
        self._loop_of_given: asyncio.AbstractEventLoop | None = None
        self._made: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()
        if http is None:
            self._make_own()  # so that an environment that cannot work is told at once

    async def post(self, step: Post, sent_at: str) -> Answer:
        http, told = self._usable(), self._server.request(step, sent_at)
        try:
            async with asyncio.timeout(step.seconds):
                if self._is_own:
                    request = own_request(**told)
                    response = await http._transport_for_url(request.url).handle_async_request(request)
                else:
                    request = http.build_request("POST", **told)
                    response = await http.send(request, stream=True, auth=None, follow_redirects=False)
                try:
                    body = bytearray()
                    async for piece in response.aiter_bytes():
                        body += piece
                        if len(body) > MAX_ANSWER_BYTES:
                            raise httpx.DecodingError(f"an answer of more than {MAX_ANSWER_BYTES:,} bytes")
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise httpx.ReadTimeout("the time for this request is over") from error
        return Answer(response.status_code, response.headers, bytes(body))

    async def forget(self) -> None:
        """A connection gave an answer that is somebody else's: use none of them again."""
        if self._given is None and (http := self._made.pop(asyncio.get_running_loop(), None)) is not None:
            await http.aclose()

    async def close(self) -> None:
        await self.forget()

    def _usable(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if self._given is not None:
            if self._loop_of_given not in (None, loop) and isinstance(self._given._transport, httpx.AsyncHTTPTransport):
                message = (
                    "the httpx.AsyncClient given as `http` serves another event loop; give a function that makes one"
                )
                raise GameEventsError(message)
            self._loop_of_given = loop
            return self._given
        http = self._made.get(loop)
        if http is None:
            http = self._made[loop] = self._make()
        return http

    def _make_own(self) -> httpx.AsyncClient:
        try:
            return httpx.AsyncClient(**self._server.http_settings())
        except (ImportError, ValueError) as error:
            raise proxy_trouble(error) from error

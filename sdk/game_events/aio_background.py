"""The background of the asyncio client: a task of the running loop, or whoever flushes."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from game_events.answers import Answer
from game_events.background import Background
from game_events.calls import Calls
from game_events.sending import Post, Wait
from game_events.told import Waits

AsyncPosts = Callable[[Post, str], Awaitable[Answer]]


class AsyncBackground(Background):
    """The task begins with the first event that is enqueued while a loop runs, and ends with the loop or the client."""

    _is_driven: bool
    """Whether somebody who flushes sends."""

    def __init__(
        self, calls: Calls, waits: Waits, owner: str, post: AsyncPosts, forget: Callable[[], Awaitable[None]]
    ) -> None:
        """As `ThreadedBackground`."""
        self._post = post
        self._forget = forget
        super().__init__(calls, waits, owner)

    async def flush(self, seconds: float) -> int:
        """Send what waits, in at most so many seconds; how many events are left."""
        until = self._calls.clock.monotonic() + seconds
        self.prepare_exit()
        while True:
            with self.lock:
                left, is_worth_it = self._still_to_send(until)
                if not is_worth_it:
                    return left
                is_driver = not self._is_running() and not self._is_driven  # of several that flush, one sends
                if is_driver:
                    self._is_driven = True
            if not is_driver:
                await self._wait(until - self._calls.clock.monotonic())
                continue
            try:
                await self._go_on(until)
            finally:
                self._is_driven = False
                self._set_turns()

    async def close(self, seconds: float) -> int:
        """As `flush`; nothing is sent afterwards."""
        await self.flush(seconds)
        left = self._close()
        if self._task is not None and self._task.get_loop() is asyncio.get_running_loop():
            self._task.cancel()
        return left

    def at_exit(self, seconds: float) -> None:
        async def close() -> None:
            # The loop's own way leads through threads, and none begins any more.
            asyncio.get_running_loop().getaddrinfo = _resolve  # type: ignore[method-assign]
            await self.close(seconds)

        asyncio.run(close())

    def _begin(self) -> None:
        super()._begin()
        self._task: asyncio.Task[None] | None = None
        self._turns: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        """Of those that wait for something to happen, each in its loop."""
        self._is_driven = False

    def _is_running(self) -> bool:
        return self._task is not None and not self._task.done() and not self._task.get_loop().is_closed()

    def _wake(self) -> None:
        self._set_turns()
        running = _running_loop()
        if running is not None and not self._is_running() and self._waits.background and not self._is_closed:
            self._task = running.create_task(self._run(), name="game-events")

    def _set_turns(self) -> None:
        running = _running_loop()
        for loop, turn in list(self._turns):
            if loop is running:
                turn.set()
            else:
                with suppress(RuntimeError):  # it is closed
                    loop.call_soon_threadsafe(turn.set)

    async def _wait(self, seconds: float | None) -> None:
        turn = asyncio.get_running_loop(), asyncio.Event()
        self._turns.add(turn)
        try:
            async with asyncio.timeout(seconds):
                await turn[1].wait()
        except TimeoutError:
            pass
        finally:
            self._turns.discard(turn)

    async def _run(self) -> None:
        while not self._is_closed:
            await self._go_on(None)

    async def _go_on(self, until: float | None) -> None:
        """The next thing to do, waiting for it where there is none; not beyond `until`."""
        with self.lock:
            if self._is_closed:
                return
            step, expired = self._step()
        left = None if until is None else max(0.001, until - self._calls.clock.monotonic())
        if not isinstance(step, Post) and not expired:
            seconds = step.seconds if isinstance(step, Wait) else None
            await self._wait(min(seconds, left) if seconds is not None and left is not None else seconds)
            return
        self._tell_dropped(expired)
        if isinstance(step, Post):
            await self._attempt(step if left is None else step._replace(seconds=min(step.seconds, left)))

    async def _attempt(self, step: Post) -> None:
        try:
            answer = await self._post(step, self._calls.sent_at())
        except Exception as error:  # what a studio's own HTTP client raises, too: the task must not end by it
            self._unanswered(error)
        else:
            if not self._answered(answer):
                await self._forget()
        self._set_turns()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


async def _resolve(host: Any, port: Any, **options: Any) -> Any:
    return socket.getaddrinfo(host, port, **options)

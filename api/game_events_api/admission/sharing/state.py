"""One worker's line to Redis: asked in groups, given up after a short time, taken up again by itself.

Nothing here can fail a request. While Redis does not answer, `admit` says None and the worker's own limiter and window
decide. An event is remembered only by `remember`, after its commit, so that a failure anywhere can cause a second copy
in the lake, which the warehouse removes, but never a duplicate that is none.
"""

import asyncio
import contextlib
import hashlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from game_events_api.admission.rate_limits import rate_limit

log = logging.getLogger(__name__)
GROUP_IDS = 2_000
"""So many events go in one round trip: a larger group would hold Redis and this event loop up."""
GROUP_REQUESTS = 1_000
UNUSED_MS = 7 * 24 * 3600 * 1000
PROBE_SECONDS = 1.0
"""How long Redis is left alone after it did not answer."""
IDLE_SECONDS = 5.0
"""So often Redis is asked while no event asks it: it may have gone, and `/ready` tells of it."""
TURNS = 3
"""Turns of the event loop in which an answer that has arrived reaches whoever waits for it."""
_folder = files("game_events_api.admission.sharing")
ADMIT = (_folder / "admit.lua").read_text()
REMEMBER = (_folder / "remember.lua").read_text()
ADMIT_SHA, REMEMBER_SHA = (
    hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest() for script in (ADMIT, REMEMBER)
)


@dataclass(frozen=True, slots=True)
class Admitted:
    """What Redis says of a request: `wait` is 0.0, or the seconds until the key has a token again."""

    wait: float
    rate_limit: bytes
    stored: Collection[str]
    """Of the events asked for together, those that are stored, as `<name>/<fingerprint in hexadecimal digits>`."""
    reused: Collection[str]
    """Likewise those of whose name only other content is stored."""


@dataclass(slots=True)
class _Asked:
    key_id: str
    tokens: int
    events: Sequence[tuple[str, bytes]]
    then: Callable[[Admitted | None], None]


@dataclass(slots=True)
class _Stored:
    fresh: Mapping[str, bytes]
    then: Callable[[], None]


class SharedState:
    """Token buckets of the keys, and the events that are stored, in Redis 6.2 or newer (not Redis Cluster).

    `url` may hold a password and is never shown. All that waits in one turn of the event loop, or while a round trip
    is under way, shares the next one.
    """

    def __init__(
        self,
        url: str,
        *,
        prefix: str,
        events_per_second: float,
        burst_seconds: float,
        window: int,
        timeout_seconds: float,
    ) -> None:
        # Not before: it takes a third of a second, and most servers have no Redis.
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        self._client = Redis.from_url(
            url,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=None,  # the whole round trip has one time-out, ours
            socket_connect_timeout=None,
            client_name=prefix,
        )
        self._prefix = prefix
        self._generations = (f"{prefix}:known:young", f"{prefix}:known:old")
        self._half = (window + 1) // 2
        self._cost_us = 1e6 / events_per_second
        self._burst_us = burst_seconds * 1e6
        self._timeout_s = timeout_seconds
        self._asked: deque[_Asked] = deque()
        self._stored: deque[_Stored] = deque()
        self._trips: asyncio.Task[None] | None = None
        self._fallen = asyncio.Event()
        self._fallen.set()
        self.failure = "not connected yet"
        self.failures = 0
        self.fallbacks = 0

    @property
    def up(self) -> bool:
        return not self._fallen.is_set()

    def admit(
        self, key_id: str, tokens: int, events: Sequence[tuple[str, bytes]], then: Callable[[Admitted | None], None]
    ) -> None:
        """Take tokens of the key and look events up, each by name and fingerprint, then call, once.

        With None when Redis does not answer in time.
        """
        if self.up:
            self._asked.append(_Asked(key_id, tokens, events, then))
            self._set_off()
        else:
            self.fallbacks += 1
            then(None)

    def remember(self, fresh: Mapping[str, bytes], then: Callable[[], None]) -> None:
        """Tell the others that these events are on disk, then call: when they know, or when Redis does not answer.

        Fingerprints by name, as the worker's own window keeps them.
        """
        if self.up and self._half:
            self._stored.append(_Stored(fresh, then))
            self._set_off()
        else:
            then()

    @contextlib.asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Keep the line up inside; entering waits for the first attempt, however it ends."""
        await self._attempt()
        keeper = asyncio.create_task(self._keep_up())
        try:
            yield
        finally:
            keeper.cancel()
            with contextlib.suppress(Exception):
                await self._client.aclose()

    async def _keep_up(self) -> None:
        while True:
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._fallen.wait()
            except TimeoutError:
                await self._look()
            else:
                await asyncio.sleep(PROBE_SECONDS)
                await self._attempt()

    async def _look(self) -> None:
        if self._trips is not None:
            return
        try:
            await self._in_time(self._client.ping())
        except Exception as error:
            if self.up:  # else an event has met it meanwhile
                self._fall(error, (), ())

    async def _attempt(self) -> None:
        """A connection of its own, the scripts, and one write: a read-only or full Redis is of no use."""
        try:
            await self._in_time(self._connect())
        except Exception as error:
            self.failure = _why(error)
            return
        self._fallen.clear()
        if self.failures:
            log.warning("Redis answers again: limits and duplicates are shared")

    async def _connect(self) -> None:
        await self._client.connection_pool.disconnect()
        await self._client.script_load(ADMIT)
        await self._client.script_load(REMEMBER)
        await self._client.set(f"{self._prefix}:probe", b"1", ex=60)

    def _set_off(self) -> None:
        if self._trips is None:
            self._trips = asyncio.create_task(self._make_trips())

    async def _make_trips(self) -> None:
        try:
            while self._asked or self._stored:
                await self._make_trip()
        finally:
            self._trips = None

    async def _make_trip(self) -> None:
        asked, stored = self._next_group()
        try:
            pipeline = self._client.pipeline(transaction=False)
            if asked:
                pipeline.evalsha(ADMIT_SHA, 2 + len(asked), *self._admit_arguments(asked))
            if stored:
                pairs = [part for item in stored for pair in item.fresh.items() for part in pair]
                pipeline.evalsha(REMEMBER_SHA, 2, *self._generations, self._half, UNUSED_MS, *pairs)
            replies = await self._in_time(pipeline.execute())
            answers = self._admit_answers(asked, replies[0]) if asked else []
        except Exception as error:
            self._fall(error, asked, stored)
            return
        for item, answer in zip(asked, answers, strict=True):
            _tell(item.then, answer)
        for kept in stored:
            _tell(kept.then)

    def _next_group(self) -> tuple[list[_Asked], list[_Stored]]:
        asked: list[_Asked] = []
        stored: list[_Stored] = []
        ids = 0
        while self._stored and ids < GROUP_IDS:
            stored.append(self._stored.popleft())
            ids += len(stored[-1].fresh)
        while self._asked and ids < GROUP_IDS and len(asked) < GROUP_REQUESTS:
            asked.append(self._asked.popleft())
            ids += len(asked[-1].events)
        return asked, stored

    def _admit_arguments(self, asked: Sequence[_Asked]) -> list[Any]:
        buckets = [f"{self._prefix}:rate:{item.key_id}" for item in asked]
        tokens = [item.tokens for item in asked]
        names = [name for item in asked for name, _ in item.events]
        prints = [fingerprint for item in asked for _, fingerprint in item.events]
        return [*self._generations, *buckets, self._cost_us, self._burst_us, len(asked), *tokens, *names, *prints]

    def _admit_answers(self, asked: Sequence[_Asked], reply: Sequence[list[int]]) -> list[Admitted]:
        rates, *found = reply
        events = [event for item in asked for event in item.events] if any(found) else []
        stored, reused = (
            frozenset(f"{events[at][0]}/{events[at][1].hex()}" for at in positions) for positions in found
        )
        return [
            self._admitted(bool(may), ahead_us, stored, reused)
            for may, ahead_us in zip(*[iter(rates)] * 2, strict=True)
        ]

    def _admitted(self, may: bool, ahead_us: int, stored: Collection[str], reused: Collection[str]) -> Admitted:
        wait_us = 0.0 if may else ahead_us - self._burst_us + self._cost_us
        state = rate_limit((self._burst_us - ahead_us) / self._cost_us, ahead_us / 1e6)
        return Admitted(max(wait_us / 1e6, 0.0), state, stored, reused)

    def _fall(self, error: Exception, asked: Sequence[_Asked], stored: Sequence[_Stored]) -> None:
        """Decide without Redis for everybody who waits, and until an attempt succeeds."""
        self.failures += 1
        self.failure = _why(error)
        log.warning("Redis does not answer: each worker limits and deduplicates alone", extra={"error": self.failure})
        self._fallen.set()
        asked, stored = [*asked, *self._asked], [*stored, *self._stored]
        self._asked.clear()
        self._stored.clear()
        self.fallbacks += len(asked)
        for item in asked:
            _tell(item.then, None)
        for kept in stored:
            _tell(kept.then)

    async def _in_time(self, work: Awaitable[Any]) -> Any:
        task = asyncio.ensure_future(work)
        await asyncio.wait({task}, timeout=self._timeout_s)
        for _ in range(TURNS):  # it may have been this loop that was busy, not Redis
            if task.done():
                break
            await asyncio.sleep(0)
        if not task.done():
            task.cancel()
            raise TimeoutError(f"no answer within {self._timeout_s:g} s")
        return task.result()


def _tell(then: Callable[..., None], *words: object) -> None:
    """A defect in one request must not keep the others waiting."""
    try:
        then(*words)
    except Exception:
        log.exception("unexpected error")


def _why(error: Exception) -> str:
    """What went wrong, in one line without the URL: redis-py's messages name host and port, never the password."""
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]

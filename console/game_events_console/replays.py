"""Replays and dry runs that go on while their page is looked at, left or loaded again.

The API judges and sends a page of events a call, so that no request lasts as long as there are events; a replay here
is the calls, one after the other, and what they came to so far. It ends with this process: what was sent stays sent,
and nothing is sent twice.
"""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from game_events_console.inside import Api, ApiProblem
from game_events_console.sessions import Session

log = logging.getLogger(__name__)
PAGE = 1000
MOST_EVENTS = 100_000
"""More is for the command line."""
KEPT = 50
"""Of those that are over."""
MOST_REFUSALS = 5
"""Are told, those with the most events first."""
PATIENCE = 20
"""So often in a row a call is tried again while others ask."""
PAUSE_SECONDS = 0.5
AT_ONCE_SECONDS = 0.4
"""A small replay is over by then, and its page is shown with the result."""


@dataclass(frozen=True)
class Wanted:
    """What is to be judged again."""

    kind: Literal["rejected", "dead-letters"]
    where: tuple[str, ...]
    dry_run: bool
    event_type: str = ""
    version: str = ""
    """As which version of that type; empty for the one that each event names."""

    @property
    def conditions(self) -> list[tuple[str, str]]:
        return [(name, value) for name, _, value in (one.partition("=") for one in self.where)]

    def body(self, after: str | None) -> dict[str, Any]:
        body: dict[str, Any] = {"dry_run": self.dry_run, "limit": PAGE, "where": list(self.where)}
        if self.version:
            body["as_version"] = f"{self.event_type}/{self.version}"
        return body if after is None else body | {"after": after}


@dataclass(eq=False)
class Replay:
    """`state` says whether it goes on; `said`, why it went no further."""

    wanted: Wanted
    by: str
    """Who asked for it."""
    page: str
    """The address at which it was asked for."""
    name: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    state: Literal["running", "done", "stopped", "failed"] = "running"
    said: str = ""
    total: int | None = None
    """How many there were when it began."""
    looked: int = 0
    passed: int = 0
    repeated: int = 0
    """Of those that passed, how many had been sent before."""
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By rule and message."""
    ended: datetime | None = None
    is_to_stop: bool = False

    @property
    def place(self) -> str:
        """The address at which it is shown."""
        return f"{self.page}{'&' if '?' in self.page else '?'}replay={self.name}#replay"

    @property
    def begins_at(self) -> str:
        """Where the same is asked for again."""
        path, mark, query = self.page.partition("?")
        return f"{path}/replay{mark}{query}"

    @property
    def sent(self) -> int:
        """That were sent, or would be."""
        return self.passed - self.repeated

    @property
    def most_refused(self) -> list[tuple[tuple[str, str], int]]:
        return self.refusals.most_common(MOST_REFUSALS)

    async def run(self, api: Api, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        try:
            await self._go_through(api, pause)
        except ApiProblem as problem:
            self.state, self.said = "failed", str(problem)
        except Exception:
            log.exception("a replay ended")
            self.state, self.said = "failed", "it ended with a fault; the server's log says which"
        self.ended = datetime.now(UTC)

    async def _go_through(self, api: Api, pause: Callable[[float], Awaitable[None]]) -> None:
        stats = await api.get(f"/v1/{self.wanted.kind}/stats", where=list(self.wanted.where))
        self.total = sum(row["events"] for row in stats["counts"])
        after: str | None = None
        while self.state == "running":
            report = await self._next(api, self.wanted.body(after), pause)
            self.looked += report["events"]
            self.passed += report["passed"]
            self.repeated += report["repeated"]
            for one in report["refused"]:
                self.refusals[one["rule"], one["message"]] += one["events"]
            after = report["next"]
            if after is None:
                self.state = "done"
            elif self.is_to_stop:
                self.state, self.said = "stopped", "it was stopped"
            elif self.looked >= MOST_EVENTS:
                self.state = "stopped"
                self.said = f"after {self.looked:,} the rest is for `game-events {self.wanted.kind} replay`"

    async def _next(self, api: Api, body: Any, pause: Callable[[float], Awaitable[None]]) -> Any:
        """The API takes few such calls at once."""
        for _ in range(PATIENCE):
            try:
                return await api.post(f"/v1/{self.wanted.kind}/replay", body)
            except ApiProblem as problem:
                if problem.status != 503:
                    raise
                await pause(PAUSE_SECONDS)
        return await api.post(f"/v1/{self.wanted.kind}/replay", body)


class Replays:
    """Those of this process. One runs at a time: the API has room for two calls, and somebody else may ask."""

    def __init__(self) -> None:
        self._known: dict[str, Replay] = {}
        self._running: asyncio.Task[None] | None = None

    async def begin(self, wanted: Wanted, session: Session, api: Api, page: str) -> Replay:
        """It goes on behind this call, unless it is small. Raises ApiProblem while another runs."""
        if self._running is not None and not self._running.done():
            raise ApiProblem(503, {"title": "Unavailable", "detail": "another replay runs; it is over before long"})
        while len(self._known) >= KEPT:
            self._known.pop(next(iter(self._known)))
        replay = Replay(wanted, session.name, page)
        self._known[replay.name] = replay
        self._running = asyncio.create_task(replay.run(api))
        await asyncio.wait([self._running], timeout=AT_ONCE_SECONDS)
        return replay

    def find(self, name: str, session: Session) -> Replay | None:
        """None for one that is not known any more, and for another's; who signs in anew finds theirs."""
        replay = self._known.get(name)
        return replay if replay is not None and replay.by == session.name else None

    def running_of(self, session: Session) -> Replay | None:
        running = (one for one in self._known.values() if one.state == "running" and one.by == session.name)
        return next(running, None)

"""What other packages add to the admin port: entry points of the group `game_events.admin`.

Each is a callable `(app, surface)`: it adds routes or mounts to the FastAPI application, and knows of the server what
`Surface` gives. So the server imports none of them, and they import nothing of it.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Protocol

from fastapi import FastAPI, Request

from game_events_api.admission.callers import Caller
from game_events_api.admission.people import SignIn
from game_events_api.audit import audit
from game_events_api.operators.access import Access, Authorised
from game_events_api.operators.public_port import PublicPort

log = logging.getLogger(__name__)
GROUP = "game_events.admin"


class Whereabouts(Protocol):
    """Of an event in one place, as an extension knows it: what a sighting is made of."""

    @property
    def seen_in(self) -> str: ...

    @property
    def details(self) -> Mapping[str, Any]: ...


Lookup = Callable[[str], tuple[Sequence[Whereabouts], Collection[str], bool]]
"""An event's id → where it is, paths of lake files that are known not to hold it, and whether everything was looked
through. It is called in a thread, takes a second or two at most, and raises whatever it likes where it cannot say."""


class Surface:
    """The admin port, as an extension sees it."""

    def __init__(
        self,
        data_dir: Path,
        access: Access,
        public: PublicPort | None = None,
        sign_in: SignIn | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Without `public` no server takes events into the folder, or none that this process knows of."""
        self.data_dir = data_dir
        self.public = public
        self.sign_in = sign_in
        """How people get an access token from the studio's issuer; None where only keys let somebody in."""
        self._access = access
        self._wall = wall
        self.lookups: list[Lookup] = []
        self._at_the_end: list[Callable[[], None]] = []

    def looks_up(self, lookup: Lookup) -> None:
        """Let `/v1/trace/{event_id}` ask for more places than the server knows."""
        self.lookups.append(lookup)

    def at_the_end(self, end: Callable[[], None]) -> None:
        """Call it when the process is told to stop: an answer that goes on without an end would hold it up."""
        self._at_the_end.append(end)

    def end(self) -> None:
        for end in self._at_the_end:
            end()

    def authorised(self, scope: str) -> Authorised:
        """A dependency: `Depends(surface.authorised("read"))` gives the Caller, or the request is answered a problem.

        Scopes are `read`, `operate` and `admin`. What a Caller is shown of events goes through `Caller.may_see`.
        """
        return self._access.authorised(scope)

    async def caller(self, request: Request, scope: str, authorization: str) -> Caller:
        """The same for credentials that came another way than in the header, as `Bearer <key or token>`."""
        return await self._access.caller(request, scope, authorization)

    def record(self, caller: Caller, action: str, **details: int | str) -> None:
        """Put what the caller does into the audit log, synced; before it is done: no act is without a record."""
        audit(self.data_dir, action, self._wall(), caller.name, **details)


def add_extensions(app: FastAPI, surface: Surface, found: Iterable[EntryPoint] | None = None) -> dict[str, str]:
    """Add all that are installed. What cannot be added is logged, left out and returned, by name: why not."""
    failures: dict[str, str] = {}
    for point in sorted(entry_points(group=GROUP) if found is None else found, key=lambda point: point.name):
        try:
            point.load()(app, surface)
        except Exception as error:  # whatever is wrong with it: metrics and dead letters are served all the same
            log.exception("an extension of the admin port cannot be added", extra={"extension": point.name})
            failures[point.name] = f"{type(error).__name__}: {error}"
    return failures

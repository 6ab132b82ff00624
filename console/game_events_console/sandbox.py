"""Events sent as a test: through the server's event paths, with the key of whoever is signed in, as `sandbox`."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

from game_events_console.sessions import Session

SCOPE = "ingest"


class PublicPort(Protocol):
    """What of `game_events_api.operators.public_port.PublicPort` is used."""

    async def send(self, events: Sequence[Mapping[str, Any]], authorization: str) -> tuple[int, Mapping[str, Any]]: ...


class Surface(Protocol):
    @property
    def public(self) -> PublicPort | None: ...

    def record(self, caller: Any, action: str, **details: int | str) -> None: ...


@dataclass(frozen=True)
class Sent:
    """What the server answered: results in the order of the events, or why it took the request for none."""

    events: Sequence[Mapping[str, Any]]
    results: Sequence[Mapping[str, Any]] = ()
    refused: str = ""


@dataclass(frozen=True)
class Sandbox:
    surface: Surface

    def why_not(self, session: Session) -> str:
        """What is missing to send from here; empty when nothing is."""
        if self.surface.public is None:
            return "no server takes events here"
        return "" if SCOPE in session.scopes else f"needs a key with the right `{SCOPE}`"

    async def send(self, session: Session, documents: Sequence[Mapping[str, Any]]) -> Sent:
        """Whether the key may write such events the server judges, as of every sender."""
        events = [as_test(document) for document in documents]
        public, why_not = self.surface.public, self.why_not(session)
        if public is None or why_not or not events:
            return Sent(events, refused=why_not or "nothing of it passes")
        await asyncio.to_thread(self.surface.record, session, "test events", events=len(events))
        status, answer = await public.send(events, session.authorization)
        if status != 202:
            return Sent(events, refused=str(answer.get("detail") or answer.get("title") or status))
        return Sent(events, answer["results"])


def as_test(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same event under an id of its own, in the environment that never counts as revenue."""
    return {**document, "event_id": str(uuid4()), "environment": "sandbox"}

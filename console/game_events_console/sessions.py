"""Who is signed in. The key or token stays in this process; a browser keeps a cookie that stands for it."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "game_events_console"
LIFETIME_SECONDS = 12 * 3600.0
MOST = 1000
"""Signed in at once; one more puts out the one who signed in first."""


@dataclass(frozen=True)
class Session:
    authorization: str
    """The header that every call of theirs is made with."""
    name: str
    """`key 4x5qd66l`, `person ada`."""
    scopes: tuple[str, ...]
    until: float
    games: tuple[str, ...] = ()
    """That they may see; none named are all."""
    event_types: tuple[str, ...] = ()
    """The same of types."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """Comes back in every form that changes something."""

    @property
    def operates(self) -> bool:
        return "operate" in self.scopes

    def sees_all_of(self, event_type: str) -> bool:
        """Or what they are told of it may be a part."""
        return not self.games and (not self.event_types or event_type in self.event_types)

    @property
    def role(self) -> str:
        return "admin" if "admin" in self.scopes else "operator" if self.operates else "viewer"


class Sessions:
    def __init__(self, monotonic: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:
        self._monotonic = monotonic
        self._wall = wall
        self._sessions: dict[bytes, Session] = {}

    def begin(self, response: Response, authorization: str, caller: Any, *, secure: bool) -> None:
        """Until the key or token expires, LIFETIME_SECONDS at most. `secure`: the browser came by https."""
        self._drop_old()
        while len(self._sessions) >= MOST:
            self._sessions.pop(next(iter(self._sessions)))
        value = secrets.token_urlsafe(32)
        left = LIFETIME_SECONDS if caller.expires_at is None else caller.expires_at - self._wall()
        seconds = min(left, LIFETIME_SECONDS)
        until = self._monotonic() + seconds
        games, event_types = (() if "*" in of else tuple(sorted(of)) for of in (caller.games, caller.event_types))
        self._sessions[_digest(value)] = Session(
            authorization, caller.name, tuple(caller.scopes), until, games, event_types
        )
        response.set_cookie(
            COOKIE,
            value,
            max_age=max(0, int(seconds)),
            path="/console",
            secure=secure,
            httponly=True,
            samesite="strict",
        )

    def of(self, request: Request) -> Session | None:
        session = self._sessions.get(_digest(request.cookies.get(COOKIE, "")))
        return session if session is not None and session.until > self._monotonic() else None

    def end(self, request: Request, response: Response) -> None:
        self._sessions.pop(_digest(request.cookies.get(COOKIE, "")), None)
        response.delete_cookie(COOKIE, path="/console", httponly=True, samesite="strict")

    def _drop_old(self) -> None:
        now = self._monotonic()
        self._sessions = {key: session for key, session in self._sessions.items() if session.until > now}


def is_own(request: Request, token: str, session: Session | None) -> bool:
    """Whether a form was sent by a page of ours, and by the person it was made for."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    return session is None or hmac.compare_digest(token.encode(), session.token.encode())


def _digest(value: str) -> bytes:
    return hashlib.sha256(value.encode()).digest()

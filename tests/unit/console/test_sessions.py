"""How long somebody is signed in."""

from dataclasses import dataclass

import pytest
from game_events_console.sessions import COOKIE, LIFETIME_SECONDS, Sessions
from starlette.requests import Request
from starlette.responses import Response

WALL = 1_700_000_000.0


@dataclass(frozen=True)
class Whoever:
    expires_at: float | None
    name: str = "person ada"
    scopes: tuple[str, ...] = ("read",)
    games: tuple[str, ...] = ("*",)
    event_types: tuple[str, ...] = ("*",)


def request_after(response: Response) -> Request:
    cookie = response.headers["set-cookie"].partition(";")[0]
    return Request({"type": "http", "headers": [(b"cookie", cookie.encode())]})


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [(None, LIFETIME_SECONDS), (90.0, 90.0), (LIFETIME_SECONDS * 3, LIFETIME_SECONDS), (-20.0, -20.0)],
)
def test_a_session_ends_with_its_key_or_token_and_after_its_time_at_most(
    expires_in: float | None, seconds: float
) -> None:
    now = [0.0]
    sessions = Sessions(monotonic=lambda: now[0], wall=lambda: WALL)
    response = Response()
    expires_at = None if expires_in is None else WALL + expires_in
    sessions.begin(response, "Bearer x", Whoever(expires_at), secure=True)
    assert COOKIE in response.headers["set-cookie"]
    request = request_after(response)
    for at, there in ((0.0, seconds > 0), (seconds - 0.1, seconds > 0), (seconds, False)):
        now[0] = at if at > 0 else 0.0
        assert (sessions.of(request) is not None) is there

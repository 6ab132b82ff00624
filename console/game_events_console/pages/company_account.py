"""Signing in with the company account: to the studio's issuer and back, by its authorization code."""

import base64
import hmac
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from game_events_console.pages.signing import form, own_place, words_of
from game_events_console.rendering import shown
from game_events_console.visits import Pages

COOKIE = "game_events_sign_in"
"""With whoever is on the way: what they have to come back with, and where to. It holds no secret of ours."""
PATH = "/console/sign-in/oidc"
SECONDS = 600
LONGEST_PLACE = 1000
LONGEST = 4096
ANOTHER = "This sign-in was not begun in this browser, or is over: sign in again"


class Begun(Protocol):
    @property
    def url(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def nonce(self) -> str: ...
    @property
    def verifier(self) -> str: ...


class SignIn(Protocol):
    """`game_events_api.admission.people.SignIn`; what it refuses it raises as `Identify` does."""

    @property
    def redirect_url(self) -> str: ...

    async def begin(self) -> Begun: ...

    async def finish(self, code: str, nonce: str, verifier: str) -> str: ...


def add_company_account(pages: Pages, sign_in: SignIn | None) -> list[Route]:
    """No routes where only keys let somebody in."""
    if sign_in is None:
        return []
    secure = sign_in.redirect_url.startswith("https:")

    async def go(request: Request) -> Response:
        to = own_place(request.query_params.get("to", "")[:LONGEST_PLACE])
        try:
            begun = await sign_in.begin()
        except Exception as refused:
            return form(request, pages, to, words_of(refused), 503)
        response = RedirectResponse(begun.url, 303, {"cache-control": "no-store"})
        kept = ".".join((begun.state, begun.nonce, begun.verifier, base64.urlsafe_b64encode(to.encode()).decode()))
        response.set_cookie(COOKIE, kept, SECONDS, path=PATH, secure=secure, httponly=True, samesite="lax")
        return response

    async def come_back(request: Request) -> Response:
        response = await _back(request)
        response.delete_cookie(COOKIE, path=PATH, secure=secure, httponly=True, samesite="lax")
        return response

    async def _back(request: Request) -> Response:
        kept, query = _kept(request), request.query_params
        if kept is None or not hmac.compare_digest(query.get("state", "").encode(), kept[0].encode()):
            return form(request, pages, "", ANOTHER, 400)
        _, nonce, verifier, to = kept
        if (code := query.get("code", "")) == "" or "error" in query or len(code) > LONGEST:
            why = query.get("error", "it sent no code")[:40]
            return form(request, pages, to, f"Your company's sign-in did not let you in: {why}", 403)
        try:
            authorization = f"Bearer {await sign_in.finish(code, nonce, verifier)}"
            caller = await pages.identify(request, "read", authorization)
        except Exception as refused:
            status = _status(refused)
            said = words_of(refused) + ("; whoever runs your company's accounts gives roles" if status == 403 else "")
            return form(request, pages, to, said, status)
        # Not a redirect: with one that began on another site the browser would not send the session's cookie.
        response = shown(request, "signin.html", None, said="", to="", again=to, account=True)
        pages.sessions.begin(response, authorization, caller, secure=secure)
        return response

    return [Route("/sign-in/oidc", go), Route("/sign-in/oidc/callback", come_back)]


def _kept(request: Request) -> tuple[str, str, str, str] | None:
    """State, nonce, verifier and where to go, if somebody is on the way."""
    parts = request.cookies.get(COOKIE, "").split(".")
    if len(parts) != 4 or not all(parts):
        return None
    state, nonce, verifier, place = parts
    try:
        return state, nonce, verifier, own_place(base64.urlsafe_b64decode(place).decode())
    except ValueError:
        return None


def _status(refused: Any) -> int:
    return int(getattr(getattr(refused, "problem", None), "status", 401))

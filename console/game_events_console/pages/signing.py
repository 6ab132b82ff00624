"""Signing in with an API key, and out."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from game_events_console import forms
from game_events_console.rendering import shown
from game_events_console.sessions import is_own
from game_events_console.visits import Pages

LONGEST = 512


def add_signing(pages: Pages) -> list[Route]:
    async def ask(request: Request) -> Response:
        return _form(request, request.query_params.get("to", ""))

    async def sign_in(request: Request) -> Response:
        form = await forms.read(request)
        key, to = form.get("key", "").strip()[:LONGEST], form.get("to", "")
        if not is_own(request, "", None):
            return _form(request, to, "This form came from another site; sign in here", 403)
        authorization = f"Bearer {key}"
        try:
            caller = await pages.identify(request, "read", authorization)
        except Exception as refused:
            detail = getattr(refused, "detail", None)
            if detail is None:
                raise
            said = str(detail)
            return _form(request, to, said[:1].upper() + said[1:], 401)
        response = RedirectResponse(_own_place(to), 303)
        pages.sessions.begin(request, response, authorization, caller.name, tuple(caller.scopes))
        return response

    async def sign_out(request: Request) -> Response:
        session = pages.sessions.of(request)
        form = await forms.read(request)
        response = RedirectResponse("/console/sign-in", 303)
        if session is not None and is_own(request, form.get("token", ""), session):
            pages.sessions.end(request, response)
        return response

    return [
        Route("/sign-in", ask),
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/sign-out", sign_out, methods=["POST"]),
    ]


def _form(request: Request, to: str, said: str = "", status: int = 200) -> Response:
    return shown(request, "signin.html", None, status, said=said, to=to, again=False)


def _own_place(to: str) -> str:
    """Where they wanted to go; nowhere but within the console."""
    return to if to.startswith("/console/") and "\\" not in to and "//" not in to.partition("?")[0] else "/console/live"

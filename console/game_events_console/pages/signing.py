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
        return form(request, pages, request.query_params.get("to", ""))

    async def sign_in(request: Request) -> Response:
        sent = await forms.read(request)
        key, to = sent.get("key", "").strip()[:LONGEST], sent.get("to", "")
        if not is_own(request, "", None):
            return form(request, pages, to, "This form came from another site; sign in here", 403)
        authorization = f"Bearer {key}"
        try:
            caller = await pages.identify(request, "read", authorization)
        except Exception as refused:
            return form(request, pages, to, words_of(refused), 401)
        response = RedirectResponse(own_place(to), 303)
        pages.sessions.begin(response, authorization, caller, secure=request.url.scheme == "https")
        return response

    async def sign_out(request: Request) -> Response:
        session = pages.sessions.of(request)
        sent = await forms.read(request)
        response = RedirectResponse("/console/sign-in", 303)
        if session is not None and is_own(request, sent.get("token", ""), session):
            pages.sessions.end(request, response)
        return response

    return [
        Route("/sign-in", ask),
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/sign-out", sign_out, methods=["POST"]),
    ]


def form(request: Request, pages: Pages, to: str, said: str = "", status: int = 200) -> Response:
    return shown(request, "signin.html", None, status, said=said, to=to, again=False, account=pages.account)


def words_of(refused: Exception) -> str:
    """What the application would have answered; raises whatever is no refusal."""
    detail = getattr(refused, "detail", None)
    if detail is None:
        raise refused
    text = str(detail)
    return text[:1].upper() + text[1:]


def own_place(to: str) -> str:
    """Where they wanted to go; nowhere but within the console."""
    return to if to.startswith("/console/") and "\\" not in to and "//" not in to.partition("?")[0] else "/console/live"

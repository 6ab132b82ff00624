"""One request for a page: who asks, what every page shows beside its own, and what is shown when the API refuses."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from game_events_console import forms
from game_events_console.inside import Api, ApiProblem
from game_events_console.rendering import shown
from game_events_console.sessions import Session, Sessions, is_own

log = logging.getLogger(__name__)
Identify = Callable[[Any, str, str], Awaitable[Any]]
"""Request, scope, Authorization → whoever that is; raises what the application answers with."""


@dataclass(frozen=True)
class Visit:
    request: Request
    session: Session
    api: Api

    async def page(self, template: str, here: str, title: str, status: int = 200, **values: Any) -> Response:
        """The page, with what the frame around it shows."""
        return shown(
            self.request,
            template,
            self.session,
            status,
            here=here,
            title=title,
            refused_today=await self._refused_today(),
            **values,
        )

    async def form(self) -> dict[str, str]:
        """What was sent; Foreign unless a page of this session did."""
        form = await forms.read_long(self.request)
        if not is_own(self.request, form.get("token", ""), self.session):
            raise Foreign
        return form

    async def _refused_today(self) -> int:
        since = (datetime.now(UTC) - timedelta(hours=24)).strftime("%Y-%m-%dT%H")
        ledger = await self.api.get("/v1/ledger", since=since)
        return int(ledger["stages"].get("rejected", 0))


class Foreign(Exception):
    """A form that none of our pages sent, or one of another session."""


Show = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True)
class Pages:
    app: ASGIApp
    sessions: Sessions
    identify: Identify
    account: bool
    """Whether people may sign in with their company's account, too."""

    def route(self, path: str, show: Show, here: str, title: str, methods: tuple[str, ...] = ("GET",)) -> Route:
        """A page for those who are signed in."""

        async def answer(request: Request) -> Response:
            session = self.sessions.of(request)
            if session is None:
                return _to_sign_in(request)
            visit = Visit(request, session, Api.of(request, self.app, session.authorization))
            try:
                return await show(visit)
            except ApiProblem as problem:
                if problem.status == 401:  # revoked meanwhile
                    return _to_sign_in(request)
                return await _trouble(visit, problem, here, title)
            except forms.TooLong:
                said = (
                    f"This is longer than the {forms.MOST_PASTED_BYTES // 1024:,} KiB of a page: go back and send less"
                )
                return await _trouble(visit, ApiProblem(413, {"title": "The form is too long"}), here, title, said)
            except Foreign:
                said = "This form is of another session: open the page again"
                return await _trouble(visit, ApiProblem(403, {"title": "Forbidden"}), here, title, said)
            except Exception:
                log.exception("a page failed", extra={"page": here})
                said = "This page failed here; the server's log says why"
                return await _trouble(visit, ApiProblem(503, {"title": "Not now"}), here, title, said)

        return Route(path, answer, methods=list(methods))


async def _trouble(visit: Visit, problem: ApiProblem, here: str, title: str, said: str | None = None) -> Response:
    advice = {
        403: "Sign in with a key that has the right: `operate` to replay and to see personal data.",
        404: "It is not here, not any more, or not for the games of your key. What was taken is safe.",
        503: "What was taken is safe, and is shown again as soon as it can be read.",
    }.get(problem.status, "Ask again; the details below say what was refused.")
    values = {"problem": problem, "said": said or _sentence(problem), "advice": advice, "refused_today": 0}
    return shown(visit.request, "trouble.html", visit.session, problem.status, here=here, title=title, **values)


def _sentence(problem: ApiProblem) -> str:
    text = str(problem)
    return text[:1].upper() + text[1:]


def _to_sign_in(request: Request) -> Response:
    """A link on another site brings no cookie of ours along; a page that loads itself again does."""
    if request.headers.get("sec-fetch-site") == "cross-site" and request.method == "GET":
        return shown(request, "signin.html", None, said="", to="", again=True, account=False)
    if request.headers.get("x-partial") == "true":
        return Response(status_code=401)  # the page opens the address itself, and is led to the sign-in
    path = request.scope.get("root_path", "") + request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/console/sign-in?to={quote(path + query, safe='')}", 303)

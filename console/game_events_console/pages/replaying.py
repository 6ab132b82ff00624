"""Dry runs and replays of rejected events and dead letters: begun by a form, followed by their page, stopped."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from game_events_console.inside import ApiProblem
from game_events_console.rendering import shown
from game_events_console.replays import Replay, Replays, Wanted
from game_events_console.visits import Pages, Visit

Kind = Literal["rejected", "dead-letters"]
FAULT = ("rule", "pointer", "event_type", "schema_version")
"""By what a group of rejected events is selected, and of a fold by one more."""
OF_A_FOLD = ("build", "key_id")
OF_LETTERS = ("reason", "event_type", "game_id")


def routes(pages: Pages, replays: Replays) -> list[Route]:
    async def follow(visit: Visit) -> Response:
        return shown(visit.request, "replay_now.html", visit.session, replay=_known(replays, visit))

    async def stop(visit: Visit) -> Response:
        await visit.form()
        replay = _known(replays, visit)
        replay.is_to_stop = True
        return RedirectResponse(replay.place, 303)

    return [
        pages.route("/rejected/replay", _beginning("rejected", replays), "rejected", "Rejected", ("POST",)),
        pages.route("/dead-letters/replay", _beginning("dead-letters", replays), "rejected", "Dead letters", ("POST",)),
        pages.route("/replays/{name}", follow, "rejected", "Replay"),
        pages.route("/replays/{name}/stop", stop, "rejected", "Replay", ("POST",)),
    ]


def _beginning(kind: Kind, replays: Replays) -> Callable[[Visit], Awaitable[Response]]:
    async def begin(visit: Visit) -> Response:
        form = await visit.form()
        if not visit.session.operates:
            raise ApiProblem(403, {"title": "Forbidden", "detail": "a replay needs the scope 'operate'"})
        wanted = _wanted(kind, form)
        query = [(name, value) for name, value in visit.request.query_params.multi_items() if name != "replay"]
        replay = await replays.begin(wanted, visit.session, visit.api, f"/console/{kind}?{urlencode(query)}")
        return RedirectResponse(replay.place, 303)

    return begin


def _wanted(kind: Kind, form: Mapping[str, str]) -> Wanted:
    dry_run = form.get("do") != "replay"
    if kind == "dead-letters":
        return Wanted(kind, tuple(f"{name}={form[name]}" for name in OF_LETTERS if name in form), dry_run)
    names = (*FAULT, *(name for name in OF_A_FOLD if name in form))
    where = tuple(f"{name}={form.get(name, '')}" for name in names)
    return Wanted(kind, where, dry_run, form.get("event_type", ""), form.get("as", ""))


def _known(replays: Replays, visit: Visit) -> Replay:
    replay = replays.find(visit.request.path_params["name"], visit.session)
    if replay is None:
        raise ApiProblem(404, {"title": "Not Found", "detail": "this replay is not known here any more"})
    return replay


def of_page(replays: Replays, visit: Visit, kind: Kind) -> dict[str, Any]:
    """What a page shows: the replay in its address, whether one is forgotten, and one that runs and is not there."""
    name = visit.request.query_params.get("replay", "")
    replay = replays.find(name, visit.session)
    if replay is not None and replay.wanted.kind != kind:
        replay = None
    running = replays.running_of(visit.session)
    return {
        "replay": replay,
        "forgotten": bool(name) and replay is None,
        "elsewhere": None if running is replay else running,
    }

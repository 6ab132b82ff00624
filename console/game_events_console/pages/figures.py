"""Revenue, players, and every page that a query's specification names."""

import asyncio
import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from game_events_console.inside import ApiProblem
from game_events_console.rendering import HEADERS, day, money, number, percent
from game_events_console.restated import Restated, restated
from game_events_console.visits import Pages, Visit

ABOUT = {
    "revenue": "Production purchases less what was refunded, in the base currency, at the rate of the event's day.",
    "players": "Who came, who came back, and what a player of each source is worth.",
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
Tiles = Sequence[tuple[str, str, str]]


def routes(pages: Pages) -> list[Route]:
    async def revenue(visit: Visit) -> Response:
        return await _page(visit, "revenue", "Revenue")

    async def players(visit: Visit) -> Response:
        return await _page(visit, "players", "Players")

    async def another(visit: Visit) -> Response:
        name = visit.request.path_params["page"]
        return await _page(visit, name, name.replace("_", " ").capitalize())

    return [
        pages.route("/revenue", revenue, "revenue", "Revenue"),
        pages.route("/players", players, "players", "Players"),
        pages.route("/q/{page}", another, "revenue", "Figures"),
        pages.route("/csv/{name}", _csv, "revenue", "Figures"),
    ]


async def _page(visit: Visit, name: str, title: str) -> Response:
    listed = (await visit.api.get("/v1/queries"))["queries"]
    mine = sorted((one for one in listed if one["page"] == name), key=lambda one: (one["order"], one["name"]))
    if not mine:
        raise ApiProblem(404, {"title": "Not Found", "detail": f"no query is shown on a page '{name[:64]}'"})
    given = _given(visit)
    answers = await asyncio.gather(*(visit.api.get(f"/v1/queries/{one['name']}", **given) for one in mine))
    tiles, notes = await _above(visit, name, given)
    since = visit.request.query_params.get("since", "")[:20]
    changes = await _changes(visit, given, since) if name == "revenue" else None
    query = f"?{urlencode({key: value for key, value in given.items() if value})}"
    return await visit.page(
        "figures.html",
        name,
        title,
        about=ABOUT.get(name, "Asked of the warehouse."),
        answers=answers,
        as_of=answers[0]["as_of"],
        tiles=tiles,
        notes=notes,
        games=await _games(visit),
        query=query,
        changes=changes,
        since=since,
        days=given["days"],
        game=given["game"],
    )


def _given(visit: Visit) -> dict[str, str]:
    days = visit.request.query_params.get("days", "28")
    return {
        "days": days if days in ("7", "28", "90") else "28",
        "game": visit.request.query_params.get("game", "")[:128],
    }


async def _changes(visit: Visit, given: Mapping[str, str], since: str) -> Restated:
    moment = since if MOMENT.fullmatch(since) else None
    return restated(await visit.api.get("/v1/revenue/changes", since=moment, **given))


async def _games(visit: Visit) -> list[str]:
    rows = (await visit.api.get("/v1/ledger"))["rows"]
    return sorted({row["game_id"] for row in rows} - {"", "*"})


async def _above(visit: Visit, name: str, given: Mapping[str, str]) -> tuple[Tiles, list[tuple[str, str]]]:
    """The tiles, and what the sums do not hold."""
    if name not in ABOUT:
        return [], []
    answer = await visit.api.get(f"/v1/queries/{name}_totals", **given)
    names = [column["name"] for column in answer["columns"]]
    found = dict(zip(names, answer["rows"][0], strict=True)) if answer["rows"] else dict.fromkeys(names)
    return (_revenue(found), _missing(found)) if name == "revenue" else (_players(found), [])


def _revenue(found: Mapping[str, Any]) -> Tiles:
    gross, refunded, unit = _amount(found["gross"]), _amount(found["refunded"]), found["currency"] or ""
    payers = found["payers"] or 0
    return [
        ("Gross", f"{unit} {money(gross)}", f"{number(found['purchases'] or 0)} purchases"),
        (
            "Refunds",
            f"{unit} {money(refunded)}",
            f"{number(found['refunds'] or 0)}, {percent(-refunded, gross)} of gross",
        ),
        ("Net", f"{unit} {money(gross + refunded)}", "before tax and store fees"),
        ("Payers", number(payers), f"{unit} {money(gross / payers)} each" if payers else "nobody yet"),
        ("Not in these sums", number(found["pending"] or 0), "purchases without a rate yet"),
    ]


def _missing(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    notes = []
    if found["stale"]:
        said = f"{number(found['stale'])} of {number(found['purchases'])} purchases ({found['currency']} "
        said += f"{money(_amount(found['stale_amount']))}) use rates that are up to {found['oldest_days']} days old."
        notes.append((f"Rates are {found['oldest_days']} days old", f"{said} They are restated when rates arrive."))
    if found["pending"]:
        said = f"{number(found['pending'])} purchases are in currencies without a rate: left out, not counted as zero."
        notes.append(("Some purchases have no rate yet", said))
    return notes


def _players(found: Mapping[str, Any]) -> Tiles:
    players, unit = found["players"] or 0, found["currency"] or ""
    return [
        ("New players", number(players), "installed in these days"),
        ("Became payers", number(found["payers"] or 0), f"{percent(found['payers'] or 0, players)} of them"),
        ("Value of a player", f"{unit} {money(_amount(found['player_value']))}", "so far, net"),
        ("Value of a payer", f"{unit} {money(_amount(found['payer_value']))}", "so far, net"),
        ("From paid sources", percent(found["paid"] or 0, players), f"{number(found['paid'] or 0)} players"),
    ]


def _amount(value: Any) -> float:
    return float(value or 0)


async def _csv(visit: Visit) -> Response:
    name = visit.request.path_params["name"]
    answer = await visit.api.get(f"/v1/queries/{name}", **_given(visit))
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([column["name"] for column in answer["columns"]])
    writer.writerows([[_cell(value) for value in row] for row in answer["rows"]])
    headers = HEADERS | {"content-disposition": f'attachment; filename="{answer["name"]}-{day(answer["as_of"])}.csv"'}
    return Response(made.getvalue(), media_type="text/csv", headers=headers)


def _cell(value: Any) -> Any:
    """A spreadsheet takes text that begins so for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "@", "\t", "\r") else value

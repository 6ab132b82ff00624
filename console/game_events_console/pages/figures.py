"""Revenue, players, and every page that a query's specification names."""

import asyncio
import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from game_events_console.inside import ApiProblem
from game_events_console.rendering import HEADERS, day, money, number, percent
from game_events_console.restated import Restated, restated
from game_events_console.visits import Pages, Visit

ABOUT = {
    "revenue": "Production purchases less refunds in the base currency, at the rate of each event's day.",
    "players": "Who came, who came back, and what a player of each source is worth.",
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
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
    tiles, notes, unit = await _above(visit, name, given)
    for answer in answers:
        answer["about"] = _in(answer["about"], unit)
    since = visit.request.query_params.get("since", "")[:20]
    changes = await _changes(visit, given, since) if name == "revenue" else None
    query = f"?{urlencode({key: value for key, value in given.items() if value})}"
    return await visit.page(
        "figures.html",
        name,
        title,
        about=_in(ABOUT.get(name, "Asked of the warehouse."), unit),
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
    game = visit.request.query_params.get("game", "")[:128]
    if not game and visit.session.games:  # figures of all games are not for who sees some
        game = visit.session.games[0]
    return {"days": days if days in ("7", "28", "90") else "28", "game": game}


async def _changes(visit: Visit, given: Mapping[str, str], since: str) -> Restated:
    moment = since if MOMENT.fullmatch(since) else None
    return restated(await visit.api.get("/v1/revenue/changes", since=moment, **given))


async def _games(visit: Visit) -> list[str]:
    if visit.session.games:
        return list(visit.session.games)
    rows = (await visit.api.get("/v1/ledger"))["rows"]
    return sorted({row["game_id"] for row in rows} - {"", "*"})


def _in(text: str, unit: str) -> str:
    """`unit` is the base currency, where it is known."""
    return text.replace("the base currency", unit).replace("base currency", unit) if unit else text


async def _above(visit: Visit, name: str, given: Mapping[str, str]) -> tuple[Tiles, list[tuple[str, Markup]], str]:
    """The tiles, what the sums do not hold, and the base currency."""
    if name not in ABOUT:
        return [], [], ""
    answer = await visit.api.get(f"/v1/queries/{name}_totals", **given)
    names = [column["name"] for column in answer["columns"]]
    found = dict(zip(names, answer["rows"][0], strict=True)) if answer["rows"] else dict.fromkeys(names)
    unit = found["currency"] or ""
    if name == "revenue":
        return _revenue(found, unit), _missing(found, unit), unit
    return _players(found, unit, int(given["days"])), [], unit


def _revenue(found: Mapping[str, Any], unit: str) -> Tiles:
    gross, refunded = _amount(found["gross"]), _amount(found["refunded"])
    payers = found["payers"] or 0
    return [
        ("Gross", _priced(unit, gross), f"{number(found['purchases'] or 0)} purchases"),
        ("Refunds", _priced(unit, refunded), f"{number(found['refunds'] or 0)}, {percent(-refunded, gross)} of gross"),
        ("Net", _priced(unit, gross + refunded), "before tax and store fees"),
        ("Payers", number(payers), f"{_priced(unit, gross / payers)} each" if payers else "nobody yet"),
        ("Not in these sums", number(found["pending"] or 0), "purchases without a rate yet"),
    ]


def _missing(found: Mapping[str, Any], unit: str) -> list[tuple[str, Markup]]:
    """One notice; none where every purchase is in the sums at a rate of its day."""
    stale, pending, purchases = found["stale"] or 0, found["pending"] or 0, found["purchases"] or 0
    said = []
    if stale:
        of = Markup("<b>{} of {} purchases</b> ({}) use rates that are up to {} days old.")
        said.append(
            of.format(
                number(stale), number(purchases), _priced(unit, _amount(found["stale_amount"])), found["oldest_days"]
            )
        )
    if pending:
        said.append(
            Markup("<b>{} purchases</b> have no rate yet and are left out, not counted as zero.").format(
                number(pending)
            )
        )
    if not said:
        return []
    said.append(Markup("{} restated when rates arrive.").format("Both are" if stale and pending else "They are"))
    title = f"Rates are {found['oldest_days']} days old" if stale else "Some purchases have no rate yet"
    return [(title, Markup(" ").join(said))]


def _players(found: Mapping[str, Any], unit: str, days: int) -> Tiles:
    players = found["players"] or 0
    return [
        ("New players", number(players), f"{number(round(players / days))} a day"),
        ("Became payers", number(found["payers"] or 0), f"{percent(found['payers'] or 0, players)} of them"),
        ("Value of a player", _priced(unit, _amount(found["player_value"])), "so far, net"),
        ("Value of a payer", _priced(unit, _amount(found["payer_value"])), "so far, net"),
        ("From paid sources", percent(found["paid"] or 0, players), f"{number(found['paid'] or 0)} players"),
    ]


def _priced(unit: str, value: float) -> str:
    """`$992.16`, `CHF 12.00`; a minus goes before the symbol."""
    sign = "−" if round(value, 2) < 0 else ""
    symbol = SYMBOLS.get(unit, f"{unit} " if unit else "")
    return f"{sign}{symbol}{money(abs(value))}"


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

"""Catalog: events, their versions and fields, what changed, who sends what, and until when."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from game_events_models import contract
from starlette.responses import Response
from starlette.routing import Route

from game_events_console.code import example
from game_events_console.difference import between
from game_events_console.documents import lines_of
from game_events_console.forecast import DAYS, Forecast, forecast, per_day
from game_events_console.inside import ApiProblem
from game_events_console.kinds import holds
from game_events_console.visits import Pages, Visit
from game_events_console.warehouse_figures import Silence, asked

Accepted = Mapping[tuple[str, str], tuple[int, list[str]]]
"""By event and version: how many, and of which games; of games that the key may see."""
MOST_SENDERS = 40
SENT_DAYS = 28
TO_OTHERS = "When nobody sends it any more is told to a key that sees it of every game."


def routes(pages: Pages) -> list[Route]:
    return [
        pages.route("/catalog", _events, "catalog", "Catalog"),
        pages.route("/catalog/{event_type}", _event, "catalog", "Catalog"),
    ]


async def _events(visit: Visit) -> Response:
    accepted = await _accepted(visit)
    events = [_listed(event_type, versions, accepted) for event_type, versions in contract.versions().items()]
    old = [
        {"event_type": event["name"], **one}
        for event in events
        for one in event["versions"]
        if one["status"] in ("deprecated", "retired") and one["accepted"]
    ]
    return await visit.page("catalog.html", "catalog", "Catalog", events=events, old=old)


def _listed(event_type: str, versions: tuple[str, ...], accepted: Accepted) -> dict[str, Any]:
    sent = [_sent(event_type, one, accepted) for one in versions]
    current = contract.default_version(event_type)
    schema = contract.inlined_schema(event_type, current)
    return {
        "name": event_type,
        "about": schema.get("description", ""),
        "current": current,
        "fields": list(schema.get("properties", {})),
        "personal": len(contract.personal_data(event_type, current)),
        "versions": sorted(sent, key=lambda one: -one["accepted"]),
        "accepted": sum(one["accepted"] for one in sent),
    }


async def _event(visit: Visit) -> Response:
    event_type = visit.request.path_params["event_type"]
    versions = contract.versions().get(event_type)
    if versions is None:
        raise ApiProblem(404, {"title": "Not Found", "detail": f"there is no event '{event_type[:64]}'"})
    query = visit.request.query_params
    version = _one_of(versions, query.get("version"), contract.default_version(event_type))
    before = versions[max(0, versions.index(version) - 1)]
    accepted = await _accepted(visit)
    return await visit.page(
        "catalog_event.html",
        "catalog",
        event_type,
        event_type=event_type,
        version=version,
        other=(other := _one_of(versions, query.get("from"), before)),
        state=_status(event_type, version),
        about=contract.schema(event_type, version).get("description", ""),
        module=await asyncio.to_thread(_module, event_type, version),
        versions=[_sent(event_type, one, accepted) for one in versions],
        **await _senders(visit, event_type),
        sent_days=SENT_DAYS,
        whole=visit.session.sees_all_of(event_type),
        forecasts=await _forecasts(visit, event_type, versions),
        fields=list(_fields(event_type, version, versions)),
        example=lines_of(example(event_type, version), [], fold=False),
        difference=between(event_type, other, version),
    )


def _module(event_type: str, version: str) -> str:
    """Of the model; it is imported for that."""
    return contract.models()[event_type][version].__module__


def _one_of(versions: tuple[str, ...], wanted: str | None, otherwise: str) -> str:
    return wanted if wanted in versions else otherwise


async def _senders(visit: Visit, event_type: str) -> dict[str, Any]:
    """By version, build and key, most first, as the warehouse has it, or why it does not say."""
    games = visit.session.games
    of_one = {"game": games[0]} if len(games) == 1 else {}
    answer = await asked(visit.api, "senders", days=SENT_DAYS, **of_one)
    if isinstance(answer, Silence):
        return {"senders": (), "sent_as_of": None, "unsaid": answer.said}
    names = [column["name"] for column in answer["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in answer["rows"]]
    mine = [row for row in rows if row["event_type"] == event_type]
    most = max((row["events"] for row in mine), default=1)
    shown = [{**row, "share": 100 * row["events"] / most} for row in mine[:MOST_SENDERS]]
    return {"senders": shown, "sent_as_of": answer["as_of"]}


async def _forecasts(visit: Visit, event_type: str, versions: tuple[str, ...]) -> Mapping[str, Forecast]:
    """Of each deprecated version, when nobody will send it any more."""
    deprecated = [one for one in versions if _status(event_type, one) == "deprecated"]
    if not visit.session.sees_all_of(event_type):  # others may send it who are not told of
        return dict.fromkeys(deprecated, Forecast(TO_OTHERS))
    if not deprecated:
        return {}
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=back) for back in range(DAYS + 1)]
    accepted = {day: await _accepted(visit, f"{day}T00") for day in days}
    sent = {one: per_day({day: accepted[day][event_type, one][0] for day in days}) for one in versions}
    everybody = {day: sum(of[day] for of in sent.values()) for day in days[1:]}
    return {one: forecast(sent[one], everybody) for one in deprecated}


async def _accepted(visit: Visit, since: str | None = None) -> Accepted:
    """Since that hour."""
    counts: defaultdict[tuple[str, str], tuple[int, list[str]]] = defaultdict(lambda: (0, []))
    for row in (await visit.api.get("/v1/ledger", since=since))["rows"]:
        if row["stage"] == "accepted":
            events, games = counts[row["event_type"], row["schema_version"]]
            counts[row["event_type"], row["schema_version"]] = (events + row["events"], [*games, row["game_id"]])
    return counts


def _sent(event_type: str, version: str, accepted: Accepted) -> dict[str, Any]:
    events, games = accepted[event_type, version]
    sunset = contract.lifecycle(event_type, version).sunset
    said = {"version": version, "status": _status(event_type, version), "accepted": events, "games": sorted(games)}
    return {**said, "sunset": None if sunset is None else sunset.isoformat()}


def _status(event_type: str, version: str) -> str:
    lifecycle, now = contract.lifecycle(event_type, version), datetime.now(UTC)
    if lifecycle.is_retired(now):
        return "retired"
    return "deprecated" if lifecycle.is_deprecated(now) else "current" if lifecycle.default else "supported"


def _fields(event_type: str, version: str, versions: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Those of the version, then those that an earlier one had."""
    notes = contract.annotations(event_type, version)
    schema = contract.inlined_schema(event_type, version)
    required = set(schema.get("required", ()))
    earlier = {
        one: contract.inlined_schema(event_type, one)["properties"] for one in versions[: versions.index(version)]
    }
    for name, field in schema["properties"].items():
        said = notes.get(f"/{name}", {})
        since = next((one for one, fields in earlier.items() if name in fields), version)
        tags = [("pii", said["x-pii"].replace("_", " "))] if "x-pii" in said else []
        tags += [("old", f"deprecated since {said['deprecated']}")] if "deprecated" in said else []
        tags += [("new", "new")] if earlier and since == version else []
        yield {**_described(name, field), "required": name in required, "since": since, "tags": tags, "gone": False}
    gone = {name: (one, field) for one, fields in earlier.items() for name, field in fields.items()}
    for name, (last, field) in gone.items():
        if name not in schema["properties"]:
            tags = [("cut", f"removed after {last}")]
            yield {**_described(name, field), "required": False, "since": "", "tags": tags, "gone": True}


def _described(name: str, field: Any) -> dict[str, Any]:
    known = field if isinstance(field, dict) else {}
    return {
        "name": name,
        "kind": holds(field),
        "about": known.get("description", ""),
        "example": next((one for one in known.get("examples", ()) if isinstance(one, str | int | float)), ""),
    }

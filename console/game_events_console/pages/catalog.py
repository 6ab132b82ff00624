"""Catalog: events, their versions and fields, what changed, who sends what, and until when."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from difflib import ndiff
from typing import Any

from game_events_models import contract
from starlette.responses import Response
from starlette.routing import Route

from game_events_console.code import example
from game_events_console.documents import lines_of
from game_events_console.forecast import DAYS, Forecast, forecast, per_day
from game_events_console.inside import ApiProblem
from game_events_console.visits import Pages, Visit


def routes(pages: Pages) -> list[Route]:
    return [
        pages.route("/catalog", _events, "catalog", "Catalog"),
        pages.route("/catalog/{event_type}", _event, "catalog", "Catalog"),
    ]


async def _events(visit: Visit) -> Response:
    accepted = await _accepted(visit)
    events = [
        {
            "name": event_type,
            "about": contract.schema(event_type, versions[-1]).get("description", ""),
            "versions": versions,
            "accepted": sum(accepted[event_type, version][0] for version in versions),
        }
        for event_type, versions in contract.versions().items()
    ]
    return await visit.page("catalog.html", "catalog", "Catalog", event_type=None, events=events)


async def _event(visit: Visit) -> Response:
    event_type = visit.request.path_params["event_type"]
    versions = contract.versions().get(event_type)
    if versions is None:
        raise ApiProblem(404, {"title": "Not Found", "detail": f"there is no event '{event_type[:64]}'"})
    default = next((one for one in versions if contract.lifecycle(event_type, one).default), versions[-1])
    asked = visit.request.query_params.get("version", default)
    version = asked if asked in versions else default
    accepted = await _accepted(visit)
    schema = contract.inlined_schema(event_type, version)
    return await visit.page(
        "catalog.html",
        "catalog",
        event_type,
        event_type=event_type,
        version=version,
        state=_status(event_type, version),
        about=schema.get("description", ""),
        versions=[_told(event_type, one, accepted) for one in reversed(versions)],
        forecasts=await _forecasts(visit, event_type, versions),
        fields=list(_fields(schema, event_type, version)),
        example=lines_of(example(event_type, version), [], fold=False),
        diff=_diff(event_type, version, versions),
    )


async def _forecasts(visit: Visit, event_type: str, versions: tuple[str, ...]) -> Mapping[str, Forecast]:
    """Of each deprecated version, when nobody will send it any more."""
    deprecated = [one for one in versions if _status(event_type, one) == "deprecated"]
    if not deprecated:
        return {}
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=back) for back in range(DAYS + 1)]
    accepted = {day: await _accepted(visit, f"{day}T00") for day in days}
    sent = {one: per_day({day: accepted[day][event_type, one][0] for day in days}) for one in versions}
    everybody = {day: sum(of[day] for of in sent.values()) for day in days[1:]}
    return {one: forecast(sent[one], everybody) for one in deprecated}


async def _accepted(visit: Visit, since: str | None = None) -> Mapping[tuple[str, str], tuple[int, list[str]]]:
    """By event and version: how many since that hour, and of which games."""
    counts: defaultdict[tuple[str, str], tuple[int, list[str]]] = defaultdict(lambda: (0, []))
    for row in (await visit.api.get("/v1/ledger", since=since))["rows"]:
        if row["stage"] == "accepted":
            events, games = counts[row["event_type"], row["schema_version"]]
            counts[row["event_type"], row["schema_version"]] = (events + row["events"], [*games, row["game_id"]])
    return counts


def _told(event_type: str, version: str, accepted: Mapping[tuple[str, str], tuple[int, list[str]]]) -> dict[str, Any]:
    events, games = accepted[event_type, version]
    sunset = contract.lifecycle(event_type, version).sunset
    said = {"version": version, "status": _status(event_type, version), "accepted": events, "games": sorted(games)}
    return {**said, "sunset": None if sunset is None else sunset.isoformat()}


def _status(event_type: str, version: str) -> str:
    lifecycle, now = contract.lifecycle(event_type, version), datetime.now(UTC)
    if lifecycle.is_retired(now):
        return "retired"
    return "deprecated" if lifecycle.is_deprecated(now) else "current" if lifecycle.default else "supported"


def _fields(schema: Mapping[str, Any], event_type: str, version: str) -> Iterator[dict[str, Any]]:
    notes = contract.annotations(event_type, version)
    required = set(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        said = notes.get(f"/{name}", {})
        tags = [("pii", said["x-pii"].replace("_", " "))] if "x-pii" in said else []
        tags += [("old", f"deprecated since {said['deprecated']}")] if "deprecated" in said else []
        about = field.get("description", "") if isinstance(field, dict) else ""
        yield {"name": name, "required": name in required, "kind": _kind(field), "about": about, "tags": tags}


def _kind(field: Any) -> str:
    if not isinstance(field, dict):
        return ""
    if "const" in field:
        return f"“{field['const']}”"
    if "enum" in field:
        shown = ", ".join(str(one) for one in field["enum"][:4])
        return shown if len(field["enum"]) <= 4 else f"{shown} … ({len(field['enum'])})"
    kind = field.get("type", "")
    return " or ".join(kind) if isinstance(kind, list) else str(field.get("format") or kind)


def _diff(event_type: str, version: str, versions: tuple[str, ...]) -> dict[str, Any] | None:
    """What changed since the version before, field by field, and what the gate said of it."""
    place = versions.index(version)
    if place == 0:
        return None
    before = versions[place - 1]
    kinds = {"+ ": "add", "- ": "del"}
    found = ndiff(_as_lines(event_type, before), _as_lines(event_type, version))
    lines = [(kinds[line[:2]], line[2:]) for line in found if line[:2] in kinds]
    reports = contract.compatibility(event_type, version)
    report = next((one for one in reports if one["older"] == before), reports[0] if reports else None)
    unchanged = [("", "Words only: nothing that is taken or refused.")]
    return {"before": before, "lines": lines or unchanged, "report": report}


def _as_lines(event_type: str, version: str) -> list[str]:
    schema = contract.inlined_schema(event_type, version)
    required = set(schema.get("required", ()))
    fields = [(name, field) for name, field in schema.get("properties", {}).items() if name != "schema_version"]
    return [f"{name}: {_kind(field)}{' required' if name in required else ''}" for name, field in fields]

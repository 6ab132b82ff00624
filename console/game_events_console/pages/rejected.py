"""Rejected events by what was wrong with them, and who sent them: a sample, what would pass, and sending them again."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from game_events_models import contract
from starlette.responses import Response
from starlette.routing import Route

from game_events_console.documents import lines_of
from game_events_console.pages.replaying import FAULT, of_page
from game_events_console.replays import Replays
from game_events_console.visits import Pages, Visit

SPANS = {"1": "1 h", "24": "24 h", "168": "7 d", "720": "30 d"}
BY = {"rule": "Rule", "event": "Event", "version": "Version", "build": "Build", "key": "Key"}
"""What the list is grouped by, as the API and as people call it."""
IN_COMMON: Mapping[str, Sequence[str]] = {
    "event": ("event_type",),
    "version": ("event_type", "schema_version"),
    "build": ("build",),
    "key": ("key_id",),
}
"""What the events of a group have in common, by the names that conditions select by."""


def routes(pages: Pages, replays: Replays) -> list[Route]:
    async def rejected(visit: Visit) -> Response:
        return await _groups(visit, of_page(replays, visit, "rejected"))

    return [pages.route("/rejected", rejected, "rejected", "Rejected")]


async def _groups(visit: Visit, replaying: Mapping[str, Any]) -> Response:
    query = visit.request.query_params
    hours = query.get("hours", "24") if query.get("hours", "24") in SPANS else "24"
    by = query.get("by", "rule") if query.get("by", "rule") in BY else "rule"
    place = {"hours": hours, "by": by}
    folds, opened = [], None
    if by != "rule":
        folds = [_placed(place, one, "of", by) for one in await _grouped(visit, hours, by)]
        opened = _wanted(folds, query.get("of"))
        place |= {"of": opened["id"]} if opened else {}
    where = _conditions(opened, IN_COMMON[by]) if opened else []
    groups = [_placed(place, one, "group", "rule") for one in await _grouped(visit, hours, "rule", where)]
    chosen = _wanted(groups, query.get("group"))
    all_of_it = folds or groups
    values = {
        "groups": groups,
        "folds": folds,
        "opened": opened,
        "by": by,
        "ways": BY,
        "hours": hours,
        "spans": SPANS,
        "events": sum(one["events"] for one in all_of_it),
        "counts": [sum(of) for of in zip(*(one["counts"] for one in all_of_it), strict=True)],
        "judged": await _judged(visit, int(hours)),
        "letters": (await visit.api.get("/v1/ledger"))["dead_letters"],
    }
    shown = None if chosen is None else await _chosen(visit, chosen, where)
    return await visit.page("rejected.html", "rejected", "Rejected", **values, chosen=shown, **replaying)


async def _grouped(visit: Visit, hours: str, by: str, where: Sequence[str] = ()) -> list[dict[str, Any]]:
    answer = await visit.api.get("/v1/rejected/groups", hours=hours, by=by, where=list(where))
    groups: list[dict[str, Any]] = answer["groups"]
    return groups


async def _judged(visit: Visit, hours: int) -> Mapping[str, int]:
    """Of all that was judged since, how many were refused, as the ledger counts them: by whole hours."""
    since = (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H")
    stages = (await visit.api.get("/v1/ledger", since=since))["stages"]
    refused = stages.get("rejected", 0) + stages.get("rejected_dropped", 0)
    taken = sum(stages.get(name, 0) for name in ("accepted", "duplicate", "reused_id"))
    return {"refused": refused, "all": refused + taken}


def _placed(place: Mapping[str, str], group: Mapping[str, Any], name: str, by: str) -> dict[str, Any]:
    """The group with what it is known by, and the address at which it is open."""
    common = {"build": next(iter(group["builds"]), ""), "key_id": next(iter(group["keys"]), "")}
    said = {**group, **(common if by in ("build", "key") else {})}
    group_id = "|".join(said[one] for one in IN_COMMON.get(by, FAULT))
    return {**said, "id": group_id, "href": f"?{urlencode({**place, name: group_id})}"}


def _wanted(groups: Sequence[dict[str, Any]], group_id: str | None) -> dict[str, Any] | None:
    return next((one for one in groups if one["id"] == group_id), groups[0] if groups else None)


def _conditions(group: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    return [f"{name}={_as_it_is(group[name])}" for name in names]


def _as_it_is(value: str) -> str:
    """A condition takes a `*` at the end for anything: a replay means what was shown."""
    return f"{value[:-1]}\\*" if value.endswith("*") else value


async def _chosen(visit: Visit, group: Mapping[str, Any], where: Sequence[str]) -> dict[str, Any]:
    """The group with a sample of it, what selects it, and the versions that it can be judged by."""
    detail = await visit.api.get(f"/v1/rejected/{group['sample']}")
    document = _sent(detail["line"])
    reason = {name: group[name] for name in ("rule", "pointer", "message")}
    conditions = dict.fromkeys([*where, *_conditions(group, FAULT)])
    return {
        **group,
        "reason": reason,
        "event_id": _uuid(detail["rejected"]["event_id"]),
        "conditions": [one.partition("=")[::2] for one in conditions],
        "lines": lines_of(document, [reason], fold=True) if document else [],
        "versions": list(contract.versions().get(group["event_type"], ())),
    }


def _uuid(text: str | None) -> str | None:
    """The id by which the event can be opened; None where it is none."""
    try:
        return str(UUID(text or ""))
    except ValueError:
        return None


def _sent(line: str) -> Any:
    try:
        sent = json.loads(json.loads(line).get("raw") or "")
    except (ValueError, AttributeError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}

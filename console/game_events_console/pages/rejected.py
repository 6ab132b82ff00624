"""Rejected events by what was wrong with them, and dead letters: a sample, what would pass, and sending them again."""

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
from game_events_console.visits import Pages, Visit

SPANS = {"1": "1 h", "24": "24 h", "168": "7 d", "720": "30 d"}
BY = {"rule": "Rule", "event": "Event", "version": "Version", "build": "Build", "key": "Key"}
"""What the list is grouped by, as the API and as people call it."""
FAULT = ("rule", "pointer", "event_type", "schema_version")
IN_COMMON = {"event": FAULT[2:3], "version": FAULT[2:], "build": ("build",), "key": ("key_id",)}
"""What the events of a group have in common, by the names that conditions select by."""
MOST_CALLS = 50
"""Of a replay, each of up to 1,000 events: more is for the command line."""


def routes(pages: Pages) -> list[Route]:
    return [
        pages.route("/rejected", _groups, "rejected", "Rejected"),
        pages.route("/rejected/replay", _replay, "rejected", "Rejected", ("POST",)),
        pages.route("/dead-letters", _letters, "rejected", "Dead letters"),
        pages.route("/dead-letters/replay", _replay_letters, "rejected", "Dead letters", ("POST",)),
    ]


async def _groups(visit: Visit, report: Mapping[str, Any] | None = None) -> Response:
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
    return await visit.page("rejected.html", "rejected", "Rejected", **values, chosen=shown, report=report)


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
    return [f"{name}={group[name]}" for name in names]


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
    except (ValueError, AttributeError):
        return {}
    return sent if isinstance(sent, dict) else {}


async def _replay(visit: Visit) -> Response:
    form = await visit.form()
    report = await _all(visit, "rejected", _of_group(form), form)
    return await _groups(visit, report)


def _of_group(form: Mapping[str, str]) -> list[str]:
    """Which are meant, as the API selects them."""
    return _conditions({**dict.fromkeys(FAULT, ""), **form}, [*FAULT, *(form.keys() & {"build", "key_id"})])


async def _all(visit: Visit, kind: str, where: list[str], form: Mapping[str, str]) -> dict[str, Any]:
    """What a dry run or a replay comes to, page after page."""
    dry_run = form.get("do") != "replay"
    total: dict[str, Any] = {"dry_run": dry_run, "passed": 0, "failed": 0, "refused": [], "as": form.get("as", "")}
    after: str | None = None
    for _ in range(MOST_CALLS):
        body: dict[str, Any] = {"dry_run": dry_run, "limit": 1000, "where": where}
        if form.get("as") and kind == "rejected":
            body["as_version"] = f"{form.get('event_type', '')}/{form['as']}"
        if after is not None:
            body["after"] = after
        report = await visit.api.post(f"/v1/{kind}/replay", body)
        total["passed"] += report["passed"]
        total["failed"] += sum(one["events"] for one in report["refused"])
        total["refused"] = (total["refused"] + report["refused"])[:5]
        after = report["next"]
        if after is None:
            break
    return total


async def _letters(visit: Visit, report: Mapping[str, Any] | None = None) -> Response:
    counts = (await visit.api.get("/v1/dead-letters/stats"))["counts"]
    page = await visit.api.get("/v1/dead-letters", limit=50)
    values = {"counts": counts, "letters": page["items"], "more": page["next"] is not None, "report": report}
    ledger = await visit.api.get("/v1/ledger")
    return await visit.page("dead_letters.html", "rejected", "Dead letters", **values, ledger=ledger)


async def _replay_letters(visit: Visit) -> Response:
    form = await visit.form()
    return await _letters(visit, await _all(visit, "dead-letters", [], form))

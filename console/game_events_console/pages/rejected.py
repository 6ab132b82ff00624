"""Rejected events by what was wrong with them, and dead letters: a sample, what would pass, and sending them again."""

import json
from collections.abc import Mapping
from typing import Any

from game_events_models import contract
from starlette.responses import Response
from starlette.routing import Route

from game_events_console.documents import lines_of
from game_events_console.visits import Pages, Visit

SPANS = {"1": "1 h", "24": "24 h", "168": "7 d", "720": "30 d"}
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
    found = (await visit.api.get("/v1/rejected/groups", hours=hours))["groups"]
    chosen = next((one for one in found if _id(one) == query.get("group")), found[0] if found else None)
    letters = (await visit.api.get("/v1/ledger"))["dead_letters"]
    values = {"groups": [{**one, "id": _id(one)} for one in found], "hours": hours, "spans": SPANS, "letters": letters}
    shown = None if chosen is None else await _chosen(visit, chosen)
    return await visit.page("rejected.html", "rejected", "Rejected", **values, chosen=shown, report=report)


async def _chosen(visit: Visit, group: Mapping[str, Any]) -> dict[str, Any]:
    """The group with a sample of it, and the versions that it can be judged by."""
    detail = await visit.api.get(f"/v1/rejected/{group['sample']}")
    document = _sent(detail["line"])
    reason = {name: group[name] for name in ("rule", "pointer", "message")}
    return {
        **group,
        "id": _id(group),
        "reason": reason,
        "lines": lines_of(document, [reason], fold=True) if document else [],
        "versions": list(contract.versions().get(group["event_type"], ())),
    }


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
    return [f"{name}={form.get(name, '')}" for name in ("rule", "pointer", "event_type", "schema_version")]


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


def _id(group: Mapping[str, Any]) -> str:
    return "|".join(str(group[name]) for name in ("rule", "pointer", "event_type", "schema_version"))

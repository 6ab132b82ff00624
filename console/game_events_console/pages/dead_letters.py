"""Dead letters: what a sink will never take, by what it said; one of each, and sending them again."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from game_events_console.documents import lines_of
from game_events_console.pages.replaying import OF_LETTERS, of_page
from game_events_console.replays import Replays
from game_events_console.visits import Pages, Visit

MOST = 50
LONGEST_REASON = 100
"""What of a reason selects: its words may be longer than a condition."""


def routes(pages: Pages, replays: Replays) -> list[Route]:
    async def letters(visit: Visit) -> Response:
        counts = (await visit.api.get("/v1/dead-letters/stats"))["counts"]
        groups = [{**one, **_known_by(one)} for one in counts]
        wanted = visit.request.query_params.get("group")
        chosen = next((one for one in groups if one["id"] == wanted), groups[0] if groups else None)
        return await visit.page(
            "dead_letters.html",
            "rejected",
            "Dead letters",
            groups=groups,
            chosen=None if chosen is None else await _chosen(visit, chosen),
            ledger=await visit.api.get("/v1/ledger"),
            **of_page(replays, visit, "dead-letters"),
        )

    return [pages.route("/dead-letters", letters, "rejected", "Dead letters")]


def _known_by(group: Mapping[str, Any]) -> dict[str, str]:
    group_id = "|".join(str(group[name]) for name in OF_LETTERS)
    return {"id": group_id, "href": f"?{urlencode({'group': group_id})}"}


async def _chosen(visit: Visit, group: Mapping[str, Any]) -> dict[str, Any] | None:
    """The group with its first letters, one of them as a document, and what selects it; None when it went meanwhile."""
    reason = group["reason"][:LONGEST_REASON]
    begins = {name: group[name] for name in OF_LETTERS} | {"reason": f"{reason}*"}
    where = [f"{name}={value}" for name, value in begins.items()]
    letters: Sequence[Any] = (await visit.api.get("/v1/dead-letters", where=where, limit=MOST))["items"]
    mine = [one for one in letters if one["reason"].partition(":")[0] == group["reason"]]
    if not mine:
        return None
    # A reason ends at its colon: without it others that begin so would be meant too.
    exact = f"{reason}:*" if mine[0]["reason"].startswith(f"{reason}:") else f"{reason}*"
    detail = await visit.api.get(f"/v1/dead-letters/{mine[0]['name']}")
    return {
        **group,
        "letters": mine,
        "conditions": {**begins, "reason": exact},
        "lines": lines_of(_event(detail["line"]), [], fold=False),
    }


def _event(line: str) -> Any:
    """What was sent, of an accepted line or a rejected one; nothing where that is no object."""
    try:
        stored = json.loads(line)
        event = stored.get("event") or json.loads(stored.get("raw") or "null")
    except (ValueError, AttributeError, TypeError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}

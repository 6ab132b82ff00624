"""Health: does every number agree, what readiness rests on, how old the exchange rates are."""

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from game_events_console.inside import ApiProblem
from game_events_console.pages.live import counted
from game_events_console.visits import Pages, Visit


def routes(pages: Pages) -> list[Route]:
    return [pages.route("/health", _health, "health", "Health")]


async def _health(visit: Visit) -> Response:
    ledger = await visit.api.get("/v1/ledger")
    checks = (await _ready(visit))["checks"]
    stages, waiting = ledger["stages"], ledger["waiting"]
    gone = sum(stages.get(stage, 0) for stage in ("delivered", "dead_lettered", "discarded", "damaged"))
    missing = stages.get("accepted", 0) - gone - waiting["events"]
    failing = [name for name, check in checks.items() if check["status"] != "pass"]
    said = "Taking events and delivering them." if not failing else f"Look at: {', '.join(failing)}."
    return await visit.page(
        "health.html",
        "health",
        "Health",
        ledger=ledger,
        counted=await counted(visit),
        checks=checks,
        missing=missing,
        said=said,
        rates=await _rates(visit),
        version=(await visit.api.get("/health"))["version"],
    )


async def _ready(visit: Visit) -> Any:
    """Also what is answered 503 with."""
    try:
        return await visit.api.get("/ready")
    except ApiProblem as problem:
        return {"checks": problem.document.get("checks", {})}


async def _rates(visit: Visit) -> Any:
    try:
        return await visit.api.get("/v1/queries/rates_age")
    except ApiProblem:
        return None

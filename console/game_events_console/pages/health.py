"""Health: does every number agree, how quick it is, what readiness rests on, how old the exchange rates are."""

import time
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from game_events_models import contract
from starlette.responses import Response
from starlette.routing import Route

from game_events_console.condition import condition_of
from game_events_console.inside import ApiProblem
from game_events_console.scrapes import Reading, Readings, Scrape
from game_events_console.visits import Pages, Visit
from game_events_console.warehouse_figures import Silence, asked, counted

PARTS = {
    "Console": "game-events-console",
    "Models": "game-events-models",
    "Warehouse": "game-events-warehouse",
    "DuckDB": "duckdb",
    "dbt": "dbt-core",
}
"""What is installed beside the server, by the name of its distribution."""


OF_A_SERVER = ("workers", "delivery")
"""Parts that a console without a server need not have."""
Checks = Mapping[str, Mapping[str, Any]]


def routes(pages: Pages, *, beside_a_server: bool) -> list[Route]:
    readings = Readings()

    async def health(visit: Visit) -> Response:
        reading = Reading(time.time(), Scrape(await visit.api.text("/metrics")))
        facts = await counted(visit.api)
        condition = condition_of(readings.take(reading), None if isinstance(facts, Silence) else facts)
        checks, said = parts((await _ready(visit))["checks"], beside_a_server=beside_a_server)
        return await visit.page(
            "health.html",
            "health",
            "Health",
            ledger=await visit.api.get("/v1/ledger"),
            counted=facts,
            condition=condition,
            checks=checks,
            said=said,
            rates=await asked(visit.api, "rates_age"),
            versions={name: _version(distribution) for name, distribution in PARTS.items()},
            events=len(contract.versions()),
            schemas=sum(map(len, contract.versions().values())),
        )

    return [pages.route("/health", health, "health", "Health")]


def parts(checks: Checks, *, beside_a_server: bool) -> tuple[Checks, str]:
    """What readiness rests on, and that in a sentence; a folder without a server is none whose workers died."""
    rests = not beside_a_server and checks.get("workers", {}).get("status") == "fail"
    shown = {name: check for name, check in checks.items() if not (rests and name in OF_A_SERVER)}
    failing = [name for name, check in shown.items() if check["status"] != "pass"]
    if failing:
        said = f"Look at: {', '.join(failing)}."
    elif rests:
        said = "No server runs on this folder: these are the figures that the last one left."
    else:
        said = "Taking events and delivering them."
    return shown, said


async def _ready(visit: Visit) -> Any:
    """Also what is answered 503 with."""
    try:
        return await visit.api.get("/ready")
    except ApiProblem as problem:
        if "checks" not in problem.document:  # it was not told, which is not that all is well
            raise
        return problem.document


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None

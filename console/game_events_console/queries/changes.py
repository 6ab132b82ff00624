"""`GET /v1/revenue/changes`: what became of published revenue since a build, and why."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query
from game_events_models import http

from game_events_console.queries.endpoints import MOST_DAYS, Surface

MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
OF = "purchase"
"""The event type that revenue is made of: who may not see it sees none."""


def add_changes(app: FastAPI, surface: Surface) -> None:
    reader = Depends(surface.authorised("read"))

    @app.get("/v1/revenue/changes", response_model=http.RevenueChanges)
    async def revenue_changes(
        caller: Annotated[Any, reader],
        since: Annotated[str | None, Query(pattern=MOMENT)] = None,
        days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 28,
        game: Annotated[str, Query(max_length=128)] = "",
    ) -> http.RevenueChanges:
        first = datetime.now(UTC).date() - timedelta(days=days - 1)
        found = await asyncio.to_thread(_compared, surface.data_dir, since, first.isoformat())
        shown = [
            {
                "day": one.event_date,
                "game_id": one.game_id,
                "before": _texts(one.before),
                "after": _texts(one.after),
                "reasons": one.reasons,
                "booked_on": one.booked_on,
            }
            for one in found.changed
            if game in ("", one.game_id) and caller.may_see(one.game_id, OF)
        ]
        about = {name: getattr(found, name) for name in ("base_currency", "built_at", "since", "builds")}
        return http.RevenueChanges.model_validate({**about, "changes": shown})


def _compared(data_dir: Path, moment: str | None, first_day: str) -> Any:
    try:
        from game_events_warehouse.books import books_of
        from game_events_warehouse.errors import WarehouseError
        from game_events_warehouse.since import since
    except ImportError:
        raise HTTPException(404, "this needs the warehouse: install `game-events-console[warehouse]`") from None
    try:
        return since(books_of(data_dir / "warehouse" / "warehouse.duckdb"), moment, first_day)
    except WarehouseError as error:
        raise HTTPException(503, str(error)) from None


def _texts(sums: Any) -> dict[str, Any]:
    """Money as text, every digit of it."""
    return {name: int(value) if name == "purchases" else format(value, "f") for name, value in sums.items()}

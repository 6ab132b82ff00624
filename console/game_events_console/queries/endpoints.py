"""`GET /v1/queries` and `GET /v1/queries/{name}`."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import Annotated, Any, Protocol

from fastapi import Depends, FastAPI, HTTPException, Query
from game_events_models import http
from starlette.requests import Request

from game_events_console.queries.asking import CannotAsk, NoWarehouse, Warehouse
from game_events_console.queries.specifications import Unusable, queries

MOST_DAYS = 3660


class Surface(Protocol):
    @property
    def data_dir(self) -> Path: ...

    def authorised(self, scope: str) -> Callable[[Request], Awaitable[Any]]: ...

    def looks_up(self, lookup: Callable[[str], tuple[Sequence[Any], Collection[str], bool]]) -> None: ...


def add_queries(app: FastAPI, surface: Surface) -> None:
    warehouse = Warehouse(surface.data_dir)
    surface.looks_up(warehouse.whereabouts)
    reader = Depends(surface.authorised("read"))

    @app.get("/v1/queries", response_model=http.QueryList)
    async def list_queries(caller: Annotated[Any, reader]) -> http.QueryList:
        found = await _known(surface.data_dir)
        named = [
            {"name": one.name, **one.specification.model_dump(include={"title", "page", "order"})}
            for one in found.values()
        ]
        return http.QueryList.model_validate({"queries": named})

    @app.get("/v1/queries/{name}", response_model=http.QueryAnswer)
    async def ask_query(
        name: str,
        caller: Annotated[Any, reader],
        days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 28,
        game: Annotated[str, Query(max_length=128)] = "",
    ) -> http.QueryAnswer:
        query = (await _known(surface.data_dir)).get(name)
        if query is None:
            raise HTTPException(404, f"there is no query '{name[:64]}'; /v1/queries lists them")
        of_one_game = "game" in query.parameters and game != "" and game in caller.games
        if "*" not in caller.games and not of_one_game:
            raise HTTPException(422, "the key is bound to games: ask with ?game= one of them")
        try:
            answer = await asyncio.to_thread(warehouse.answer, query, {"days": days, "game": game})
        except NoWarehouse as error:
            raise HTTPException(404, str(error)) from None
        except CannotAsk as error:
            raise HTTPException(503, str(error)) from None
        specification = query.specification
        return http.QueryAnswer.model_validate(
            {
                "name": name,
                **specification.model_dump(include={"title", "about", "wide", "chart"}),
                "sql": query.sql,
                "columns": [column.model_dump() for column in specification.columns],
                "rows": _ordered(specification.columns, answer.columns, answer.rows, name),
                "truncated": answer.truncated,
                "as_of": answer.as_of,
            }
        )


async def _known(data_dir: Path) -> dict[str, Any]:
    try:
        return await asyncio.to_thread(queries, data_dir)
    except Unusable as error:
        raise HTTPException(503, str(error)) from None


def _ordered(columns: Any, names: Any, rows: Any, query: str) -> list[list[Any]]:
    """The columns that the specification names, in its order."""
    if missing := [column.name for column in columns if column.name not in names]:
        raise HTTPException(503, f"{query}.sql answers no column {missing[0]}, which {query}.json names")
    places = [names.index(column.name) for column in columns]
    return [[row[place] for place in places] for row in rows]

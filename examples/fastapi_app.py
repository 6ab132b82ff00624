"""A FastAPI app: one client for the app's life, which its lifespan closes; a request enqueues and does not wait.

GAME_EVENTS_URL, GAME_EVENTS_API_KEY and what events share (GAME_EVENTS_GAME_ID …) are the environment's.

uvicorn --app-dir examples fastapi_app:app --port 8080
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from game_events import AsyncGameAnalyticsClient


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncGameAnalyticsClient() as app.state.events:
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/sales/{user_id}", status_code=201)
async def sell(user_id: str, session: str, price: str, request: Request) -> dict[str, str]:
    player = request.app.state.events.player(user_id, session=session)
    event_id = player.purchase(
        product_id="coins_1000",
        product_type="consumable",
        quantity=1,
        price=price,
        currency="EUR",
        store="web_shop",
        transaction_id=f"{user_id}-{session}",
    )
    return {"event_id": event_id}

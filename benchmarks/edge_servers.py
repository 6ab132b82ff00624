"""What the edge is compared with: `python benchmarks/edge_servers.py floor|fastapi PORT DATA_DIR`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import uvicorn
from fastapi import FastAPI, Request, Response
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.keyring import Keyring
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.errors import SpoolUnavailable
from game_events_api.ledger_key import LedgerKey
from game_events_api.spool import Entry, Spool, chunks
from game_events_models.install.v1_0_0 import InstallEvent
from game_events_models.purchase.v1_0_0 import PurchaseEvent
from pydantic import BaseModel, Field
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

Next = Callable[[Request], Awaitable[Response]]
ANSWER = b'{"status":"accepted"}'


async def floor(scope: Scope, receive: Receive, send: Send) -> None:
    """The least an ASGI server can do with a request: read its body and answer."""
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(ANSWER))]
    await send({"type": "http.response.start", "status": 202, "headers": headers})
    await send({"type": "http.response.body", "body": ANSWER})


class Batch(BaseModel):
    events: list[Annotated[InstallEvent | PurchaseEvent, Field(discriminator="event_type")]] = Field(
        min_length=1, max_length=500
    )


class Receipt(BaseModel):
    event_id: str
    status: str
    correlation_id: str


class BatchReceipt(BaseModel):
    accepted: int
    results: list[Receipt]


def fastapi_way(data_dir: Path) -> ASGIApp:
    """The usual way: body models, a middleware each for correlation id, key and rate, and the same durable spool."""
    app = FastAPI()
    keyring = Keyring(KeyFile(data_dir / "keys.json"))
    limiter = RateLimiter(1e9, 2.0)
    spool = Spool.claim(data_dir / "spool", max_bytes=1 << 40, max_pending_bytes=1 << 30)

    async def limit(request: Request, call_next: Next) -> Response:
        if limiter.take(request.state.key_id, 1, asyncio.get_running_loop().time())[0]:
            return Response(status_code=429)
        return await call_next(request)

    async def authenticate(request: Request, call_next: Next) -> Response:
        record = keyring.find(
            request.headers.get("authorization", "").removeprefix("Bearer ").encode(), datetime.now(UTC)
        )
        if record is None:
            return Response(status_code=401)
        request.state.key_id = record.key_id
        return await call_next(request)

    async def correlate(request: Request, call_next: Next) -> Response:
        request.state.correlation_id = request.headers.get("x-correlation-id") or uuid4().hex
        response = await call_next(request)
        response.headers["x-correlation-id"] = request.state.correlation_id
        return response

    for middleware in (limit, authenticate, correlate):
        app.add_middleware(BaseHTTPMiddleware, dispatch=middleware)

    async def store(events: list[InstallEvent | PurchaseEvent], request: Request) -> list[Receipt]:
        hour = datetime.now(UTC).strftime("%Y-%m-%dT%H")
        lines = [event.model_dump_json(exclude_unset=True).encode() + b"\n" for event in events]
        keys = [LedgerKey(event.game_id, event.event_type, event.schema_version, hour) for event in events]
        stored: asyncio.Future[SpoolUnavailable | None] = asyncio.get_running_loop().create_future()
        spool.append(Entry(chunks(lines, keys)), stored.set_result)
        if error := await stored:
            raise error
        correlation_id = request.state.correlation_id
        return [
            Receipt(event_id=str(event.event_id), status="accepted", correlation_id=correlation_id) for event in events
        ]

    @app.post("/v1/events/install", status_code=202)
    async def install(event: InstallEvent, request: Request) -> Receipt:
        return (await store([event], request))[0]

    @app.post("/v1/events/batch", status_code=202)
    async def batch(body: Batch, request: Request) -> BatchReceipt:
        results = await store(list(body.events), request)
        return BatchReceipt(accepted=len(results), results=results)

    return app


if __name__ == "__main__":
    name, port, data_dir = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    application = floor if name == "floor" else fastapi_way(data_dir)
    uvicorn.run(
        application, port=port, http="httptools", loop="uvloop", access_log=False, log_level="error", lifespan="off"
    )

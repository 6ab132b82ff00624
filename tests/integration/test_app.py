"""`uvicorn game_events_api.app:app`, and the application within another: the public port, without `serve`."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import httpx
import pytest
from conftest import wait_until
from documents import run_here
from fastapi import FastAPI, Request, Response
from game_events import GameAnalyticsClient
from game_events_api.admission import KeyFile
from game_events_api.spool import readers
from game_events_devtools.demo import stack
from game_events_models import contract

EXAMPLES = {"event_type": "install", "version": "1-0-0", "name": "spool-0:1", "asset": "start.js", "event": "1-1"} | {
    "event_id": "x"
}


HOOKS, MOUNTED = run_here(__file__, "docs/edge.md", "python")
(WITH_HOOKS,) = run_here(__file__, "docs/edge.md", "bash")


@dataclass
class Running:
    url: str
    key: str
    data_dir: Path
    log: Path


@contextmanager
def uvicorn(folder: Path, **variables: str) -> Iterator[tuple[Running, "subprocess.Popen[bytes]"]]:
    port = stack.free_port()
    key = KeyFile(folder / "keys.json").create("tests", scopes=("ingest", "read", "operate"))
    environment = {**os.environ, "GAME_EVENTS_DATA_DIR": str(folder), **variables}
    command = [sys.executable, "-m", "uvicorn", "game_events_api.app:app", "--port", str(port)]
    log = folder / "uvicorn.log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    try:
        yield Running(f"http://127.0.0.1:{port}", key, folder, log), process
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """With the hooks that the page tells."""
    folder = tmp_path_factory.mktemp("uvicorn")
    (folder / "studio_hooks.py").write_text(HOOKS)
    hooks = {
        "PYTHONPATH": str(folder),
        **dict(setting.split("=") for setting in WITH_HOOKS.removesuffix("game-events serve\n").split()),
        "GAME_EVENTS_ENRICH_SECONDS": "10",
        "GAME_EVENTS_BODY_SECONDS": "1",
    }
    with uvicorn(folder, **hooks) as (server, _):
        wait_until(lambda: stack.is_ready(server.url), 60.0, server.log.read_text)
        yield server


def recent(event_type: str) -> dict[str, Any]:
    example: dict[str, Any] = contract.schema(event_type, contract.versions()[event_type][-1])["examples"][0]
    return {**example, "event_id": str(uuid4()), "event_time": datetime.now(UTC).isoformat()}


def stored(data_dir: Path) -> list[bytes]:
    return [line for spool in readers(data_dir) for line in spool.lines("events")]


def test_events_of_the_sdk_are_accepted_enriched_by_the_documented_hook_and_in_the_spool(running: Running) -> None:
    purchase, install = recent("purchase"), recent("install")
    with GameAnalyticsClient(base_url=running.url, api_key=running.key) as client:
        assert client.send_event(purchase).status == "accepted"
        assert client.send_event(purchase).status == "duplicate"
        receipt = client.send_events_batch([install, recent("refund")])
        assert (receipt.accepted, receipt.rejected) == (2, 0)

    lines = stored(running.data_dir)
    assert len(lines) == 3
    ((spender, event_id),) = duckdb.execute(
        "select record ->> '$.enrichment.spender', record ->> '$.event.event_id'"
        " from (select unnest(?)::json as record) where (record -> '$.enrichment') is not null",
        [[line.decode() for line in lines]],
    ).fetchall()
    assert (spender, event_id) == ("minnow", purchase["event_id"])
    wait_until(lambda: f"stored install {install['event_id']}" in running.log.read_text(), 30.0)
    assert running.log.read_text().count(f"stored purchase {purchase['event_id']}") == 1


def test_every_path_of_the_public_port_is_answered_and_none_of_operators(running: Running) -> None:
    with httpx.Client(base_url=running.url, headers={"authorization": f"Bearer {running.key}"}) as client:
        for path, item in contract.openapi()["paths"].items():
            for method, operation in item.items():
                answer = client.request(method, path.format(**EXAMPLES), content=b"{}" if method == "post" else None)
                if operation["x-surface"] == "admin":
                    assert answer.status_code in (404, 405), path
                    continue
                assert str(answer.status_code) in operation["responses"], path
                assert answer.status_code < 500, path
                assert answer.status_code != 404, path
                assert answer.headers["x-correlation-id"], path
        assert client.get("/openapi.json").json() == contract.openapi()


def test_a_body_that_does_not_come_is_answered_408(running: Running) -> None:
    async def send() -> bytes:
        host, port = running.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"POST /v1/events/install HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {running.key}\r\n"
        writer.write(f"{head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{{".encode())
        answer = await reader.readline()
        writer.close()
        return answer

    assert asyncio.run(asyncio.wait_for(send(), 30)).split()[1] == b"408"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"GAME_EVENTS_PORTS": "1"}, "did you mean GAME_EVENTS_PORT?"),
        ({"GAME_EVENTS_ENRICH": "no_such_studio:enrich"}, "GAME_EVENTS_ENRICH: no_such_studio cannot be imported"),
    ],
)
def test_unusable_settings_are_one_clear_line(tmp_path: Path, variables: dict[str, str], said: str) -> None:
    with uvicorn(tmp_path, **variables) as (server, process):
        assert process.wait(60) != 0
    log = server.log.read_text()
    assert len([line for line in log.splitlines() if said in line and "game-events cannot start" in line]) == 1
    assert "Traceback" not in log


@asynccontextmanager
async def embedded() -> AsyncIterator[httpx.AsyncClient]:
    """In an application of a studio's own, as the page tells it, under a path and behind its middleware."""
    names: dict[str, Any] = {}
    exec(MOUNTED, names)  # noqa: S102 our own page
    studio: FastAPI = names["app"]

    @studio.get("/own")
    async def own() -> str:
        return "the studio's own"

    @studio.middleware("http")
    async def mark(request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        response.headers["x-studio"] = "yes"
        return response

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=studio), base_url="http://studio") as client:
        assert (await client.get("/game-events/health")).status_code == 503, "its lifespan has not begun"
        async with studio.router.lifespan_context(studio):
            yield client
        assert (await client.post("/game-events/v1/events/batch", json={})).status_code == 503, "it is over"


def test_the_application_serves_within_another_under_a_path_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAME_EVENTS_DATA_DIR", str(tmp_path))
    key = KeyFile(tmp_path / "keys.json").create("tests", scopes=("ingest", "read"))
    headers = {"authorization": f"Bearer {key}"}

    async def scenario() -> None:
        async with embedded() as client:
            assert (await client.get("/own")).json() == "the studio's own"
            sent = recent("install")
            answer = await client.post("/game-events/v1/events/install", json=sent, headers=headers)
            assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
            assert answer.headers["x-studio"] == "yes"
            listed = (await client.get("/game-events/v1/schemas")).json()["schemas"]
            (first,) = [one for one in listed if (one["event_type"], one["version"]) == ("install", "1-0-0")]
            assert (await client.get(first["href"])).json() == contract.schema("install", "1-0-0")
            assert (await client.get("/game-events/v1/rejected", headers=headers)).status_code == 404
            document = (await client.get("/game-events/openapi.json")).json()
            assert document["servers"][0]["url"] == "/game-events"
            assert document["paths"] == contract.openapi()["paths"]
            assert "/game-events/openapi.json" in (await client.get("/game-events/docs")).text
            assert (await client.get("/game-events/nothing")).status_code == 404
            assert (await client.get("/v1/events/install")).status_code == 404
            assert [json.loads(line)["event"] for line in stored(tmp_path)] == [sent]

    asyncio.run(scenario())
    assert list(KeyFile(tmp_path / "keys.json").used()) == [key.split("_")[2]], (
        "noted when the server ends, if not before"
    )

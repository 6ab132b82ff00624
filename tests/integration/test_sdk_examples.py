"""Every program in examples/ runs as its docstring says, against a real server."""

import asyncio
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import RunningServer
from game_events import InstallEvent
from game_events.identity import uuid7_str
from game_events.testing import Captured
from integration.sdk_sink import sink

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
IMPORTED = {"fastapi_app.py", "lambda_handler.py"}
SHARED = {"GAME_ID": "puzzle-quest", "PLATFORM": "web", "APP_VERSION": "1.4.2", "ENVIRONMENT": "sandbox"}


def run(name: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def install() -> InstallEvent:
    return InstallEvent(
        user_id="player-1",
        session_id="session-1",
        game_id="puzzle-quest",
        platform="ios",
        app_version="1.4.2",
        environment="sandbox",
        install_source="organic",
    )


def test_a_purchase_is_sent(server: RunningServer) -> None:
    sent = run("send_purchase.py", server.url, server.key)

    assert sent.returncode == 0, sent.stderr
    assert [line.split()[::2] for line in sent.stdout.splitlines()] == [
        ["install", "accepted"],
        ["purchase", "accepted"],
    ]


def test_a_wrong_key_is_told(server: RunningServer) -> None:
    sent = run("send_purchase.py", server.url, "ge_live_nobody")
    assert (sent.returncode, sent.stdout) == (1, "")
    assert "401" in sent.stderr
    assert "Traceback" not in sent.stderr


def test_a_file_is_sent_and_the_refused_events_are_kept(server: RunningServer, tmp_path: Path) -> None:
    events = [install().model_dump(mode="json") for _ in range(501)]
    events[500]["platform"] = "symbian"
    file = tmp_path / "events.ndjson"
    file.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")

    sent = run("send_file.py", str(file), server.url, server.key)

    assert sent.returncode == 1, sent.stderr
    assert sent.stdout.startswith("500 taken, 1 refused")
    (kept,) = (tmp_path / "events.refused.ndjson").read_text(encoding="utf-8").splitlines()
    assert json.loads(kept)["event"] == events[500]
    assert [reason["pointer"] for reason in json.loads(kept)["reasons"]] == ["/platform"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("threads.py", "200 of 200 delivered, 0 left"),
        ("with_asyncio.py", "20 receipts, 0 left"),
        ("game_loop.py", "2 delivered, 0 left"),
    ],
)
def test_what_is_sent_beside_other_work_arrives(server: RunningServer, name: str, said: str) -> None:
    sent = run(name, server.url, server.key)
    assert (sent.returncode, sent.stdout.strip()) == (0, said), sent.stderr


def test_a_kiosks_events_wait_on_disk_until_the_network_is_there(tmp_path: Path) -> None:
    with sink() as taking:
        taking.is_away = True
        before = run("offline_kiosk.py", str(tmp_path), taking.url, "ge_test_kiosk")
        taking.is_away = False
        after = run("offline_kiosk.py", str(tmp_path), taking.url, "ge_test_kiosk")
    assert before.stdout.strip() == "0 delivered, 1 wait on disk", before.stderr
    assert after.stdout.strip() == "2 delivered, 0 wait on disk", after.stderr
    assert list(taking.arrived.values()) == [1, 1]


@pytest.fixture
def shared(capture_events: Captured, monkeypatch: pytest.MonkeyPatch) -> Captured:
    for name, value in SHARED.items():
        monkeypatch.setenv(f"GAME_EVENTS_{name}", value)
    return capture_events


def imported(name: str) -> Any:
    found = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_a_request_of_the_app_enqueues_an_event(shared: Captured) -> None:
    app = imported("fastapi_app").app

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://a") as http,
        ):
            return await http.post("/sales/player-1", params={"session": "s-1", "price": "4.99"})

    answer = asyncio.run(ask())
    assert answer.status_code == 201
    assert [event["event_id"] for event in shared.of("purchase")] == [answer.json()["event_id"]]


def test_a_message_that_the_function_is_given_twice_counts_once(shared: Captured) -> None:
    handler = imported("lambda_handler").handler
    record = {"user_id": "p", "session_id": "s", "source": "organic", "message_id": uuid7_str()}
    assert handler({"Records": [record]}, None) == {"delivered": 1}
    assert handler({"Records": [record]}, None) == {"delivered": 1}
    assert len(shared.events) == 1


def test_no_example_is_untested() -> None:
    run_as_programs = {
        "send_purchase.py",
        "send_file.py",
        "threads.py",
        "with_asyncio.py",
        "offline_kiosk.py",
        "game_loop.py",
    }
    by_celery = {"celery_app.py"}  # in test_sdk_processes.py
    assert {path.name for path in EXAMPLES.glob("*.py")} == run_as_programs | IMPORTED | by_celery

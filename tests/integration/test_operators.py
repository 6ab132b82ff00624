"""Dead letters and rejected events over HTTP, from a running server."""

import gzip
import json
import os
import signal
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import RunningServer, ServerFactory, wait_until
from game_events_api.admission.key_file import KeyFile
from game_events_devtools.demo import stack
from unit.api.delivery.spool_maker import SpoolMaker, rejected_line
from unit.api.recovery.kept_events import bury, install
from unit.stored_lines import event_id

UNKNOWN_GAME = "chess"


@pytest.fixture(scope="module")
def server(start_server: ServerFactory, tmp_path_factory: pytest.TempPathFactory) -> RunningServer:
    """Five dead letters, and seven rejected events of which three are of another game and one is no event."""
    root = tmp_path_factory.mktemp("operators")
    bury(root, range(5), "InvalidArgumentException: no")
    lines = [rejected_line(number, install(number)) for number in range(10, 13)]
    lines += [rejected_line(number, install(number, game_id=UNKNOWN_GAME)) for number in range(13, 16)]
    SpoolMaker(root, "worker-1").append([*lines, rejected_line(16, "{", rule="json")], stream="rejected")
    keys = KeyFile(root / "keys.json")
    known = keys.create("the sender of what was rejected").split("_")[2]
    keys.path.write_text(keys.path.read_text().replace(known, "k1"))
    return start_server(data_dir=root, log_level="debug")


def ask(server: RunningServer, path: str, key: str | None = None, **query: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key or server.key}"}
    return httpx.get(f"{server.admin_url}{path}", params=query, headers=headers, timeout=30)


def replay(server: RunningServer, kind: str, key: str | None = None, **wanted: Any) -> Any:
    headers = {"Authorization": f"Bearer {key or server.key}"}
    return httpx.post(f"{server.admin_url}/v1/{kind}/replay", json=wanted, headers=headers, timeout=30)


def another_key(server: RunningServer, **rights: Any) -> str:
    key = KeyFile(server.data_dir / "keys.json").create("another", **rights)
    wait_until(lambda: ask(server, "/v1/dead-letters", key).status_code != 401)
    return key


def test_lists_come_in_pages_and_each_entry_can_be_shown(server: RunningServer) -> None:
    names: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    while True:
        page = ask(server, "/v1/rejected", **query).json()
        names += [item["name"] for item in page["items"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert len(names) == len(set(names)) == 7
    shown = ask(server, f"/v1/rejected/{names[0]}").json()
    assert json.loads(shown["line"])["correlation_id"] == "r-10"
    chess = ask(server, "/v1/rejected", where=[f"game_id={UNKNOWN_GAME}", "rule=enum"]).json()
    assert len(chess["items"]) == 3
    counts = ask(server, "/v1/rejected/stats").json()["counts"]
    assert sum(row["events"] for row in counts) == 7
    letter = ask(server, "/v1/dead-letters", where=f"event_id={event_id(3)}").json()["items"][0]
    shown = ask(server, f"/v1/dead-letters/{letter['name']}").json()
    assert json.loads(shown["line"])["event"]["event_id"] == event_id(3)


def test_keys_see_and_replay_by_their_scopes_and_games(server: RunningServer) -> None:
    ingest = another_key(server, scopes=("ingest",))
    assert ask(server, "/v1/rejected", ingest).status_code == 403
    reader = another_key(server, scopes=("read",), games=(UNKNOWN_GAME,))
    seen = ask(server, "/v1/rejected", reader).json()["items"]
    assert {item["game_id"] for item in seen} == {UNKNOWN_GAME}
    assert len(seen) == 3
    assert ask(server, "/v1/dead-letters", reader).json()["items"] == []
    assert replay(server, "rejected", reader, dry_run=True).status_code == 403
    hidden = ask(server, "/v1/rejected").json()["items"][0]["name"]
    assert ask(server, f"/v1/rejected/{hidden}", reader).status_code == 404
    assert httpx.get(f"{server.admin_url}/v1/rejected").status_code == 401


@pytest.mark.parametrize("kind", ["rejected", "dead-letters"])
def test_only_a_whole_name_shows_an_entry(server: RunningServer, kind: str) -> None:
    name = ask(server, f"/v1/{kind}").json()["items"][0]["name"]
    assert ask(server, f"/v1/{kind}/{name}").status_code == 200
    assert ask(server, f"/v1/{kind}/{name[:-1]}*").status_code == 404


def test_a_replay_is_what_its_dry_run_said_and_sends_nothing_twice(server: RunningServer) -> None:
    foreseen = replay(server, "rejected", dry_run=True, limit=4).json()
    assert (foreseen["events"], foreseen["passed"], foreseen["dry_run"]) == (4, 4, True)
    real = replay(server, "rejected", dry_run=False, limit=4).json()
    assert real == {**foreseen, "dry_run": False}
    rest = replay(server, "rejected", dry_run=False, after=real["next"]).json()
    assert (rest["events"], rest["passed"], rest["refused"][0]["rule"], rest["next"]) == (3, 2, "malformed", None)
    again = replay(server, "rejected", dry_run=False).json()
    assert (again["passed"], again["repeated"]) == (6, 6)

    first = ask(server, "/v1/dead-letters", limit=2).json()
    letters = replay(server, "dead-letters", dry_run=False, limit=2).json()
    assert letters["passed"] == 2
    assert len(ask(server, "/v1/dead-letters", after=first["next"]).json()["items"]) == 3
    letters = replay(server, "dead-letters", dry_run=False, after=letters["next"]).json()
    assert (letters["passed"], letters["next"]) == (3, None)
    assert replay(server, "dead-letters", dry_run=False).json()["events"] == 0

    server.wait_until_delivered()
    audit = Path(server.data_dir / "delivery" / "audit.jsonl").read_text().splitlines()
    assert {json.loads(entry)["by"] for entry in audit} == {f"key {server.key.split('_')[2]}"}


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=x", "limit=1&limit=2", "where=nonsense", "where=price=1", "other=1", "after="],
)
def test_a_query_outside_the_contract_is_refused(server: RunningServer, query: str) -> None:
    answer = httpx.get(f"{server.admin_url}/v1/rejected?{query}", headers=server.headers)
    assert answer.status_code == 422
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"dry_run":1}', 422),
        (b'{"dry_run":true,"dry_run":false}', 400),
        (b'{"dry_run":true,"limit":1.5}', 422),
        (b'{"dry_run":true,"as_version":"purchase/9-9-9"}', 404),
        (b'{"dry_run":true,"after":"gone"}', 404),
        (b'{"dry_run":true' + b" " * 70_000 + b"}", 413),
    ],
)
def test_a_replay_outside_the_contract_is_refused(server: RunningServer, body: bytes, status: int) -> None:
    answer = httpx.post(f"{server.admin_url}/v1/rejected/replay", content=body, headers=server.headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_damaged_file_of_the_lake_is_named(server: RunningServer) -> None:
    damaged = server.data_dir / "lake" / "rejected" / "cut-off.gz"
    damaged.parent.mkdir(parents=True, exist_ok=True)
    damaged.write_bytes(gzip.compress(b"{}" * 1000)[:-9])
    try:
        answer = ask(server, "/v1/rejected")
        assert answer.status_code == 503
        assert "lake/rejected/cut-off.gz" in answer.json()["detail"]
    finally:
        damaged.unlink()
    assert ask(server, "/v1/rejected").status_code == 200


def test_the_admin_port_tells_of_all_workers_and_is_started_again_when_it_dies(start_server: ServerFactory) -> None:
    server = start_server(workers=2)
    ready: dict[str, Any] = {}

    def all_is_well() -> bool:
        ready.update(httpx.get(f"{server.admin_url}/ready").json())
        return {check["status"] for check in ready["checks"].values()} == {"pass"}

    wait_until(all_is_well, explain=lambda: str(ready))  # delivery reports once a second
    assert {"workers", "accepting", "spool", "keys", "delivery"} == set(ready["checks"])
    assert ready["checks"]["workers"]["detail"] == "2 report"
    bare = httpx.get(f"{server.url}/ready")
    assert (bare.status_code, bare.json()) == (200, {"status": "ready", "checks": {}})
    for path in ("/metrics", "/v1/rejected", "/v1/dead-letters/stats"):
        assert "the admin port" in httpx.get(f"{server.url}{path}").json()["detail"]

    (admin,) = server.children(b"process.admin")
    os.kill(admin, signal.SIGKILL)
    wait_until(lambda: server.children(b"process.admin") not in ([], [admin]))
    wait_until(lambda: stack.is_ready(server.admin_url))
    server.stop()
    assert not stack.is_ready(server.admin_url)


def test_a_stop_ends_streams_that_somebody_looks_at_and_waits_for_none(start_server: ServerFactory) -> None:
    server = start_server(grace_seconds=600)
    looked_at = []
    with ExitStack() as open_streams:
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {server.key}"}
        client = open_streams.enter_context(httpx.Client(base_url=server.admin_url, timeout=30))
        client.post("/console/sign-in", data={"key": server.key})
        for path, given in (("/v1/live", headers), ("/console/live/stream", {})):
            stream = open_streams.enter_context(client.stream("GET", path, headers=given))
            assert stream.status_code == 200
            messages = stream.iter_raw()
            assert next(messages).startswith(b"retry:")
            looked_at.append(messages)  # which closes when nobody has it any more
        server.stop()
    assert "Cancel" not in server.log


@pytest.mark.parametrize(
    "address",
    ["/v1/live?{}", "/v1/live?{}&limit=x", "/v1/rejected?where=event_id=%s", "/console/live?{}", "/console/nowhere?{}"],
)
def test_whom_somebody_looks_for_is_in_no_log_and_told_to_no_other_site(server: RunningServer, address: str) -> None:
    player = f"player-{uuid.uuid4().hex}"
    path = address.replace("{}", f"player={player}&q={player}").replace("%s", player)
    answer = httpx.get(f"{server.admin_url}{path}", headers=server.headers, timeout=30)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert player not in server.log

"""Every program in examples/ runs as its docstring says, against a real server."""

import json
import subprocess
import sys
from pathlib import Path

from conftest import RunningServer
from game_events import InstallEvent

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


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


def test_no_example_is_untested() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == {"send_purchase.py", "send_file.py"}

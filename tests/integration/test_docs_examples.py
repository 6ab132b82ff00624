"""The code of README, guides and the SDK's own README runs as it stands, against a real server."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import RunningServer
from documents import run_here
from game_events_devtools import firehose_emulator

GUIDE = run_here(__file__, "docs/sdk.md", "python")
PYTHON = {
    "README": run_here(__file__, "README.md", "python"),
    "guide": GUIDE,
    "sdk": run_here(__file__, "sdk/README.md", "python"),
    "traces": run_here(__file__, "docs/metrics.md", "python"),
}
SHARED = next(line for line in GUIDE[0].splitlines() if line.startswith("shared"))


@pytest.mark.parametrize(
    "code", [pytest.param(code, id=f"{page}-{n}") for page, codes in PYTHON.items() for n, code in enumerate(codes, 1)]
)
def test_the_documented_python_runs(
    code: str, server: RunningServer, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("GAME_EVENTS_API_KEY", server.key)
    here = f"{SHARED}\n{code}".replace("http://127.0.0.1:8000", server.url)
    said: dict[str, Any] = {"url": server.url, "api_key": server.key, "key": server.key}
    exec(compile(here, "documented", "exec"), said)  # noqa: S102 -- our own docs
    for name in [name for name in said if name.startswith("test_")]:
        said[name](request.getfixturevalue("capture_events"))


@pytest.mark.needs("curl")
def test_the_documented_curl_command_is_answered_202(server: RunningServer) -> None:
    (command,) = run_here(__file__, "README.md", "bash")
    here = command.replace("http://127.0.0.1:8000", server.url)
    environment = {**os.environ, "GAME_EVENTS_API_KEY": server.key}
    shown = subprocess.run(
        ["bash", "-c", here], env=environment, capture_output=True, text=True, timeout=30, check=True
    )
    assert "202 Accepted" in shown.stdout, shown.stdout


def test_the_documented_firehose_endpoint_has_the_faults_that_are_asked_of_it(tmp_path: Path) -> None:
    (code,) = run_here(__file__, "docs/delivery.md", "python")
    said: dict[str, Any] = {"tmp_path": tmp_path, **vars(firehose_emulator)}
    exec(compile(code, "documented", "exec"), said)  # noqa: S102 -- our own docs
    script = said["endpoint"].faults
    calls = [script.next() for _ in range(4)]
    assert [fault and fault.kind for fault in calls] == ["fail-records", None, None, "store-then-reset"]

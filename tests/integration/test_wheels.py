"""The SDK's wheel in an empty environment: light, importable, and able to send."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import RunningServer

ROOT = Path(__file__).resolve().parents[2]
SEND = """
import sys
from importlib.util import find_spec
from game_events import GameAnalyticsClient, InstallEvent, PurchaseEvent

assert [name for name in ("fastapi", "boto3", "duckdb", "uvicorn", "dbt") if find_spec(name)] == []
common = dict(user_id="player-1", session_id="s", game_id="puzzle-quest", platform="ios", app_version="1.0",
              environment="sandbox")
with GameAnalyticsClient(sys.argv[1], sys.argv[2]) as client:
    install = client.send_install_event(InstallEvent(**common, install_source="organic"))
    purchase = client.send_purchase_event(PurchaseEvent(
        **common, product_id="coins", product_type="consumable", quantity=1, price="1.99", currency="USD",
        store="app_store", transaction_id=install.event_id))
print(install.status, purchase.status)
"""


def run(*command: str | Path) -> str:
    finished = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=240, cwd=ROOT)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.mark.timeout(400)
def test_the_sdk_wheel_is_light_and_sends(server: RunningServer, tmp_path: Path) -> None:
    wheels = tmp_path / "dist"
    run("uv", "build", "--all-packages", "--out-dir", wheels)
    pins = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["constraint-dependencies"]
    (tmp_path / "pins.txt").write_text("\n".join(pins))
    python = tmp_path / "empty" / "bin" / "python"
    run("uv", "venv", "--python", sys.executable, tmp_path / "empty")
    only = [next(wheels.glob(f"game_events_{name}-*.whl")) for name in ("sdk", "models")]

    run("uv", "pip", "install", "--python", python, "--constraint", tmp_path / "pins.txt", *only)

    assert run(python, "-c", SEND, server.url, server.key).split() == ["accepted", "accepted"]
    server.wait_until_delivered()


def test_every_package_builds_a_wheel(tmp_path: Path) -> None:
    run("uv", "build", "--all-packages", "--out-dir", tmp_path)

    built = {path.name.split("-")[0] for path in tmp_path.glob("*.whl")}
    assert built == {
        "game_events",
        "game_events_api",
        "game_events_contract",
        "game_events_devtools",
        "game_events_models",
        "game_events_sdk",
        "game_events_warehouse",
    }

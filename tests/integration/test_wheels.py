"""What is published, installed by itself: light, at the versions it names, and without the developer's tools."""

import glob
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import RunningServer, wait_until
from documents import run_here
from game_events import InstallEvent
from game_events_devtools.demo import stack
from integration import environments
from integration.environments import PRODUCT, run, script

pytestmark = [pytest.mark.needs("uv"), pytest.mark.needs("index"), pytest.mark.timeout(400)]

SEND = """
import sys
from importlib.util import find_spec
from game_events import GameAnalyticsClient, PurchaseEvent

assert [name for name in ("fastapi", "boto3", "duckdb", "uvicorn", "dbt") if find_spec(name)] == []
common = dict(user_id="player-1", session_id="s", game_id="puzzle-quest", platform="ios", app_version="1.0",
              environment="sandbox")
with GameAnalyticsClient(sys.argv[1], sys.argv[2]) as client:
    install = client.send_install_event(**common, install_source="organic")
    purchase = client.send_event(PurchaseEvent(
        **common, product_id="coins", product_type="consumable", quantity=1, price="1.99", currency="USD",
        store="app_store", transaction_id=install.event_id))
print(install.status, purchase.status)
"""
VERSION = "from importlib.metadata import version; import sys; print(*map(version, sys.argv[1:]), sep='\\n')"
FIELDS: dict[str, Any] = {
    "user_id": "player-1",
    "session_id": "session-1",
    "game_id": "puzzle-quest",
    "platform": "android",
    "app_version": "1.4.2",
    "environment": "production",
    "install_source": "organic",
}
DEVELOPERS = """
from importlib.util import find_spec
print([name for name in ("moto", "pytest", "game_events_devtools") if find_spec(name)])
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return environments.build_wheels(tmp_path_factory.mktemp("wheels"))


def bounds(*members: str) -> dict[str, str]:
    """The lowest version that each member's requirement admits, by package."""
    found = (re.match(r"([a-z0-9-]+)[^<>=]*(?:>=|==)([0-9.]+)", name) for name in environments.third_party(members))
    return {match[1]: match[2] for match in found if match}


def installed(environment: Path, names: list[str]) -> dict[str, str]:
    shown = run(script(environment, "python"), "-c", VERSION, *names).splitlines()
    return dict(zip(names, shown, strict=True))


def same(version: str, bound: str) -> bool:
    """1.40 is 1.40.0."""
    return re.sub(r"(\.0)+$", "", version) == re.sub(r"(\.0)+$", "", bound)


@pytest.mark.parametrize("member", environments.MEMBERS)
def test_every_requirement_of_a_wheel_has_a_lower_bound(member: str) -> None:
    named = environments.project(environments.ROOT / member)["project"]["dependencies"]
    assert [name for name in named if ">=" not in name and "==" not in name] == []


def test_sdists_and_wheels_pass_the_indexes_own_check(wheels: dict[str, Path]) -> None:
    files = sorted(wheels["sdk"].parent.glob("game_events*"))
    assert len(files) == 2 * len(environments.MEMBERS)
    run(sys.executable, "-m", "twine", "check", "--strict", *files)


@pytest.mark.parametrize("member", environments.MEMBERS)
def test_a_wheel_is_typed_and_says_what_it_is(member: str, wheels: dict[str, Path]) -> None:
    with zipfile.ZipFile(wheels[member]) as wheel:
        names = wheel.namelist()
        described = wheel.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
    packages = {name.partition("/")[0] for name in names if name.endswith(".py")}
    assert {f"{package}/py.typed" for package in packages} <= {*names}
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]
    assert "\nKeywords: " in described
    assert f"\n# {environments.project(environments.ROOT / member)['project']['name']}\n" in described


def install_as_documented(environment: Path, dist: Path) -> None:
    """What docs/sdk.md says, by uv's pip, with everything at the pinned versions."""
    (block,) = run_here(__file__, "docs/sdk.md", "bash")
    build, install = block.splitlines()
    assert build.split()[:4] == ["uv", "build", "--all-packages", "--out-dir"]  # as the fixture has
    assert install.startswith("pip install dist/")
    named = [glob.glob(str(dist / part.removeprefix("dist/"))) for part in install.split()[2:]]
    run("uv", "venv", "--quiet", "--python", sys.executable, environment)
    run("uv", "pip", "install", "--quiet", "--python", environment, *(found for (found,) in named))


@pytest.mark.parametrize("versions", ["pinned", "lowest"])
def test_the_sdk_wheel_is_light_and_sends(
    versions: str, wheels: dict[str, Path], server: RunningServer, tmp_path: Path
) -> None:
    only = [wheels["sdk"], wheels["generated"]]
    if versions == "pinned":
        install_as_documented(tmp_path / "env", wheels["sdk"].parent)
    else:
        environments.install_lowest(tmp_path / "env", only, ["sdk", "generated"])
        named = bounds("sdk", "generated")
        got = installed(tmp_path / "env", list(named))
        assert {name: got[name] for name, bound in named.items() if not same(got[name], bound)} == {}

    assert run(script(tmp_path / "env", "python"), "-c", SEND, server.url, server.key).split() == ["accepted"] * 2
    server.wait_until_delivered()


@pytest.mark.long
def test_the_product_works_with_the_lowest_versions_it_names(wheels: dict[str, Path], tmp_path: Path) -> None:
    environments.install_lowest(tmp_path / "env", [wheels[member] for member in PRODUCT], PRODUCT)

    named = bounds(*PRODUCT)
    got = installed(tmp_path / "env", list(named))
    assert {name: got[name] for name, bound in named.items() if not same(got[name], bound)} == {}
    one_event_through_the_product(tmp_path / "env", tmp_path / "data")


def test_the_product_alone_works_without_the_developers_tools(tmp_path: Path) -> None:
    environment = tmp_path / "env"
    sync = ["uv", "sync", "--quiet", "--no-dev", "--package", "game-events", "--python", sys.executable]
    run(*sync, UV_PROJECT_ENVIRONMENT=str(environment))

    assert run(script(environment, "python"), "-c", DEVELOPERS) == "[]\n"
    for name in ("demo", "simulate"):
        asked = subprocess.run([script(environment, "game-events"), name], capture_output=True, text=True, timeout=60)
        assert asked.returncode == 2
        assert "pip install game-events-devtools" in asked.stderr
    one_event_through_the_product(environment, tmp_path / "data")


def one_event_through_the_product(environment: Path, data: Path) -> None:
    """keys, serve, send, trace, warehouse, reconcile and schemas, as a person runs them."""
    game_events = script(environment, "game-events")
    key = re.findall(r"ge_live_\w+", run(game_events, "keys", "create", "--data-dir", data))[0]
    made = InstallEvent(**FIELDS)
    event = data.parent / "event.json"
    event.write_text(made.model_dump_json())
    port = stack.free_port()
    url = f"http://127.0.0.1:{port}"
    serve: list[str | Path] = [game_events, "serve", "--port", str(port), "--admin-port", "0", "--data-dir", data]
    with (data.parent / "server.log").open("wb") as log:
        server = subprocess.Popen(serve, stdout=log, stderr=log)
    try:
        wait_until(lambda: stack.is_ready(url), explain=(data.parent / "server.log").read_text)
        assert '"accepted"' in run(game_events, "send", event, "--url", url, "--key", key)
    finally:
        server.terminate()
        server.wait(30)
    assert "lake" in run(game_events, "trace", str(made.event_id), "--data-dir", data)
    run(game_events, "warehouse", "build", "--data-dir", data)
    run(game_events, "reconcile", "--data-dir", data)
    run(game_events, "schemas", "lint", "--root", environments.ROOT)

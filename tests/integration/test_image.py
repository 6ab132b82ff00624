"""The images, really built by the Dockerfile on a Debian that mmdebstrap made, and run without a container engine.

buildah's isolation by chroot has the machine's network and processes: what a container keeps apart is not shown here.
"""

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from conftest import lake_ids, wait_until
from documents import ROOT
from game_events import GameAnalyticsClient, InstallEvent
from game_events_devtools.demo import stack
from integration.environments import run

TOOLS = ("mmdebstrap", "buildah", "git", "index")
pytestmark = [pytest.mark.long, *(pytest.mark.needs(tool) for tool in TOOLS)]

TARGETS = ("api", "warehouse")
PYTHON = "python3,python3-venv,python-is-python3,ca-certificates"
PLANTED = "not-for-any-image-8d1f0c"
"""A secret in the folder that the images are built from, in the files where people keep theirs."""
KEPT_IN = (".env", "keys.json", "api/.env", "deploy/docker/.env", "data/keys.json", "cli/game_events_cli.pem")


class Buildah:
    def __init__(self, folder: Path) -> None:
        store = ("--root", str(folder / "store"), "--runroot", str(folder / "run"))
        self._command = ("buildah", "--storage-driver", "vfs", *store)

    def __call__(self, *arguments: str | Path) -> str:
        return run(*self._command, *arguments, timeout=1800)

    def build(self, folder: Path, name: str, *options: str) -> None:
        chroot = ("--isolation", "chroot", "--pull-never", "--volume", "/etc/ssl/certs:/etc/ssl/certs:ro")
        self("bud", "--quiet", *chroot, *options, "--tag", name, folder)

    def container(self, target: str) -> str:
        return self("from", "--pull-never", f"localhost/{target}").strip()

    def running(self, container: str, *command: str, options: Sequence[str] = (), **environment: object) -> list[str]:
        """The command line that runs one in the image, as the image's user."""
        given = [part for name, value in environment.items() for part in ("--env", f"{name}={value}")]
        return [*self._command, "run", "--isolation", "chroot", *options, *given, container, "--", *command]


@pytest.fixture(scope="module")
def buildah(tmp_path_factory: pytest.TempPathFactory) -> Buildah:
    """With the images `api` and `warehouse`, out of what git knows and the planted secrets."""
    folder = tmp_path_factory.mktemp("images")
    buildah = Buildah(folder)
    base, context = folder / "base", folder / "context"
    base.mkdir()
    run("mmdebstrap", "--variant=minbase", f"--include={PYTHON}", "trixie", base / "root.tar", timeout=1800)
    (base / "Dockerfile").write_text("FROM scratch\nADD root.tar /\n")
    buildah.build(base, "base")
    for name in run("git", "ls-files").splitlines():
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, context / name)
    for name in KEPT_IN:
        (context / name).parent.mkdir(exist_ok=True)
        (context / name).write_text(PLANTED)
    dockerfile = str(context / "deploy" / "docker" / "Dockerfile")
    for target in TARGETS:
        options = ("--build-arg", "BASE=localhost/base", "--file", dockerfile, "--target", target)
        buildah.build(context, target, *options)
    return buildah


@pytest.fixture(scope="module")
def containers(buildah: Buildah) -> dict[str, str]:
    return {target: buildah.container(target) for target in TARGETS}


@contextmanager
def serving(command: list[str], log: Path) -> Iterator[None]:
    """The server alone is told to stop, as an engine does, and ends well."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    try:
        yield
        in_session = run("ps", "--no-headers", "-o", "pid:1,args", "-s", str(process.pid)).splitlines()
        (server,) = [line.split()[0] for line in in_session if re.search(r"bin/python \S+/game-events serve", line)]
        os.kill(int(server), signal.SIGTERM)
        assert process.wait(60) == 0, log.read_text()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_the_server_in_its_image_is_ready_and_delivers_as_a_user_without_rights(
    buildah: Buildah, containers: dict[str, str], tmp_path: Path
) -> None:
    data, log = tmp_path / "data", tmp_path / "server.log"
    data.mkdir(mode=0o700)
    os.chown(data, 10001, 10001)
    port, admin_port = stack.free_port(), stack.free_port()
    settings: dict[str, object] = {
        "HOST": "127.0.0.1",
        "PORT": port,
        "ADMIN_HOST": "127.0.0.1",
        "ADMIN_PORT": admin_port,
    }
    settings |= {"LINGER_SECONDS": 0.1, "DATA_DIR": "/mnt"}  # at /data buildah puts a folder of its own
    given = {f"GAME_EVENTS_{name}": value for name, value in settings.items()}
    mounted = ("--volume", f"{data}:/mnt")
    key = run(*buildah.running(containers["api"], "game-events", "keys", "create", options=mounted, **given)).split()[0]
    command = buildah.running(containers["api"], "game-events", "serve", options=mounted, **given)
    with serving(command, log):
        wait_until(
            lambda: all(stack.is_ready(f"http://127.0.0.1:{one}") for one in (port, admin_port)), 120, log.read_text
        )
        assert httpx.get(f"http://127.0.0.1:{port}/ready").json()["status"] == "ready"
        with GameAnalyticsClient(f"http://127.0.0.1:{port}", key) as client:
            event = {"user_id": "p", "session_id": "s", "game_id": "g", "platform": "ios", "app_version": "1"}
            sent = client.send_event(InstallEvent(**event, environment="production", install_source="organic"))
        assert sent.status == "accepted"
        wait_until(lambda: lake_ids(data) == {sent.event_id: 1}, 60, log.read_text)
    assert {path.stat().st_uid for path in data.rglob("*")} == {10001}


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_runs_as_a_user_without_rights_and_holds_nothing_but_the_product(
    buildah: Buildah, containers: dict[str, str], target: str
) -> None:
    described = buildah("inspect", "--type", "image", f"localhost/{target}")
    assert json.loads(described)["OCIv1"]["config"]["User"] == "10001:10001"
    root = Path(buildah("mount", containers[target]).strip())
    held = subprocess.run(
        ["grep", "--recursive", "--files-with-matches", PLANTED, root], capture_output=True, text=True
    )
    assert (held.stdout, PLANTED in described) == ("", False)
    assert [name for name in ("src", "opt/uv") if (root / name).exists()] == []
    writable = "find / -xdev -writable -not -path '/data*' -not -path '/proc/*' -not -path '/tmp*' -not -type l"
    found = run(*buildah.running(containers[target], "sh", "-c", f"{writable} 2>/dev/null || true")).splitlines()
    assert [path for path in found if not path.startswith(("/dev", "/run", "/var/tmp", "/var/lock", "/sys"))] == []


@pytest.mark.parametrize("target", TARGETS)
def test_no_command_ends_with_a_traceback(buildah: Buildah, containers: dict[str, str], target: str) -> None:
    """In the server's image those that need dbt, DuckDB or the code generator say which package brings it."""
    script = ("--volume", f"{Path(__file__).with_name('every_command.py')}:/every_command.py:ro")
    running = buildah.running(containers[target], "python", "/every_command.py", "/data", options=script)
    ended = json.loads(run(*running, timeout=900).splitlines()[-1])
    assert {name: one for name, one in ended.items() if one["unsaid"]} == {}
    told = {name for name, one in ended.items() if "is not installed here; pip install" in one["stderr"]}
    assert ({"reconcile", "schemas check", "warehouse build"} <= told) == (target == "api")
    assert (told == set()) == (target == "warehouse")


def test_keys_in_postgresql_and_traces_need_nothing_more(buildah: Buildah, containers: dict[str, str]) -> None:
    for target in TARGETS:
        run(*buildah.running(containers[target], "python", "-c", "import psycopg, redis, opentelemetry.sdk"))


def test_the_sizes_are_those_that_the_page_says(buildah: Buildah) -> None:
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    for target in TARGETS:
        (said,) = re.findall(rf"^- target `{target}`, (\d+) MB", page, re.MULTILINE)
        (image,) = json.loads(buildah("images", "--json", f"localhost/{target}"))
        assert float(re.match(r"[\d.]+", image["size"])[0]) == pytest.approx(float(said), rel=0.15), image["size"]  # type: ignore[index]

"""A release as people have it installed, beside today's: its SDK and our server, our SDK and its server, an upgrade,
and the way back."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from conftest import RunningServer, ServerFactory, lake_ids
from game_events import GameAnalyticsClient
from game_events.errors import RefusedError
from game_events_api.admission import KeyFile
from game_events_devtools.demo import stack
from game_events_models import EVENTS, contract
from integration import environments
from integration.environments import run, script

pytestmark = [pytest.mark.needs("uv"), pytest.mark.needs("index"), pytest.mark.timeout(400)]

RELEASE = Path(__file__).parents[1] / "releases" / "0.1.0"
"""Wheels of models, SDK and server. They are never built again: that is what makes them old."""

SEND_EVERY_VERSION = """
import json, sys
from datetime import UTC, datetime
from uuid import uuid4
from game_events import GameAnalyticsClient
from game_events.errors import RefusedError
from game_events_models import EVENTS, contract

def fresh(event_type, version):
    example = contract.schema(event_type, version)["examples"][0]
    return example | {"event_id": str(uuid4()), "event_time": datetime.now(UTC).isoformat()}

sent = []
with GameAnalyticsClient(sys.argv[1], sys.argv[2]) as client:
    for event_type, versions in EVENTS.items():
        for version, model in versions.items():
            one, two, three = (model.model_validate(fresh(event_type, version)) for _ in range(3))
            assert client.send_event(one).status == "accepted", (event_type, version)
            assert client.send_event(one).status == "duplicate", (event_type, version)
            assert client.send_events_batch([two, three]).accepted == 2, (event_type, version)
            try:
                client.send_event(fresh(event_type, version) | {"platform": "abacus"})
            except RefusedError as error:
                assert (error.status, error.errors[0].pointer) == (422, "/platform"), error
            else:
                raise AssertionError("an event that is no event was taken")
            sent += [one.event_id, two.event_id, three.event_id]
print(json.dumps(sent))
"""
KNOWN = "import json; from game_events_models import contract; print(json.dumps(contract.versions()))"
SERVE = """
import os, sys
from game_events_api.process import supervise
from game_events_api.settings import DeliverySettings, Environment, Settings

environment = Environment.read(os.environ)
settings, delivery = environment.of(Settings, {}), environment.of(DeliverySettings, {})
supervise(settings.host, settings.port, settings.workers, environment.for_children({}), stop_seconds=30, report=print,
          started=print)
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the release's wheels, and of everything they need the versions pinned today."""
    environment = tmp_path_factory.mktemp("release") / "env"
    environments.install_pinned(environment, sorted(RELEASE.glob("*.whl")))
    return environment


@pytest.fixture
def start_old_server(release: Path, tmp_path: Path) -> Iterator[Callable[..., RunningServer]]:
    started: list[RunningServer] = []

    def start(data_dir: Path = tmp_path / "data", **settings: object) -> RunningServer:
        data_dir.mkdir(exist_ok=True)
        port = stack.free_port()
        settings |= {"port": port, "data_dir": data_dir}
        server = RunningServer(
            url=f"http://127.0.0.1:{port}",
            key=KeyFile(data_dir / "keys.json").create("tests", games=("*",), scopes=("ingest",)),
            data_dir=data_dir,
            command=[str(script(release, "python")), "-c", SERVE],
            environment={f"GAME_EVENTS_{name.upper()}": str(value) for name, value in settings.items()},
        )
        started.append(server)
        return server.start()

    yield start
    for server in started:
        server.stop()


def fresh_events(release: Path) -> list[Any]:
    """An event of every version that the release knows, as today's models have it."""
    known = json.loads(run(script(release, "python"), "-c", KNOWN))
    now = datetime.now(UTC).isoformat()
    examples = [
        (kind, version, contract.schema(kind, version)["examples"][0])
        for kind, versions in known.items()
        for version in versions
    ]
    assert examples
    return [
        EVENTS[kind][version].model_validate(example | {"event_id": str(uuid4()), "event_time": now})
        for kind, version, example in examples
    ]


def test_the_sdk_of_the_release_sends_every_version_it_knows(
    release: Path, start_server: ServerFactory, tmp_path: Path
) -> None:
    server = start_server(linger_seconds="0.1")
    sent = json.loads(run(script(release, "python"), "-c", SEND_EVERY_VERSION, server.url, server.key))
    server.wait_until_delivered()
    assert lake_ids(server.data_dir) == Counter(sent)


def test_todays_sdk_pinned_to_versions_of_the_release_sends_to_its_server(
    release: Path, start_old_server: Callable[..., RunningServer]
) -> None:
    server = start_old_server(linger_seconds="0.1")
    events = fresh_events(release)
    with GameAnalyticsClient(server.url, server.key) as client:
        assert [client.send_event(event).status for event in events] == ["accepted"] * len(events)
        again = client.send_events_batch(events)
        assert (again.accepted, again.duplicate, again.rejected) == (0, len(events), 0)
        with pytest.raises(RefusedError) as unknown:
            client.send_event(events[0].model_dump(mode="json") | {"schema_version": "9-0-0"})
    assert unknown.value.status == 422
    assert "9-0-0" in str(unknown.value)
    server.wait_until_delivered()
    assert lake_ids(server.data_dir) == Counter(event.event_id for event in events)


def test_what_the_release_acknowledged_is_delivered_after_an_upgrade(
    release: Path, start_old_server: Callable[..., RunningServer], start_server: ServerFactory
) -> None:
    old = start_old_server(linger_seconds="3600", shutdown_seconds="0")
    before = fresh_events(release)
    with GameAnalyticsClient(old.url, old.key) as client:
        assert client.send_events_batch(before).accepted == len(before)
    old.kill()
    assert lake_ids(old.data_dir) == Counter()

    new = start_server(old.data_dir, linger_seconds="0.1")
    after = fresh_events(release)
    with GameAnalyticsClient(new.url, old.key) as client:  # the API key is still one
        assert client.send_events_batch(after).accepted == len(after)
    new.wait_until_delivered()
    assert lake_ids(new.data_dir) == Counter(event.event_id for event in [*before, *after])


@pytest.mark.long
def test_a_drained_folder_goes_back_to_the_release_and_up_again_and_every_event_arrives_once(
    release: Path, start_old_server: Callable[..., RunningServer], start_server: ServerFactory
) -> None:
    sent: list[str] = []

    def send_to(server: RunningServer) -> None:
        events = fresh_events(release)
        with GameAnalyticsClient(server.url, server.key) as client:
            assert client.send_events_batch(events).accepted == len(events)
            with pytest.raises(RefusedError):
                client.send_event(events[0].model_dump(mode="json") | {"platform": "abacus"})
        sent.extend(event.event_id for event in events)

    first = start_server(linger_seconds="3600", shutdown_seconds="0")
    command = (sys.executable, "-m", "game_events_cli.main")
    send_to(first)
    first.kill()
    run(*command, "drain", "--data-dir", first.data_dir)

    old = start_old_server(first.data_dir, linger_seconds="0.1")
    send_to(old)
    old.wait_until_delivered()
    send_to(old)
    old.kill()

    again = start_server(first.data_dir, linger_seconds="0.1")
    send_to(again)
    again.wait_until_delivered()
    again.stop()
    assert lake_ids(again.data_dir) == Counter(sent)
    for name in ("doctor", "reconcile"):
        run(*command, name, "--data-dir", again.data_dir)

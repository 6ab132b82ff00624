"""Consumers that were written for one version of the contract, or by somebody else, against today's server."""

import copy
import importlib
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pytest
from conftest import RunningServer, ServerFactory
from contract.examples import valid_examples
from game_events import GameAnalyticsClient
from game_events_cli import schemas as command
from game_events_contract.bundle import bundle
from game_events_contract.compatibility import compare
from game_events_contract.consumers import broken_by, registered
from game_events_contract.repository import SchemaRepository
from game_events_models import EVENTS, contract
from game_events_warehouse.build import build
from typer.testing import CliRunner

SCHEMAS = SchemaRepository().folder
VERSIONS = [(event_type, version) for event_type, versions in contract.versions().items() for version in versions]


def fresh_event(event_type: str, version: str) -> dict[str, Any]:
    """The fullest valid example of one version, happening now."""
    examples = [e.event for e in valid_examples() if (e.event_type, e.version) == (event_type, version)]
    event = copy.deepcopy(max(examples, key=lambda event: len(event)))
    event |= {"event_id": str(uuid4()), "event_time": datetime.now(UTC).isoformat(), "environment": "production"}
    for name in ("transaction_id", "refund_id"):
        if name in event:
            event[name] = str(uuid4())
    return event


@pytest.mark.timeout(300)
def test_pinned_consumers_of_every_version_reach_the_facts(start_server: ServerFactory, tmp_path: Path) -> None:
    server = start_server(linger_seconds="0.1")
    sent: dict[str, list[str]] = {}
    with GameAnalyticsClient(server.url, server.key) as client:
        for event_type, version in VERSIONS:
            module = importlib.import_module(f"game_events_models.{event_type}.v{version.replace('-', '_')}")
            model = getattr(module, EVENTS[event_type][version].__name__)
            event = model.model_validate(fresh_event(event_type, version))
            assert client.send_event(event).status == "accepted", (event_type, version)
            sent.setdefault(event_type, []).append(event.event_id)
    server.wait_until_delivered()
    database = tmp_path / "warehouse.duckdb"
    build(lake=str(server.data_dir / "lake"), database=database)
    with duckdb.connect(str(database), read_only=True) as warehouse:
        facts = dict(warehouse.execute("SELECT DISTINCT event_type, fact FROM event_types").fetchall())
        for event_type, event_ids in sent.items():
            arrived = warehouse.execute(f"SELECT event_id::varchar FROM {facts[event_type]}").fetchall()
            assert set(event_ids) <= {event_id for (event_id,) in arrived}, event_type


def test_a_version_that_breaks_consumers_names_them(tmp_path: Path) -> None:
    old = SchemaRepository().events["purchase"][-1]
    document = json.loads(old.path.read_text())
    document["properties"]["product_type"]["enum"].remove("subscription")
    document["$defs"] = bundle(old)["$defs"]
    changed = json.loads(re.sub(r"\.\./common/[0-9-]+\.json#", "#", json.dumps(document)))
    (change,) = compare(bundle(old), changed).changes
    assert (change.rule.id, change.pointer) == ("enum-value-removed", "/properties/product_type/enum")
    broken = {consumer.name for consumer in broken_by(change, old.document, registered(SCHEMAS))}
    assert broken == {consumer.name for consumer in registered(SCHEMAS) if consumer.event_type == "purchase"}

    copy_of_it = tmp_path / "changed.json"
    copy_of_it.write_text(json.dumps(changed))
    answer = CliRunner().invoke(command.app, ["diff", str(old.path), str(copy_of_it)])
    assert answer.exit_code == 1
    assert "enum-value-removed" in answer.output
    assert all(name in answer.output for name in broken)
    assert "owner: Puzzle Quest team" in answer.output
    answer = CliRunner().invoke(command.app, ["diff", str(old.path), str(copy_of_it), "--json"])
    assert json.loads(answer.output) == {
        "breaking": True,
        "required_bump": "REVISION",
        "changes": [{"rule": "enum-value-removed", "tier": "WIRE", "pointer": "/properties/product_type/enum"}],
    }


def test_every_registered_consumer_uses_fields_that_exist() -> None:
    for consumer in registered(SCHEMAS):
        schema = contract.schema(consumer.event_type, consumer.version)
        assert (consumer.fields or set()) <= set(schema["properties"]), consumer.name


CLIENT_PROGRAM = """
import json, sys
from game_events_client import AuthenticatedClient
from game_events_client.api.events import send_event_batch, send_install_event
from game_events_client.models import EventBatch, InstallEventV200

url, key, event = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
client = AuthenticatedClient(base_url=url, token=key)
receipt = send_install_event.sync(client=client, body=InstallEventV200.from_dict(event))
batch = send_event_batch.sync(client=client, body=EventBatch(events=[InstallEventV200.from_dict(event)]))
print(json.dumps({"event_id": receipt.event_id, "status": receipt.status, "duplicate": batch.duplicate}))
"""


@pytest.mark.timeout(180)
def test_a_python_client_generated_by_others_sends_an_event(server: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(contract.openapi()))
    (tmp_path / "config.yaml").write_text("package_name_override: game_events_client\npost_hooks: []\n")
    generator = Path(sys.executable).with_name("openapi-python-client")
    command_line = [str(generator), "generate", "--path", "openapi.json", "--config", "config.yaml", "--meta", "none"]
    generated = subprocess.run(
        [*command_line, "--output-path", "game_events_client", "--fail-on-warning"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert generated.returncode == 0, generated.stdout + generated.stderr
    (tmp_path / "send.py").write_text(CLIENT_PROGRAM)
    event = fresh_event("install", "2-0-0")
    answer = subprocess.run(
        [sys.executable, "send.py", server.url, server.key, json.dumps(event)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == {"event_id": event["event_id"], "status": "accepted", "duplicate": 1}

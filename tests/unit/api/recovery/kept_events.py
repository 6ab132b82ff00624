"""Dead letters and rejected events as the edge and a sink leave them."""

import copy
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from game_events_api.admission.admit import Arrival
from game_events_api.admission.api_key import ApiKey
from game_events_api.admission.games import GameFile, Games
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.keyring import Keyring
from game_events_api.contract.body_events import single
from game_events_api.contract.catalog import Catalog, Schema, published
from game_events_api.contract.decode import encode
from game_events_api.delivery.spools import Spools
from game_events_api.edge.long_work import at_once
from game_events_api.ingest.judge import Judge
from game_events_api.recovery import Recheck, RejectedEvents
from game_events_api.spool.blocks import DeadLetter, Settled
from game_events_models import contract
from jsonschema_rs import Draft202012Validator
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import NOON, SpoolMaker, line

NO_GAMES = Games(GameFile(Path("/nowhere/games.json")), Keyring(KeyFile(Path("/nowhere/keys.json"))), room=10)
ANY_GAME = ApiKey("k1", "tests", "production", ("*",), ("ingest",), "", "2026-11-01T00:00:00Z")


def install(number: int, **fields: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(line(number))["event"]
    return {**event, **fields}


def at_edge(event: dict[str, Any], sent_at: datetime | None = None, games: tuple[str, ...] = ("*",)) -> Any:
    """The edge's verdict on an event that arrives at noon."""
    key = replace(ANY_GAME, games=games)
    arrival = Arrival(event["event_type"], "c-1", key, NOON, sent_at, gzipped=False)
    _, (verdict,) = at_once(Judge(Catalog(), 65_536, "tests", NO_GAMES).judge(arrival, single(encode(event), 65_536)))
    return verdict


def repaired() -> Recheck:
    """The published contract with one revision more: install/9-0-0 knows one source more."""
    newest = contract.versions()["install"][-1]
    schema = copy.deepcopy(contract.schema("install", newest))
    schema["properties"]["schema_version"]["const"] = "9-0-0"
    schema["properties"]["install_source"]["enum"] = [*schema["properties"]["install_source"]["enum"], "influencer"]

    revision = Schema(
        event_type="install",
        version="9-0-0",
        label=b"install/9-0-0",
        validator=Draft202012Validator(schema, validate_formats=True),
        lifecycle=contract.lifecycle("install", newest),
    )
    return Recheck("install/9-0-0", Catalog([*published(), revision]))


def of_lines(data_dir: Path, *lines: bytes) -> RejectedEvents:
    """Those that were kept as these lines; any API key may write any game."""
    return RejectedEvents(data_dir, lambda: [line.rstrip(b"\n") for line in lines], lambda key_id: ANY_GAME)


def bury(root: Path, numbers: range, reason: str, name: str = "worker-0") -> None:
    """Make dead letters of these events, as the Firehose sink would."""
    bury_lines(root, [line(number) for number in numbers], reason, name)


def bury_lines(root: Path, lines: list[bytes], reason: str, name: str, stream: str = "events") -> None:
    SpoolMaker(root, name).append(lines, stream=stream)
    spools = Spools(root / "spool", ("firehose",), SimulatedClock())
    (spool,) = [one for one in spools.refresh() if one.path.stem == name]
    (block,) = spool.read("firehose", stream, max_bytes=10**6)
    spool.settle("firehose", [Settled(block, [DeadLetter(text, reason, 3) for text in block.data.splitlines(True)])])
    spools.close()


def audit_log(data_dir: Path) -> list[dict[str, Any]]:
    return [json.loads(entry) for entry in (data_dir / "delivery" / "audit.jsonl").read_text().splitlines()]

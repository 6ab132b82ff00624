"""`game-events schemas senders`: older versions go on taking what the default refuses, and it is counted."""

import gzip
import json
from pathlib import Path
from typing import Any

from game_events_cli.main import app
from typer.testing import CliRunner

INSTALL = json.loads((Path(__file__).parents[3] / "schemas/examples/install/valid/minimal-2-0-0.json").read_text())
NIL = "00000000-0000-0000-0000-000000000000"


def event(version: str, **changes: Any) -> bytes:
    return json.dumps({"event": {**INSTALL, "schema_version": version, **changes}}).encode() + b"\n"


def write(data_dir: Path, lines: list[bytes]) -> None:
    file = data_dir / "lake" / "events" / "2026" / "11" / "21" / "10" / "a.ndjson.gz"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(b"".join(lines)))


def found(data_dir: Path) -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, ["schemas", "senders", "--data-dir", str(data_dir), "--json"])
    assert result.exit_code == 0, result.output
    document: dict[str, list[dict[str, Any]]] = json.loads(result.stdout)
    return document["senders"]


def test_what_the_default_version_would_refuse_is_counted_with_its_reason(tmp_path: Path) -> None:
    old = [
        event("2-0-0"),
        event("2-0-0", event_id=NIL),
        event("2-0-0", user_id="someone@example.com"),
        event("2-0-0", country_code="UK"),
        event("2-0-0", country_code="UK", app_version="9.9.9"),
    ]
    write(tmp_path, [*old, event("2-1-1"), event("1-0-0", event_id=NIL), b"no JSON\n", b"[]\n", b'{"event": 1}\n'])

    by_version = {(one["version"], one["app_version"]): one for one in found(tmp_path)}

    mine = by_version["2-0-0", INSTALL["app_version"]]
    assert (mine["events"], mine["refused"], mine["refused_by"]) == (4, 3, "2-1-1")
    assert {reason.split(" at ")[1] for reason in mine["reasons"]} == {"/event_id", "/user_id", "/country_code"}
    assert by_version["2-0-0", "9.9.9"]["refused"] == 1
    assert by_version["2-1-1", INSTALL["app_version"]]["refused"] == 0
    assert by_version["1-0-0", INSTALL["app_version"]]["refused"] == 0  # another MODEL is another matter


def test_a_damaged_file_keeps_nobody_from_the_others(tmp_path: Path) -> None:
    write(tmp_path, [event("2-1-1")])
    (tmp_path / "lake" / "events" / "2026" / "b.ndjson.gz").write_bytes(b"no gzip")
    assert [one["events"] for one in found(tmp_path)] == [1]


def test_nothing_delivered_yet_is_said(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    result = CliRunner().invoke(app, ["schemas", "senders", "--data-dir", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (0, "the lake holds no events\n")

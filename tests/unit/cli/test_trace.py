"""`game-events trace` before anything is loaded; with a warehouse, see the integration tests."""

import json
from pathlib import Path
from typing import Any

import pytest
from game_events_cli.main import app
from typer.testing import CliRunner
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.api.recovery.kept_events import bury
from unit.stored_lines import event_id


def trace(data_dir: Path, number: int, *options: str) -> Any:
    return CliRunner().invoke(app, ["trace", event_id(number), "--data-dir", str(data_dir), *options])


def test_an_event_is_seen_in_spool_dead_letters_and_lake(tmp_path: Path) -> None:
    bury(tmp_path, range(2), "InvalidArgument: no")
    SpoolMaker(tmp_path).append([line(1)])
    file = tmp_path / "lake" / "events" / "2026" / "a.ndjson"
    file.parent.mkdir(parents=True)
    file.write_bytes(line(0) + line(1))
    (file.parent / "damaged.gz").write_bytes(b"no gzip")

    answer = trace(tmp_path, 1, "--json")
    document = json.loads(answer.stdout)

    assert "events/2026/damaged.gz" in answer.stderr, "that it may be there too is said"
    assert document["event_id"] == event_id(1)
    spool, letter, lake = document["stages"]
    assert (spool["stage"], spool["file"], spool["stream"]) == ("spool", "worker-0.db", "events")
    assert (letter["stage"], letter["sink"], letter["attempts"]) == ("dead-letter", "firehose", 3)
    assert (lake["stage"], lake["file"], lake["row"]) == ("lake", "events/2026/a.ndjson", 2)
    assert spool["correlation_id"] == lake["correlation_id"] == "c-1"


def test_events_that_share_an_id_are_told_apart_by_game_and_fingerprint(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append(
        [
            line(1),
            line(1, game="chess"),
            line(1).replace(b'"fingerprint"', b'"x"').replace(b'"user_id":"', b'"user_id":"x'),
        ]
    )
    document = json.loads(trace(tmp_path, 1, "--json").stdout)
    assert [event["game_id"] for event in document["events"]] == ["chess", "puzzle-quest", "puzzle-quest"]
    assert len({event["fingerprint"] for event in document["events"]}) == 3
    assert [stage["game_id"] for stage in document["stages"]] == ["puzzle-quest", "chess", "puzzle-quest"]
    assert "3 events have this id" in trace(tmp_path, 1).stdout
    only = json.loads(trace(tmp_path, 1, "--game", "chess", "--json").stdout)
    assert [stage["game_id"] for stage in only["stages"]] == ["chess"]


def test_the_table_names_file_and_row(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append([line(1)])
    shown = trace(tmp_path, 1)
    assert shown.exit_code == 0
    assert event_id(1) in shown.stdout
    assert "worker-0.db:1" in shown.stdout


def test_an_event_that_is_nowhere_ends_with_1(tmp_path: Path) -> None:
    shown = trace(tmp_path, 1)
    assert shown.exit_code == 1
    assert shown.stdout == f"{event_id(1)} is in no spool, lake file or table of this data directory\n"


@pytest.mark.parametrize("text", ["", "1", "0192f0c1"])
def test_what_is_no_uuid_ends_with_2(tmp_path: Path, text: str) -> None:
    result = CliRunner().invoke(app, ["trace", text, "--data-dir", str(tmp_path)])
    assert result.exit_code == 2
    assert "UUID" in result.stderr

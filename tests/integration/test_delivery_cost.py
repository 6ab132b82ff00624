"""The cost report over a lake."""

import json
from pathlib import Path

from game_events_api.delivery.engine import Engine
from game_events_api.delivery.lake_sink import LakeSink
from game_events_cli.main import app
from typer.testing import CliRunner
from unit.api.delivery.spool_maker import SpoolMaker, line


def test_the_report_says_what_packing_saves(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append(*([line(block * 100 + number) for number in range(100)] for block in range(10)))
    engine = Engine(tmp_path, [LakeSink(tmp_path / "lake", linger=0.0)])
    engine.step()
    engine.close()

    result = CliRunner().invoke(app, ["firehose-cost", "--data-dir", str(tmp_path), "--json"])

    report = json.loads(result.stdout)
    assert report["events"] == 1000
    assert report["billed_one_event_a_record"] == 1000 * 5120
    assert report["bytes"] <= report["billed_packed"] <= report["bytes"] + 2 * 5120
    assert report["billed_bytes_ratio"] > 6

"""`game-events cost`, and the page that shows its figures."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from documents import ROOT
from game_events_cli import costing
from game_events_cli.costing import Load, estimate, read_prices, tiered
from game_events_cli.main import app
from typer.testing import CliRunner

PRICES = read_prices(None, "us-east-1")


def told(*options: str) -> Any:
    result = CliRunner().invoke(app, ["cost", "--json", *options])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_page_shows_what_the_command_says() -> None:
    text: str = runpy.run_path(str(ROOT / "scripts" / "scale_docs.py"))["text"]()
    assert (ROOT / "docs" / "scale.md").read_text(encoding="utf-8") == text, "run scripts/scale_docs.py"


def test_the_items_add_up_and_each_is_quantity_and_price() -> None:
    result = told("--events-per-day", "14400000")
    assert result["usd_a_month"] == pytest.approx(sum(item["usd"] for item in result["items"]))
    bills = {(item["service"], item["unit"]): (item["quantity"], item["usd"]) for item in result["items"]}
    hours, usd = bills["EC2", "h"]
    assert (hours, usd) == (pytest.approx(2 * 730, rel=0.01), pytest.approx(hours * 0.145))
    packed, usd = bills["Firehose", "GiB"]
    assert 1 <= packed / (14.4e6 * 30.4 * 800 / 2**30) < 1.02, "rounding up costs little where events are packed"
    assert usd == pytest.approx(packed * 0.029)


def test_what_grows_and_what_is_there_from_the_beginning() -> None:
    small, large = (estimate(Load(events), PRICES) for events in (1e3, 1e9))
    assert small.usd_a_month > 200, "two servers and a load balancer wait for the first event"
    assert large.usd_a_month / 1e9 < small.usd_a_month / 1e3 / 1000
    assert estimate(Load(1e3, regions=3), PRICES).needs.servers == 6
    assert estimate(Load(1e9, batch=1), PRICES).needs.processors_at_peak > 2 * large.needs.processors_at_peak
    assert estimate(Load(1e9, months_kept=0), PRICES).needs.lake_gib == 0


def test_one_process_of_delivery_a_server_asks_for_more_servers_than_the_processors_do() -> None:
    needs = estimate(Load(86400e5, batch=500, peak=1), PRICES).needs
    assert needs.servers == 4
    assert needs.processors_at_peak / (PRICES["server"]["processors"] * costing.BUSY) < 2


def test_tiers_are_paid_one_after_the_other() -> None:
    tiers: list[list[Any]] = [[10, 3.0], [30, 2.0], [None, 1.0]]
    assert [tiered(quantity, tiers) for quantity in (0, 10, 15, 30, 40)] == [0, 30, 40, 70, 80]


@pytest.mark.parametrize(
    ("text", "region", "said"),
    [
        ("nonsense", "us-east-1", "is no file of prices"),
        ('{"regions": {}}', "us-east-1", "has no region 'us-east-1'"),
        ('{"regions": {"here": {"s3_put": 1}}}', "here", "here has no ebs_gib_month"),
    ],
)
def test_unusable_prices_end_with_2_and_say_what_to_do(tmp_path: Path, text: str, region: str, said: str) -> None:
    file = tmp_path / "prices.json"
    file.write_text(text)
    result = CliRunner().invoke(app, ["cost", "--events-per-day", "1", "--prices", str(file), "--region", region])
    assert result.exit_code == 2
    assert said in result.stderr


def test_prices_of_another_region_are_taken_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    file.write_text(json.dumps({"regions": {"here": {**PRICES, "snowflake_credit": 0.0}}}))
    result = told("--events-per-day", "1e6", "--prices", str(file), "--region", "here")
    assert {item["usd"] for item in result["items"] if item["unit"] == "credits"} == {0.0}

"""What a build promises about the tables it publishes."""

from decimal import Decimal
from pathlib import Path

from game_events_warehouse.build import build
from unit.warehouse.lake_writer import LakeWriter, install, purchase, rejected


def test_a_lake_becomes_facts_and_revenue(tmp_path: Path) -> None:
    lake = LakeWriter(tmp_path / "lake")
    lake.write([install(1), install(2), purchase(3, "4.99", "USD"), purchase(4, "2.000", "KWD")])
    lake.write([install(1)])
    lake.write([rejected('{"event_type":"purchase"}')], stream="rejected")

    result = build(lake=str(lake.root), database=tmp_path / "warehouse" / "warehouse.duckdb")

    assert (result.raw_events, result.raw_rejected, result.duplicates_removed) == (5, 1, 1)
    assert (result.installs, result.purchases, result.files_loaded) == (2, 2, 3)
    assert result.revenue["USD"].usd == Decimal("4.99")
    assert result.revenue["KWD"].usd is None
    assert result.revenue["KWD"].pending == 1

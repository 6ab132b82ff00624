"""Builds at noon, of a lake as it is in the morning and in the evening."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from game_events_warehouse.build import BuildResult, build
from unit.stored_lines import stamp
from unit.warehouse.lake_writer import NOON, LakeWriter, install, purchase, rejected


class Builder(Protocol):
    def __call__(self, lake: str, database: Path, **options: Any) -> BuildResult: ...


@pytest.fixture(scope="module")
def dbt_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One parse of the dbt project for all builds."""
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture
def build_at_noon(dbt_state: Path) -> Builder:
    def built(lake: str, database: Path, **options: Any) -> BuildResult:
        return build(lake=lake, database=database, now=lambda: NOON, dbt_state=dbt_state, **options)

    return built


def write_morning(lake: LakeWriter) -> None:
    lake.write([install(number) for number in range(50)])
    lake.write([purchase(number, f"{number}.50", "JPY" if number % 2 else "AFN") for number in range(100, 140)])
    lake.write([install(1, received=NOON + timedelta(minutes=3), event_time=stamp(NOON))])
    lake.write([rejected("{}")], stream="rejected")


def write_evening(lake: LakeWriter) -> None:
    """Among new events: copies of the morning's that the server had received earlier, and later, and a reused id."""
    lake.write([install(2, received=NOON - timedelta(minutes=1), event_time=stamp(NOON)), install(200)])
    lake.write([install(3, received=NOON + timedelta(minutes=1), event_time=stamp(NOON))])
    lake.write([purchase(101, "77.00", "JPY", received=NOON - timedelta(minutes=1), transaction_id="GPA.103")])
    lake.write([purchase(300, "5.00"), "{torn"])

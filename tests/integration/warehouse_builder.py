"""Builds at noon, of a lake as it is in the morning and in the evening."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from game_events_warehouse.build import BuildResult, build
from unit.stored_lines import stamp
from unit.warehouse.lake_writer import NOON, LakeWriter, install, purchase, refund, rejected


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


def tangled(seed: int, count: int = 120) -> list[dict[str, Any]]:
    """Purchases and refunds of few ids, transactions, games and days: any may meet any. None is of puzzle-quest."""
    random_ = random.Random(seed)
    lines = []
    for _ in range(count):
        received = NOON - timedelta(minutes=random_.randrange(60))
        kind = random_.choice((purchase, purchase, refund))
        line = kind(random_.randrange(7000, 7030))
        line["event"] |= {
            "price" if kind is purchase else "amount": random_.choice(("1.00", "2.50", "-1", "x")),
            "currency": random_.choice(("EUR", "GBP")),
            "game_id": random_.choice(("chess", "go")),
            "environment": random_.choice(("production", "production", "sandbox")),
            "store": random_.choice(("google_play", "web_shop")),
        }
        chosen = f"T-{random_.randrange(12)}"
        if kind is purchase:
            line["event"]["transaction_id"] = chosen
        else:
            line["event"] |= {"original_transaction_id": chosen, "refund_id": f"R-{random_.randrange(12)}"}
        line["received_at"] = stamp(received)
        line["effective_time"] = stamp(NOON - timedelta(days=random_.randrange(5)))
        lines.append(line)
    return lines


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

"""What a type checker says of programs of the SDK's users: nothing of right ones, one short line of a wrong call."""

import re
import subprocess
import sys

import pytest

RIGHT = """
import asyncio
from decimal import Decimal
from typing import Any
from game_events import AsyncGameAnalyticsClient, BatchReceipt, EventReceipt, GameAnalyticsClient, PurchaseEvent
from game_events_models.purchase import v1_0_0

COMMON: dict[str, Any] = {"user_id": "player-1", "session_id": "s-1"}

with GameAnalyticsClient("https://e.example", "key", game_id="puzzle-quest", platform="ios") as client:
    one: EventReceipt = client.send_install_event(user_id="player-1", session_id="s-1", install_source="organic")
    client.send_install_event(**COMMON, install_source="paid", campaign=None)
    event = PurchaseEvent(
        user_id="player-1", session_id="s-1", game_id="g", platform="ios", app_version="1", environment="sandbox",
        product_id="p", product_type="consumable", quantity=1, price="4.99", currency="USD", store="steam",
        transaction_id="t",
    )
    client.send_event(event)
    client.send_purchase_event(
        user_id="player-1", session_id="s-1", product_id="p", product_type="consumable", quantity=1,
        price=Decimal("4.99"), currency="USD", store="steam", transaction_id="t",
    )
    many: BatchReceipt = client.send_events_batch(event for _ in range(3))
    accepted: int = many.accepted


async def main() -> None:
    async with AsyncGameAnalyticsClient() as client:
        two: EventReceipt = await client.send_install_event(
            user_id="player-1", session_id="s-1", install_source="organic"
        )


asyncio.run(main())
"""
GIVEN = """
from game_events import GameAnalyticsClient
client = GameAnalyticsClient("https://e.example", "key")
"""
WRONG = {
    "install_sauce": 'client.send_install_event(user_id="p", session_id="s", install_source="paid", install_sauce="x")',
    "install_source": 'client.send_install_event(user_id="p", session_id="s", install_source="friend")',
    "session_id": 'client.send_install_event(user_id="p", install_source="paid")',
    "user_id": 'client.send_install_event(user_id=7, session_id="s", install_source="paid")',
    "platform": 'client.send_install_event(user_id="p", session_id="s", install_source="paid", platform="iOS")',
    "Never": 'client.send_install_event("p", user_id="p", session_id="s", install_source="paid")',
    "game": 'GameAnalyticsClient("https://e.example", "key", game="puzzle-quest")',
    "timeout": 'GameAnalyticsClient("https://e.example", "key", timeout="5")',
    "send_events_batch": "client.send_events_batch(7)",
    "acepted": "client.send_events_batch([]).acepted",
}
LONGEST = 300


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What mypy --strict says, by file."""
    folder = tmp_path_factory.mktemp("types")
    programs = {"right": RIGHT, **{f"wrong_{name}": GIVEN + call for name, call in WRONG.items()}}
    for name, text in programs.items():
        (folder / f"{name}.py").write_text(text)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=280, check=False)
    found: dict[str, list[str]] = {name: [] for name in programs}
    for line in done.stdout.splitlines():
        if ours := re.match(r"(\w+)\.py:\d+: (?:error|note): (.*)", line):  # and where in the SDK something is defined
            found[ours[1]].append(ours[2])
    assert done.returncode == 1, done.stderr
    return found


def test_a_right_program_is_right(said: dict[str, list[str]]) -> None:
    assert said["right"] == []


@pytest.mark.parametrize("name", WRONG)
def test_of_a_wrong_call_the_argument_is_named_in_few_words(said: dict[str, list[str]], name: str) -> None:
    found = said[f"wrong_{name}"]
    assert any(f'"{name}"' in error for error in found), found
    assert sum(map(len, found)) < LONGEST, found

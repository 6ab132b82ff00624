"""What mypy and pyright say of programs of the SDK's users: nothing of right ones, one short line of a wrong call."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from needs_tools import find_tool

RIGHT = """
import asyncio
from decimal import Decimal
from typing import Any
from game_events import AsyncGameAnalyticsClient, BatchReceipt, EventReceipt, GameAnalyticsClient, PurchaseEvent
from game_events_models.purchase import v1_0_0

COMMON: dict[str, Any] = {"user_id": "player-1", "session_id": "s-1"}

PINS = {"purchase": "1-0-0"}
with GameAnalyticsClient("https://e.example", "key", game_id="puzzle-quest", platform="ios", schemas=PINS) as client:
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
    player = client.player("player-1", session="s-1", country_code="DE")
    event_id: str = player.install(install_source="organic")
    many: BatchReceipt = client.send_events_batch(event for _ in range(3))
    accepted: int = many.accepted


def pinned(event: v1_0_0.PurchaseEvent) -> BatchReceipt:
    return client.send_events_batch([event])


async def main() -> None:
    async with AsyncGameAnalyticsClient() as client:
        two: EventReceipt = await client.send_install_event(
            user_id="player-1", session_id="s-1", install_source="organic"
        )
        print(two.status)


asyncio.run(main())
"""
GIVEN = """
from game_events import GameAnalyticsClient
client = GameAnalyticsClient("https://e.example", "key")
player = client.player("player-1", session="s")
"""
COINS = 'product_id="p", product_type="consumable", price=4.99, store="steam", transaction_id="t"'
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
    "quantity": f'player.purchase({COINS}, currency="USD", quantity="1")',
    "amount": f'player.purchase({COINS}, currency="USD", quantity=1, amount=4.99)',
    "acepted": "client.send_events_batch([]).acepted",
}
LONGEST = 300


Said = dict[str, list[str]]
"""By program, what is said of it."""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("types")
    for name, text in {"right": RIGHT, **{f"wrong_{name}": GIVEN + call for name, call in WRONG.items()}}.items():
        (folder / f"{name}.py").write_text(text)
    return folder


@pytest.fixture(scope="module")
def mypy(programs: Path) -> Said:
    """Of mypy --strict."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context", "."]
    done = subprocess.run(command, cwd=programs, capture_output=True, text=True, timeout=280, check=False)
    found: Said = {path.stem: [] for path in programs.glob("*.py")}
    for line in done.stdout.splitlines():
        if ours := re.match(r"(\w+)\.py:\d+: (?:error|note): (.*)", line):  # and where in the SDK something is defined
            found[ours[1]].append(ours[2])
    assert done.returncode == 1, done.stderr
    return found


@pytest.fixture(scope="module")
def pyright(programs: Path) -> Said:
    """Of pyright's strict mode, the sentences; the lines below one repeat the type, member by member."""
    (programs / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    command = [str(find_tool("pyright")), "--pythonpath", sys.executable, "--outputjson", "."]
    done = subprocess.run(command, cwd=programs, capture_output=True, text=True, timeout=280, check=False)
    found: Said = {path.stem: [] for path in programs.glob("*.py")}
    for error in json.loads(done.stdout)["generalDiagnostics"]:
        found[Path(error["file"]).stem].append(error["message"].partition("\n")[0])
    return found


def test_a_right_program_is_right_for_mypy(mypy: Said) -> None:
    assert mypy["right"] == []


@pytest.mark.needs("pyright")
def test_a_right_program_is_right_for_pyright(pyright: Said) -> None:
    assert pyright["right"] == []


@pytest.mark.parametrize("name", WRONG)
def test_mypy_names_the_wrong_argument_in_few_words(mypy: Said, name: str) -> None:
    said_in_few_words(mypy, name)


@pytest.mark.needs("pyright")
@pytest.mark.parametrize("name", WRONG)
def test_pyright_names_the_wrong_argument_in_few_words(pyright: Said, name: str) -> None:
    said_in_few_words(pyright, name)


def said_in_few_words(said: Said, name: str) -> None:
    found = said[f"wrong_{name}"]
    assert any(f'"{name}"' in error for error in found), found
    assert sum(map(len, found)) < LONGEST, found

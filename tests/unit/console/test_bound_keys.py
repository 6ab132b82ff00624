"""What a key may not see is never told as what there is not."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from contract.stack import running_stack
from game_events_api.admission.key_file import KeyFile
from game_events_api.ledger_key import LedgerKey
from game_events_console.inside import ApiProblem
from game_events_console.pages.health import _ready
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.api.recovery.kept_events import bury
from unit.console.test_health import rates
from unit.console.test_pages import browser, sign_in


@pytest.mark.parametrize("is_built", [True, False])
def test_a_key_of_some_games_is_told_that_figures_of_all_are_not_for_it(tmp_path: Path, *, is_built: bool) -> None:
    if is_built:
        rates(tmp_path)
    bound = KeyFile(tmp_path / "keys.json").create("bound", scopes=("read",), games=("another",))

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, bound)
                live, health = [(await client.get(f"/console/{page}")).text for page in ("live", "health")]
                for page in (live, health):
                    assert "<b>–</b><small>not for a key of some games</small>" in page
                    assert "no warehouse" not in page
                assert "a key of every game is shown them" in health

    asyncio.run(look())


def test_dead_letters_of_other_games_are_not_told_to_be_none(tmp_path: Path) -> None:
    bury(tmp_path, range(1, 3), "InvalidArgument: no")
    bound = KeyFile(tmp_path / "keys.json").create("bound", scopes=("read",), games=("another",))

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, bound)
                page = (await client.get("/console/dead-letters")).text
                assert "None that your key may see" in page
                assert "Everything that was accepted was delivered" not in page

    asyncio.run(look())


@pytest.mark.parametrize("bounds", [{"games": ("another",)}, {"event_types": ("purchase",)}])
def test_a_version_that_others_send_is_told_neither_to_be_sent_by_nobody_nor_to_end(
    tmp_path: Path, bounds: dict[str, Any]
) -> None:
    bound = KeyFile(tmp_path / "keys.json").create("bound", scopes=("read",), **bounds)
    today = datetime.now(UTC).date()
    for ago in range(1, 7):
        key = LedgerKey("puzzle-quest", "install", "2-0-0", f"{today - timedelta(days=ago)}T12")
        SpoolMaker(tmp_path).append_counted("events", [line(ago)], [key])

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                assert "can be retired" in (await client.get("/console/catalog/install")).text
                await sign_in(client, bound)
                page = (await client.get("/console/catalog/install")).text
                assert "told to a key that sees it of every game" in page
                assert ("can be retired" in page, ">nobody</td>" in page) == (False, False)
                assert "of what your key may see" in page
                row = (await client.get("/console/catalog")).text.partition(">install</a>")[2].partition("</tr>")[0]
                assert "none that your key may see" in row

    asyncio.run(look())


def test_readiness_that_was_not_told_is_not_told_as_well() -> None:
    def visit(problem: ApiProblem) -> Any:
        async def get(path: str) -> Any:
            raise problem

        return SimpleNamespace(api=SimpleNamespace(get=get))

    down = {"checks": {"spool": {"status": "fail"}}}
    assert asyncio.run(_ready(visit(ApiProblem(503, down)))) == down
    with pytest.raises(ApiProblem):
        asyncio.run(_ready(visit(ApiProblem(429, {"title": "Too Many Requests"}))))

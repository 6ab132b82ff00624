"""The Revenue page says what became of figures that somebody has seen before."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from contract.stack import running_stack
from game_events_api.admission.key_file import KeyFile
from game_events_console.rendering import fragment
from game_events_console.restated import restated
from game_events_warehouse import trail
from game_events_warehouse.books import books_of
from game_events_warehouse.trail import Change, Figures, Published
from unit.console.test_pages import browser

TODAY = datetime.now(UTC).date()
BEFORE = {"purchases": 10, "gross": "100.0000", "refunded": "0.0000", "net": "100.0000"}
AFTER = {"purchases": 12, "gross": "120.5000", "refunded": "5.2500", "net": "115.2500"}


def answer(*changes: dict[str, Any], **others: Any) -> dict[str, Any]:
    builds = ["2026-11-27T09:35:48Z", "2026-11-26T20:00:00Z"]
    said = {"base_currency": "USD", "built_at": "2026-11-28T09:00:00Z", "since": builds[0], "builds": builds}
    return said | {"changes": list(changes)} | others


def changed(booked_on: str | None = None, **reasons: int) -> dict[str, Any]:
    why = {name.replace("_", " "): count for name, count in reasons.items()}
    return {"day": "2026-11-20", "game_id": "<b>chess", "before": BEFORE, "after": AFTER, "reasons": why} | {
        "booked_on": booked_on
    }


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            answer(changed(event=1, late_event=2, refund=1, rate=3), changed(refund=1)),
            "3 purchases came in, 2 of them for days that were over. 2 refunds took back from what 2 days had come to."
            " Rates were restated on 1 day.",
        ),
        (answer(changed(event=1)), "1 purchase came in. No rate was restated."),
        (
            answer(changed(repaired=2, models=1)),
            "2 purchases came from lines that could not be read before. No rate was restated. Models are others than"
            " before, on 1 day.",
        ),
        (answer(), "Nothing: every figure is what it was at the build of 27 November, 09:35:48."),
        (answer(since=None), "There is no earlier build in USD to compare with."),
        (answer(since=None, built_at=None, base_currency=None, builds=[]), "Nothing was built yet."),
    ],
)
def test_what_changed_is_said_in_sentences(found: dict[str, Any], said: str) -> None:
    assert " ".join(restated(found).said) == said


def test_each_changed_day_has_its_row_with_what_it_was_and_is() -> None:
    made = restated(answer(changed("2026-12-01", refund=1, late_event=2)))
    html = fragment("restated.html", "since_then", made, "28", "") + fragment("restated.html", "each_change", made)
    for part in (">11-20 <", "closed, booked 12-01", "&lt;b&gt;chess", "+2", "+20.50", "−5.25", "100.00", "115.25"):
        assert part in html
    assert "late event (2), refund (1)" in html
    assert '<option value="2026-11-27T09:35:48Z" selected>27 November, 09:35:48</option>' in html


def test_the_api_tells_what_changed_to_whoever_may_see_the_game(tmp_path: Path) -> None:
    books = books_of(tmp_path / "warehouse" / "warehouse.duckdb")
    figures: Figures = {"purchases": "1", "gross_amount_base": "4.9900", "net_amount_base": "4.9900"}
    for build in (1, 2):
        after = figures | {"purchases": str(build)}
        changes = [Change(str(TODAY), game, "EUR", None, after, {"event": 1}, None) for game in ("chess", "go")]
        trail.record(books, Published("USD", changes, [], build, f"2026-11-2{build}T09:00:00Z"))
    keys = KeyFile(tmp_path / "keys.json")
    bound = keys.create("bound", scopes=("read",), games=("go",))
    installs = keys.create("installs", scopes=("read",), event_types=("install",))

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:

                async def ask(key: str, **query: Any) -> httpx.Response:
                    headers = {"authorization": f"Bearer {key}"}
                    return await client.get("/v1/revenue/changes", params=query, headers=headers)

                said = (await ask(stack.key)).json()
                assert [one["game_id"] for one in said["changes"]] == ["chess", "go"]
                assert said["changes"][0]["after"] == {
                    "purchases": 2,
                    "gross": "4.9900",
                    "refunded": "0",
                    "net": "4.9900",
                }
                assert [said["since"], *said["builds"]] == ["2026-11-21T09:00:00Z"] * 2
                assert [one["game_id"] for one in (await ask(bound)).json()["changes"]] == ["go"]
                assert (await ask(bound, game="chess")).json()["changes"] == []
                assert (await ask(installs)).json()["changes"] == []
                assert (await ask(stack.key, since="2026-11-20T00:00:00Z")).json()["since"] is None
                assert (await ask(stack.key, since="yesterday")).status_code == 422

    asyncio.run(look())


def test_before_the_first_build_the_api_says_that_there_was_none(tmp_path: Path) -> None:
    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                headers = {"authorization": f"Bearer {stack.key}"}
                said = (await client.get("/v1/revenue/changes", headers=headers)).json()
                assert said == {"base_currency": None, "built_at": None, "since": None, "builds": [], "changes": []}

    asyncio.run(look())
    assert not books_of(tmp_path / "warehouse" / "warehouse.duckdb").exists(), "asking makes nothing"

"""Whatever a sender sent, no list and no page fails by it: not for operators, not for viewers."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from contract.stack import running_stack
from game_events_console.documents import MOST_DEEP, lines_of
from game_events_console.pages import live
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.console.test_pages import browser, key_of, sign_in
from unit.console.test_playground import token_of

pytestmark = pytest.mark.usefixtures("unhurried_trace")

EVENT = json.dumps(json.loads(line(1))["event"])
AS_VALUE = {
    "half of a character": r'"\ud800"',
    "not a number": "NaN",
    "no double": "1e999",
    "many digits": "9" * 4000,
    "deep": "[" * 960 + "]" * 960,
    "deeper": "[" * 1500 + "]" * 1500,
}


@pytest.mark.parametrize("value", AS_VALUE.values(), ids=AS_VALUE)
@pytest.mark.parametrize("name", ["app_version", "event_type", "user_id", "zz"])
def test_what_the_edge_refused_is_listed_and_shown(tmp_path: Path, name: str, value: str) -> None:
    raw = EVENT.replace(f'"{name}":', f'"{name}": {value}, "{name}2":', 1)
    raw = raw if value in raw else f'{raw[:-1]}, "{name}": {value}}}'
    stored = json.loads(rejected_line(1, raw, rule="malformed-json", pointer="", received=datetime.now(UTC)))
    SpoolMaker(tmp_path).append([json.dumps(stored | {"game_id": "puzzle-quest"}).encode() + b"\n"], stream="rejected")
    viewer = key_of(tmp_path, "read")

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                for key in (stack.key, viewer):
                    bearer = {"authorization": f"Bearer {key}"}
                    (kept,) = (await client.get("/v1/rejected", headers=bearer)).json()["items"]
                    (seen,) = (await client.get("/v1/live", headers=bearer)).json()["events"]
                    paths = [f"rejected/{kept['name']}", "rejected/stats", f"live/{seen['id']}"]
                    paths += [f"rejected/groups?by={by}" for by in ("rule", "build", "event")]
                    for path in paths:
                        assert (await client.get(f"/v1/{path}", headers=bearer)).status_code == 200, path
                    await sign_in(client, key)
                    pages = [f"playground?rejected={kept['name']}", "live", f"live/{seen['id']}", "rejected"]
                    for page in [*pages, "rejected?by=build", f"playground?event={seen['id']}"]:
                        assert (await client.get(f"/console/{page}")).status_code == 200, page
                form = {"document": raw, "token": await token_of(client), "do": "send"}
                assert (await client.post("/console/playground", data=form)).status_code == 200

    asyncio.run(look())


@pytest.mark.parametrize("text", ["\n", "a\x00b", "\t|", "*", "\\*", "\x7f", "é\u2028"])
def test_a_fold_opens_whatever_its_events_are_called(tmp_path: Path, text: str) -> None:
    event = json.loads(EVENT) | {"app_version": text, "event_type": text}
    stored = rejected_line(1, event, rule="unknown-event-type", pointer="/event_type", received=datetime.now(UTC))
    SpoolMaker(tmp_path).append([stored], stream="rejected")

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                for by in ("build", "event", "version"):
                    page = await client.get(f"/console/rejected?by={by}")
                    assert (page.status_code, page.text.count('<tr class="within"')) == (200, 1)

    asyncio.run(look())


def test_a_damaged_file_of_the_lake_is_named_by_each_list_and_page_that_needs_it(tmp_path: Path) -> None:
    file = tmp_path / "lake" / "rejected" / "2026" / "b.gz"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\x1f\x8bno gzip")

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                for path in ("/v1/rejected", "/v1/rejected/stats", "/v1/rejected/groups", "/console/rejected"):
                    answer = await client.get(path, headers={"authorization": f"Bearer {stack.key}"})
                    assert (answer.status_code, "rejected/2026/b.gz cannot be unpacked" in answer.text) == (503, True)

    asyncio.run(look())


@pytest.mark.parametrize("name", ["stats", "groups", "0123456789ab", "../ledger"])
def test_a_rejected_event_that_there_is_not_is_not_found(tmp_path: Path, name: str) -> None:
    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                answer = await client.get("/console/playground", params={"rejected": name})
                assert answer.status_code == 404

    asyncio.run(look())


def test_a_page_that_fails_says_so_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(live, "first_event", lambda: 1 // 0)

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                answer = await client.get("/console/live")
                assert (answer.status_code, "This page failed here" in answer.text) == (503, True)

    asyncio.run(look())
    assert "a page failed" in caplog.text


def test_a_document_is_shown_as_deep_as_anybody_reads() -> None:
    document = {"a": json.loads("[" * 400 + "]" * 400)}
    shown = [one for one in lines_of(document, [], fold=False) if one.value == "…"]
    assert [len(one.indent) for one in shown] == [2 * MOST_DEEP]

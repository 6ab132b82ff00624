"""The console's pages over the real admin application, without a socket."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from contract.stack import Stack, running_stack
from game_events_api.admission.key_file import KeyFile
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.stored_lines import event_id

pytestmark = pytest.mark.usefixtures("unhurried_trace")

FORM = {"content-type": "application/x-www-form-urlencoded"}


@asynccontextmanager
async def browser(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=stack.admin)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def sign_in(client: httpx.AsyncClient, key: str, to: str = "") -> httpx.Response:
    return await client.post("/console/sign-in", data={"key": key, "to": to})


def key_of(data_dir: Path, *scopes: str) -> str:
    return KeyFile(data_dir / "keys.json").create("console tests", scopes=scopes)


def test_nothing_is_shown_to_who_is_not_signed_in_and_the_way_back_is_kept(tmp_path: Path) -> None:
    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                for path in ("live", "live/stream", "live/1-1"):
                    answer = await client.get(f"/console/{path}")
                    assert (answer.status_code, answer.headers["location"].partition("=")[0]) == (
                        303,
                        "/console/sign-in?to",
                    )
                beside = await client.get("/console/live/1-1", headers={"x-partial": "true"})
                assert (beside.status_code, beside.text) == (401, ""), "so that the page goes there itself"
                asked = await client.get("/console/live?game=chess")
                assert asked.headers["location"] == "/console/sign-in?to=%2Fconsole%2Flive%3Fgame%3Dchess"
                signed = await sign_in(client, stack.key, "/console/live?game=chess")
                assert signed.headers["location"] == "/console/live?game=chess"
                from_elsewhere = {"sec-fetch-site": "cross-site", "cookie": ""}
                again = await client.get("/console/live", headers=from_elsewhere)
                assert 'http-equiv="refresh"' in again.text, "the cookie comes with the second try"

    asyncio.run(look())


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example", "/console/\\elsewhere", "/console//x"]
)
def test_signing_in_leads_nowhere_but_into_the_console(tmp_path: Path, to: str) -> None:
    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                assert (await sign_in(client, stack.key, to)).headers["location"] == "/console/live"

    asyncio.run(look())


def test_a_session_is_a_cookie_that_holds_no_key_and_ends(tmp_path: Path) -> None:
    sender = key_of(tmp_path, "ingest")

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                refused = await sign_in(client, "ge_live_no_such_key")
                assert refused.status_code == 401
                assert 'role="alert"' in refused.text
                assert (await sign_in(client, sender)).status_code == 401
                foreign = await client.post(
                    "/console/sign-in", data={"key": stack.key}, headers={"sec-fetch-site": "cross-site"}
                )
                assert foreign.status_code == 403
                cookie = (await sign_in(client, stack.key)).headers["set-cookie"]
                assert {"HttpOnly", "SameSite=strict", "Path=/console"} <= {part.strip() for part in cookie.split(";")}
                assert stack.key[-20:] not in cookie
                page = (await client.get("/console/live")).text
                assert stack.key[-20:] not in page
                token = re.findall(r'name="token" value="([^"]+)"', page)[0]
                await client.post("/console/sign-out", data={"token": "another"})
                assert (await client.get("/console/live")).status_code == 200, "a form of nobody's"
                await client.post("/console/sign-out", data={"token": token})
                assert (await client.get("/console/live")).status_code == 303

    asyncio.run(look())


def test_the_newest_events_are_listed_with_their_reasons_under_a_strict_policy(tmp_path: Path) -> None:
    async def look() -> None:
        with running_stack(tmp_path) as stack:
            SpoolMaker(tmp_path).append([line(1)])
            event = json.loads(line(2))["event"] | {"event_type": "<b>purchase", "store": "x"}
            SpoolMaker(tmp_path).append([rejected_line(2, event)], stream="rejected")
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                page = await client.get("/console/live")
                policy = page.headers["content-security-policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                assert not re.search(r"<[^>]* style=|<style|<script(?![^>]* src=\"/console/static/)| on\w+=", page.text)
                assert "&lt;b&gt;purchase" in page.text
                assert "<code>store</code> has a value that is not in its list" in page.text
                rows = re.findall(r'<a class="open" href="([^"]+)"', page.text)
                assert len(rows) == 2
                rejected = await client.get(rows[0])
                assert '<span class="l x"' in rejected.text
                assert "not one of the known values" in rejected.text
                beside = await client.get(rows[1], headers={"x-partial": "true"})
                assert beside.text.lstrip().startswith("<aside")
                found = await client.get("/console/live?verdict=accepted&q=nothing-has-this")
                assert "No event matches" in found.text
                assert (await client.get("/console/live/1-1")).status_code == 404
                for name in set(re.findall(r'(?:href|src)="(/console/static/[^"]+)"', page.text)):
                    assert (await client.get(name)).status_code == 200
                assert (await client.get("/console/static/..%2Fadmin.py")).status_code == 404

    asyncio.run(look())


def test_each_of_the_events_that_carry_one_id_is_named_and_leads_to_its_own_way(tmp_path: Path) -> None:
    async def look() -> None:
        with running_stack(tmp_path) as stack:
            SpoolMaker(tmp_path).append([line(1), line(1, game="chess")])
            event = json.loads(line(1))["event"] | {"event_type": "purchase"}
            SpoolMaker(tmp_path).append([rejected_line(1, event)], stream="rejected")
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                page = (await client.get(f"/console/live/{event_id(1)}")).text
                assert "2 more events carry this id" in page
                for place, said in ((1, r"chess(?!, received)"), (2, "Refused by the contract")):
                    assert f'href="/console/live/{event_id(1)}?nth={place}"' in page
                    other = (await client.get(f"/console/live/{event_id(1)}?nth={place}")).text
                    assert re.search(said, other)
                    assert f'href="/console/live/{event_id(1)}?nth=0"' in other
                    assert not re.search(said, page)
                assert f'playground?event={event_id(1)}&amp;nth=2"' in other
                for wrong in ("3", "-1", "x", "9" * 5000):
                    assert (await client.get(f"/console/live/{event_id(1)}?nth={wrong}")).text == page
                newest = (await client.get("/console/live")).text
                (first, *_) = re.findall(r'<a class="open" href="([^"]+)"', newest)
                beside = await client.get(first, headers={"x-partial": "true"})
                assert "2 more events carry this id" in beside.text
                (tmp_path / "spool" / "worker-7.db").write_bytes(b"no database" * 100)
                nowhere = await client.get(f"/console/live/{event_id(2)}")
                assert (nowhere.status_code, "not everything was looked through" in nowhere.text) == (404, True)

    asyncio.run(look())


def test_a_full_list_with_all_that_it_loads_is_at_most_100_kilobytes_on_the_wire(tmp_path: Path) -> None:
    async def look() -> None:
        with running_stack(tmp_path) as stack:
            SpoolMaker(tmp_path).append([line(number) for number in range(200)])
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                page = await client.get("/console/live")
                assert page.text.count('<a class="open"') == 200
                loaded = set(re.findall(r'(?:href|src)="(/console/static/[^"]+)"', page.text))
                answers = [page, *[await client.get(name) for name in loaded]]
                assert len(answers) >= 4
                assert sum(int(answer.headers["content-length"]) for answer in answers) <= 100_000

    asyncio.run(look())


def test_a_viewer_is_shown_no_personal_data_and_an_operator_is(tmp_path: Path) -> None:
    viewer = key_of(tmp_path, "read")

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            SpoolMaker(tmp_path).append([line(123456)])
            for key, shown in ((viewer, False), (stack.key, True)):
                async with browser(stack) as client:
                    await sign_in(client, key)
                    page = await client.get("/console/live")
                    (event,) = re.findall(r'<a class="open" href="([^"]+)"', page.text)
                    both = page.text + (await client.get(event)).text
                    assert ("player-123456" in both) is shown
                    assert ("player-••••56" in both) is not shown

    asyncio.run(look())


def test_a_page_that_is_not_there_is_answered_within_the_console(tmp_path: Path) -> None:
    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                assert (await client.get("/console/lvie")).status_code == 303, "who is not signed in is told nothing"
                await sign_in(client, stack.key)
                answer = await client.get("/console/lvie")
                assert answer.status_code == 404
                assert "There is no page /console/lvie" in answer.text
                assert 'href="/console/live"' in answer.text
                empty = await client.get("/console/dead-letters")
                assert "Everything that was accepted was delivered." in empty.text

    asyncio.run(look())

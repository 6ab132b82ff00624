"""The playground: what was pasted is judged as it is spelled, and sent only as a test, by whoever may send."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from contract.stack import Stack, running_stack
from game_events_api.audit import acts
from game_events_console.pasted import MOST_BYTES, MOST_EVENTS, TooMuch, events_in
from game_events_console.starts import document_of, starts
from game_events_models import contract
from unit.api.delivery.spool_maker import line
from unit.console.test_pages import browser, key_of, sign_in

pytestmark = pytest.mark.usefixtures("unhurried_trace")

EVENT: dict[str, Any] = json.loads(line(1))["event"]


async def token_of(client: httpx.AsyncClient) -> str:
    page = (await client.get("/console/playground?type=install")).text
    return str(re.findall(r'name="token" value="([^"]+)"', page)[0])


async def post(client: httpx.AsyncClient, text: str, do: str = "judge") -> str:
    form = {"document": text, "token": await token_of(client), "do": do}
    answer = await client.post("/console/playground", data=form)
    assert answer.status_code == 200, text
    return answer.text


def test_a_document_is_judged_by_every_version(tmp_path: Path) -> None:
    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                for text, told in (
                    (json.dumps(EVENT), "Verdict as install"),
                    (json.dumps(EVENT | {"platform": 7}), "<code>platform</code>"),
                    (json.dumps(EVENT | {"event_type": "nothing"}), "There is no event of this type: types are"),
                    (
                        json.dumps(EVENT | {"schema_version": "9-9-9"}),
                        "There is no such version of install: versions are",
                    ),
                    ("{", "This is no JSON"),
                    ("[7]", "An event is a JSON object"),
                    (json.dumps(EVENT)[:-1] + ', "platform": "ios"}', "stands twice in one object"),
                ):
                    assert told in await post(client, text)
                assert "Send as a test event" in await post(client, json.dumps(EVENT))

    asyncio.run(look())


def test_of_several_each_has_its_verdict_and_the_failing_place_of_each_is_marked(tmp_path: Path) -> None:
    events = [EVENT, EVENT | {"platform": 7}, EVENT | {"platform": 7}]
    lines = "\r\n".join(json.dumps(event) for event in events) + "\r\n\r\n{"

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                for text, of in ((json.dumps(events, indent=1), 3), (lines, 4)):
                    page = await post(client, text)
                    assert f"1 of {of} would be accepted" in page
                    assert page.count('class="l x"') == 2
                    assert re.findall(r'id="d-(\d+)"', page) == [str(number) for number in range(2, of + 1)]
                too_long = await client.post("/console/playground", data={"document": "x" * 2_000_000})
                assert (too_long.status_code, "1,024 KiB" in too_long.text) == (413, True)

    asyncio.run(look())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["?"]),
        ("[]", []),
        (' [ {"a": 1.50} , {"a": 1, "a": 2} ] ', ['{"a": 1.50}', '{"a": 1, "a": 2}']),
        ('[[1], "x, ]"]', ["[1]", '"x, ]"']),
        ('[{"a": 1}', ["?"]),
        ('{"a": 1}\n\n{"b": }\n{"c": "\u2028"}', ['{"a": 1}', "?", '{"c": "\u2028"}']),
        ('{"a":\n1}', ['{"a":\n1}']),
        ("[" * 100_000, ["?"]),
    ],
)
def test_what_is_pasted_is_read_as_it_is_spelled(text: str, found: list[str]) -> None:
    assert ["?" if one.problem else one.text for one in events_in(text)] == found


@pytest.mark.parametrize(
    "text", ["[" + "{}," * MOST_EVENTS + "{}]", "{}\n" * (MOST_EVENTS + 1), "x" * (MOST_BYTES + 1)]
)
def test_more_than_is_looked_at_is_told_with_the_bound(text: str) -> None:
    with pytest.raises(TooMuch, match=r"looked at at once"):
        events_in(text)
    assert len(events_in("[" + ",".join(["{}"] * MOST_EVENTS) + "]")) == MOST_EVENTS


def stored(stack: Stack) -> list[dict[str, Any]]:
    return [one["event"] for one in stack.stored()]


def test_what_passes_is_sent_as_a_test_by_who_may_send_and_recorded(tmp_path: Path) -> None:
    wrong = EVENT | {"platform": 7}

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                page = await post(client, json.dumps(EVENT | {"environment": "production"}), "send")
                (event,) = stored(stack)
                assert (event["environment"], event["event_id"] != EVENT["event_id"]) == ("sandbox", True)
                shown = await client.get(re.findall(r'href="(/console/live/[^"]+)"', page)[0])
                assert event["event_id"] in shown.text
                assert "1 of 1 accepted as a test" in page
                assert "1 of 1 accepted" in await post(client, json.dumps([wrong, EVENT]), "send")
                assert len(stored(stack)) == 2
                assert "Nothing was sent" in await post(client, json.dumps(wrong), "send")
                old = EVENT | {"event_time": "2020-01-01T00:00:00Z"}
                assert "It happened too long ago" in await post(client, json.dumps(old), "send")
                foreign = await client.post("/console/playground", data={"document": json.dumps(EVENT), "do": "send"})
                assert foreign.status_code == 403
                assert len(stored(stack)) == 2
        done = [(one["action"], one["events"]) for one in acts(tmp_path)]
        assert done == [("test events", 1)] * 3

    asyncio.run(look())


def test_who_may_not_send_sees_the_right_that_is_missing_and_the_command(tmp_path: Path) -> None:
    viewer = key_of(tmp_path, "read")

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, viewer)
                for do in ("judge", "send"):
                    page = await post(client, json.dumps(EVENT), do)
                    assert re.search(r'value="send" disabled.*needs a key with the right <code>ingest</code>', page)
                    assert "curl $GAME_EVENTS_URL" in page
                assert stored(stack) == []

    asyncio.run(look())


@pytest.mark.parametrize("event_type", contract.versions())
def test_every_example_that_is_offered_is_there_and_is_judged_as_it_says(tmp_path: Path, event_type: str) -> None:
    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                bearer = {"authorization": f"Bearer {stack.key}"}
                page = (await client.get(f"/console/playground?type={event_type}")).text
                for one in (one for listed in starts(event_type).values() for one in listed):
                    assert f'<option value="{one.value}"' in page
                    document = document_of(event_type, one.value)
                    judged = await client.post("/v1/judge", json=document, headers=bearer)
                    named = [said["reasons"] for said in judged.json()["verdicts"] if said["named"]]
                    assert [bool(reasons) for reasons in named] in ([[True], []] if one.rule else [[False]])

    asyncio.run(look())

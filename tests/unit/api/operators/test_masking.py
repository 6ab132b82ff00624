"""No answer of the admin port shows personal data to those who may only read, wherever an event is kept."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from contract.stack import running_stack
from game_events_api.admission.key_file import KeyFile
from game_events_api.live.masking import DOTS, masked_line
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.api.recovery.kept_events import at_edge, bury, bury_lines, install
from unit.stored_lines import event_id

pytestmark = pytest.mark.usefixtures("unhurried_trace")

PLAYER = "player-123456"
Look = Callable[[str, str], Awaitable[str]]


def secret(number: int) -> str:
    return f"ann{number}-secret@example.com"


def refused(number: int, **fields: Any) -> bytes:
    """The line that the edge stores of such an event, as if it came now."""
    verdict = at_edge(install(number, **fields))
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return re.sub(rb'^{"received_at":"[^"]+"', b'{"received_at":"%b"' % now.encode(), verdict.line)


PLANTED: list[dict[str, Any]] = [
    # over the 16 KiB that are kept, so that what was sent is no JSON any more
    {"session_id": f"{secret(0)} and", "properties": {f"k{number}": "\U0001f600" * 256 for number in range(32)}},
    # spelt otherwise in the sentence than in the document: shortened, escaped
    {"session_id": f"{secret(1)} {'x' * 900}"},
    {"session_id": f'"{secret(2)}" \\'},
    # below a mark, as its value or a name within it, and above one
    {"session_id": {"email": secret(3)}},
    {"session_id": [secret(4)]},
    {"properties": {"email": [secret(5)]}},
    {"properties": {secret(6): 1}},
    {"event_type": "purchase", "schema_version": "1-2-1", "receipt": secret(7)},
    # where the contract describes nothing
    {"emial": secret(8)},
    {"device": {"os": "x", "owner": {"email": secret(9)}}},
    {"platform": {"email": secret(10)}},
    {"app_version": [secret(11)]},
    {"event_type": "sign_up", "email": secret(12), "user": {"mail": secret(12)}},
    {"event_type": secret(13)},
    {"schema_version": secret(14)},
]


def test_who_may_only_read_is_shown_no_player_by_any_path_and_who_may_operate_is(tmp_path: Path) -> None:
    bury(tmp_path, range(123456, 123457), "InvalidArgument: no")
    event = json.loads(line(123456))["event"]
    stored = json.loads(rejected_line(1, event, received=datetime.now(UTC)))
    stored["reasons"][0]["message"] = f"'{PLAYER}' is not allowed"
    SpoolMaker(tmp_path, "worker-1").append([line(123456)])
    SpoolMaker(tmp_path, "worker-1").append([json.dumps(stored).encode() + b"\n"], stream="rejected")
    keys = KeyFile(tmp_path / "keys.json")
    viewer, operator = keys.create("v", scopes=("read",)), keys.create("o", scopes=("read", "operate"))

    async def look(shown: Look) -> None:
        lists = ["/v1/live", "/v1/rejected", "/v1/dead-letters", "/v1/rejected/groups"]
        live, rejected, letters, _ = [json.loads(await shown(path, operator)) for path in lists]
        details = [f"/v1/rejected/{one['name']}" for one in rejected["items"]]
        details += [f"/v1/dead-letters/{one['name']}" for one in letters["items"]]
        details += [f"/v1/live/{one['id']}" for one in live["events"]]
        details += [f"/v1/trace/{event_id(123456)}"]
        assert len(details) == 5
        for path in lists + details:
            assert PLAYER not in await shown(path, viewer), path
        for path in ["/v1/rejected/groups", *details]:
            assert PLAYER in await shown(path, operator), path

    asyncio.run(_asked(tmp_path, look))


def test_personal_data_in_what_was_refused_is_shown_by_no_path_to_who_may_only_read(tmp_path: Path) -> None:
    lines = [refused(number, **fields) for number, fields in enumerate(PLANTED)]
    bury_lines(tmp_path, lines, "InvalidArgument: no", "worker-1", "rejected")
    SpoolMaker(tmp_path, "worker-2").append(lines, stream="rejected")
    keys = KeyFile(tmp_path / "keys.json")
    viewer, operator = keys.create("v", scopes=("read",)), keys.create("o", scopes=("read", "operate"))

    async def look(shown: Look) -> None:
        lists = ["/v1/live", "/v1/rejected", "/v1/rejected/stats", "/v1/dead-letters", "/v1/rejected/groups"]
        live, rejected, _, letters, groups = [json.loads(await shown(path, operator)) for path in lists]
        details = {
            "live": [f"/v1/live/{one['id']}" for one in live["events"]],
            "rejected": [f"/v1/rejected/{one['name']}" for one in rejected["items"]],
            "letters": [f"/v1/dead-letters/{one['name']}" for one in letters["items"]],
            "trace": [f"/v1/trace/{event_id(number)}" for number in range(len(PLANTED))],
        }
        for path in [*lists, *(path for paths in details.values() for path in paths)]:
            assert "-secret" not in await shown(path, viewer), path
        for kind, paths in details.items():
            everything = "".join([await shown(path, operator) for path in paths])
            assert [number for number in range(len(PLANTED)) if secret(number) not in everything] == [], kind
        assert "-secret" in json.dumps(groups)
        # Nor is it found by its beginning; by what the list shows of it, it is.
        begins = "/v1/rejected?where=event_type=ann13*"
        assert len(json.loads(await shown(begins, operator))["items"]) == 1
        assert json.loads(await shown(begins, viewer))["items"] == []
        assert len(json.loads(await shown(f"/v1/live?event={DOTS}om", viewer))["events"]) == 1
        assert json.loads(await shown("/v1/live?q=-secret", viewer))["events"] == []

    asyncio.run(_asked(tmp_path, look))


async def _asked(data_dir: Path, look: Callable[[Look], Awaitable[None]]) -> None:
    with running_stack(data_dir) as stack:
        transport = httpx.ASGITransport(app=stack.admin)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:

            async def shown(path: str, key: str) -> str:
                answer = await client.get(path, headers={"authorization": f"Bearer {key}"})
                assert answer.status_code == 200, path
                return json.dumps(answer.json(), ensure_ascii=False)

            await look(shown)


@pytest.mark.parametrize(
    ("fields", "pointer", "rule", "message"),
    [
        ({"emial": "ann"}, "/emial", "additionalProperties", "there is no such field"),
        ({"properties": {"Ann@x": 1}}, "/properties", "pattern", None),
        ({"properties": {"email": ["ann"]}}, "/properties", "anyOf", None),
        ({"session_id": ["ann"]}, "/session_id", "type", None),
        ({"platform": None}, "/platform", "type", 'null is not of type "string"'),
        ({"device": {"os": 7}}, "/device/os", "type", '7 is not of type "string"'),
        ({"install_source": "ann"}, "/install_source", "enum", '"ann" is not one of "organic"'),
        ({"event_type": "ann"}, "/event_type", "unknown-event-type", None),
    ],
)
def test_a_reason_says_rule_and_place_and_quotes_only_what_is_shown(
    fields: dict[str, Any], pointer: str, rule: str, message: str | None
) -> None:
    reason = json.loads(masked_line(refused(1, **fields)))["reasons"][0]
    assert (reason["pointer"], reason["rule"]) == (pointer, rule)
    assert reason["message"].startswith(message or "it is refused; those who may operate")
    assert "ann" not in json.dumps(reason) or pointer == "/install_source"


def test_a_condition_quotes_no_other_field_and_a_hook_adds_nothing_that_is_shown() -> None:
    stored = json.loads(rejected_line(1, install(1), pointer="/platform"))
    stored["reasons"][0]["message"] = f"'x' is wrong, because session_id is {PLAYER}"
    assert json.loads(masked_line(json.dumps(stored).encode()))["reasons"][0]["message"] == "'x' is wrong"
    stored["reasons"][0]["message"] = f"{'x' * 200} … session_id is {PLAYER}"
    assert json.loads(masked_line(json.dumps(stored).encode()))["reasons"][0]["message"] == "x" * 200
    enriched = json.loads(line(1)) | {"enrichment": {"city": PLAYER}}
    assert PLAYER not in masked_line(json.dumps(enriched).encode())


def test_a_line_that_is_no_object_or_was_no_json_shows_nothing_of_what_was_sent() -> None:
    assert masked_line(b"player-123456 {") == DOTS
    shown = json.loads(masked_line(rejected_line(1, f"{PLAYER} {{")))
    assert (shown["raw"], shown["correlation_id"]) == (None, "r-1")
    assert json.loads(masked_line(line(123456)))["event"]["user_id"] == "player-••••56"

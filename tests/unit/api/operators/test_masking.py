"""No answer of the admin port shows personal data to those who may only read, wherever an event is kept."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
from contract.stack import running_stack
from game_events_api.admission.key_file import KeyFile
from game_events_api.live.masking import DOTS, masked_line
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.api.recovery.kept_events import bury
from unit.stored_lines import event_id

PLAYER = "player-123456"


def test_who_may_only_read_is_shown_no_player_by_any_path_and_who_may_operate_is(tmp_path: Path) -> None:
    bury(tmp_path, range(123456, 123457), "InvalidArgument: no")
    event = json.loads(line(123456))["event"]
    stored = json.loads(rejected_line(1, event, received=datetime.now(UTC)))
    stored["reasons"][0]["message"] = f"'{PLAYER}' is not allowed"
    SpoolMaker(tmp_path, "worker-1").append([line(123456)])
    SpoolMaker(tmp_path, "worker-1").append([json.dumps(stored).encode() + b"\n"], stream="rejected")
    keys = KeyFile(tmp_path / "keys.json")
    viewer, operator = keys.create("v", scopes=("read",)), keys.create("o", scopes=("read", "operate"))

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            transport = httpx.ASGITransport(app=stack.admin)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:

                async def shown(path: str, key: str) -> str:
                    answer = await client.get(path, headers={"authorization": f"Bearer {key}"})
                    assert answer.status_code == 200, path
                    return json.dumps(answer.json(), ensure_ascii=False)

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

    asyncio.run(look())


def test_a_line_that_is_no_object_or_was_no_json_shows_nothing_of_what_was_sent() -> None:
    assert masked_line(b"player-123456 {") == DOTS
    shown = json.loads(masked_line(rejected_line(1, f"{PLAYER} {{")))
    assert (shown["raw"], shown["correlation_id"]) == (None, "r-1")
    assert json.loads(masked_line(line(123456)))["event"]["user_id"] == "player-••••56"

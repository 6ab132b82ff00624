"""What was refused: groups that differ stay apart, each rule has its sentence, a replay means what was shown."""

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from contract.stack import running_stack
from game_events_api.contract.reasons import at_its_field
from game_events_console.documents import lines_of
from game_events_console.sentences import SENTENCES, sentence
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.console.test_pages import browser, key_of, sign_in

pytestmark = pytest.mark.usefixtures("unhurried_replays")

ROOT = Path(__file__).resolve().parents[3]
OWN_RULES = re.compile(
    r'(?:rule="|FieldError\([^)]*rule="|_error\("[^"]*", "|Fails\("|Forbidden\("[^"]*", ")([a-z-]+)"'
)


def refused(number: int, rule: str, message: str, **fields: Any) -> bytes:
    event = json.loads(line(number))["event"] | fields
    stored = json.loads(rejected_line(number, event, rule=rule, pointer="", received=datetime.now(UTC)))
    stored["reasons"][0]["message"] = message
    return json.dumps(stored).encode() + b"\n"


def unknown(name: str) -> str:
    return f"Additional properties are not allowed ('{name}' was unexpected)"


def test_faults_at_two_fields_are_two_groups_and_a_replay_means_one(tmp_path: Path) -> None:
    lines = [refused(number, "additionalProperties", unknown("email"), email="x") for number in (1, 2)]
    lines += [refused(3, "additionalProperties", unknown("level"), level=1, app_version="2.0")]
    lines += [refused(4, "required", '"platform" is a required property')]
    SpoolMaker(tmp_path).append(lines, stream="rejected")
    viewer = key_of(tmp_path, "read")

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                bearer = {"authorization": f"Bearer {stack.key}"}
                groups = (await client.get("/v1/rejected/groups", headers=bearer)).json()["groups"]
                assert [(one["pointer"], one["events"]) for one in groups] == [
                    ("/email", 2),
                    ("/level", 1),
                    ("/platform", 1),
                ]
                assert (groups[1]["builds"], sum(groups[1]["counts"])) == (["2.0"], 1)
                stats = (await client.get("/v1/rejected/stats", headers=bearer)).json()["counts"]
                assert len(stats) == 3
                await sign_in(client, stack.key)
                page = (await client.get("/console/rejected")).text
                assert "<code>email</code> is no field of install 1-0-0" in page
                token = re.findall(r'name="token" value="([^"]+)"', page)[0]
                wanted = {"rule": "additionalProperties", "event_type": "install", "schema_version": "1-0-0"}
                form = wanted | {"pointer": "/email", "do": "try", "token": token}
                tried = await client.post("/console/rejected/replay", data=form, follow_redirects=True)
                assert "0 of 2" in tried.text
                form |= {"as": "1-1-0"}
                as_another = await client.post("/console/rejected/replay", data=form, follow_redirects=True)
                assert "as install 1-1-0" in as_another.text
                assert (await client.post("/console/rejected/replay", data=form | {"token": "x"})).status_code == 403
                await sign_in(client, viewer)
                page = (await client.get("/console/rejected")).text
                assert "needs the right <code>operate</code>" in page
                assert "player-1" not in page
                token = re.findall(r'name="token" value="([^"]+)"', page)[0]
                assert (await client.post("/console/rejected/replay", data=form | {"token": token})).status_code == 403

    asyncio.run(look())


def test_what_was_refused_is_folded_by_event_version_build_and_key_and_a_fold_is_replayed_alone(tmp_path: Path) -> None:
    lines = [refused(1, "additionalProperties", unknown("email"), email="x", app_version="2.0")]
    lines += [refused(2, "additionalProperties", unknown("level"), level=1, app_version="2.0")]
    lines += [refused(3, "additionalProperties", unknown("email"), email="x", app_version="1|*")]
    lines += [refused(5, "required", "no", app_version="1|2")]
    lines += [refused(4, "unknown-schema-version", "no", event_type="purchase", schema_version="9-9-9", app_version=7)]
    SpoolMaker(tmp_path).append(lines, stream="rejected")
    folds = {
        "event": [("install", 4, 3), ("purchase", 1, 1)],
        "version": [("install 1-0-0", 4, 3), ("purchase 9-9-9", 1, 1)],
        "build": [("build 2.0", 2, 2), ("build 1|*", 1, 1), ("build 1|2", 1, 1), ("no build", 1, 1)],
        "key": [("key k1", 5, 4)],
    }

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                bearer = {"authorization": f"Bearer {stack.key}"}
                whole = (await client.get("/v1/rejected/groups?by=build", headers=bearer)).json()["groups"][0]
                assert [whole[name] for name in ("rule", "pointer", "reasons")] == ["additionalProperties", "", 2]
                await sign_in(client, stack.key)
                for by, told in folds.items():
                    page = (await client.get(f"/console/rejected?by={by}")).text
                    rows = re.findall(
                        r'<b>(\d+)</b></td><td class="fit"><a [^>]*aria-expanded.*?</svg> (.*?)</a>.*?(\d+) reason',
                        page,
                    )
                    assert [(name, int(events), int(reasons)) for events, name, reasons in rows] == told, by
                    assert page.count('<tr class="within"') == told[0][2], "the first is open"
                page = (await client.get("/console/rejected?by=build&of=1|*")).text
                assert page.count('<tr class="within"') == 1
                form = dict(
                    re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.split('class="try"')[1])
                )
                assert (form["build"], form["pointer"]) == ("1|\\*", "/email")
                form |= {"do": "try"}
                there = "/console/rejected/replay?by=build&of=1|*"
                tried = await client.post(there, data=form, follow_redirects=True)
                assert "0 of 1" in tried.text
                assert 'aria-current="true">Build' in tried.text, "the page stays as it was"

    asyncio.run(look())


@pytest.mark.parametrize(
    ("rule", "message", "pointer"),
    [
        ("required", '"platform" is a required property', "/device/platform"),
        ("additionalProperties", unknown("a/b"), "/device/a~1b"),
        ("required", "of another form", "/device"),
        ("type", '"platform" is a required property', "/device"),
    ],
)
def test_a_reason_points_at_its_field(rule: str, message: str, pointer: str) -> None:
    assert at_its_field({"pointer": "/device", "rule": rule, "message": message})["pointer"] == pointer


def test_every_rule_has_its_sentence() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "api" / "game_events_api").rglob("*.py")]
    own = {rule for source in sources for rule in OWN_RULES.findall(source)}
    assert {"unknown-event-type", "event-too-old", "forbidden-game", "too-large"} <= own
    assert own - SENTENCES.keys() == set()


def test_a_rule_that_the_console_does_not_know_is_told_in_the_servers_words() -> None:
    assert sentence({"rule": "new-rule", "pointer": "", "message": "Do this."}, None, None) == "Do this."


def test_the_failing_place_is_marked_and_a_missing_field_where_its_object_begins() -> None:
    document = {"a": 1, "b": {"c": "x", "d": []}, "e": None}
    reasons = [{"pointer": "/b/c", "message": "wrong"}, {"pointer": "/b/missing", "message": "missing"}]
    marked = {line.number: line.says for line in lines_of(document, reasons, fold=True) if line.says}
    assert marked == {3: ["missing"], 4: ["wrong"]}
    assert not any(line.folded for line in lines_of(document, reasons, fold=True))
    long = lines_of({str(number): number for number in range(50)}, [{"pointer": "/3", "message": "no"}], fold=True)
    assert [line.number for line in long if not line.folded] == list(range(1, 10))

"""The catalog: what changed between any two versions, who sends which, and what is still sent though it goes."""

import asyncio
import re
from itertools import permutations
from pathlib import Path

import duckdb
import pytest
from contract.stack import Stack, running_stack
from game_events_api.admission.key_file import KeyFile
from game_events_api.ledger_key import LedgerKey
from game_events_console.difference import between, field_at
from game_events_console.kinds import holds
from game_events_contract.columns import compare_events
from game_events_models import contract
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.console.test_pages import browser, key_of, sign_in

BOUND = {
    ("chess",): 'nb">1.2.0</td>',
    ("go",): "None that your key may see.",
    ("chess", "go"): "a key of every game is shown them",
}
"""Keys of some games, and what they are told of who sends chess's installs."""


def page_of(stack: Stack, path: str, key: str | None = None) -> str:
    async def look() -> str:
        async with browser(stack) as client:
            await sign_in(client, key or stack.key)
            answer = await client.get(f"/console/catalog{path}")
            assert answer.status_code == 200
            return answer.text

    return asyncio.run(look())


@pytest.mark.parametrize("event_type", contract.versions())
def test_of_any_two_versions_it_is_told_what_the_gate_finds(event_type: str) -> None:
    versions = contract.versions()[event_type]
    for one, other in permutations(versions, 2):
        older, newer = sorted((one, other), key=versions.index)
        found = between(event_type, one, other)
        assert found is not None
        report = compare_events(contract.schema(event_type, older), contract.schema(event_type, newer))
        assert (found.older, found.newer, found.needs) == (older, newer, report.required_step.name)
        wire = {field_at(change.pointer) for change in report.changes if change.rule.tier == "WIRE"}
        assert {told.field for told in found.told if "senders" in told.notices} == wire
        assert found.backward == (not wire)
    assert [between(event_type, one, one) for one in versions] == [None] * len(versions)


def test_two_versions_are_chosen_in_the_address_and_shown_with_the_verdict(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        page = page_of(stack, "/install?from=1-1-0&version=2-0-0")
        for part in (
            "breaking</span>",
            "it needs a new MODEL",
            '<code id="module">game_events_models.install.v2_0_0</code>',
            '<code>referrer</code><br><span class="tag cut">field removed</span>',
            "senders, the warehouse",
            '<span class="l del">referrer: text, 1 to 256',
            "Why, in the author's words: referrer is gone",
            "<s><code>referrer</code></s>",
            'class="tag cut">removed after 1-1-0',
            'class="tag new">new',
            'class="tag old">deprecated',
        ):
            assert part in page, part
        assert page_of(stack, "/install?from=2-0-0&version=2-0-1").count("compatible</span>") == 1
        assert "One and the same version" in page_of(stack, "/install?version=1-0-0")
        default = contract.default_version("install")
        for query in ("", "?version=nothing&from=nothing"):
            assert re.findall(r'version=([^"]+)" aria-current', page_of(stack, f"/install{query}")) == [default]


def test_who_sends_which_version_is_told_by_build_and_key_and_by_game_where_no_warehouse_is(tmp_path: Path) -> None:
    key = LedgerKey("puzzle-quest", "install", "1-0-1", "2026-11-28T12")
    SpoolMaker(tmp_path).append_counted("events", [line(number) for number in range(3)], [key] * 3)
    viewer = key_of(tmp_path, "read")
    keys = KeyFile(tmp_path / "keys.json")
    of_games = {games: keys.create("bound", scopes=("read",), games=games) for games in BOUND}
    with running_stack(tmp_path) as stack:
        page = page_of(stack, "/install")
        assert "told by the warehouse" in page
        assert re.search(r"1-0-1</th><td[^>]*>puzzle-quest</td><td[^>]*>3<", page)
        listed = page_of(stack, "")
        assert "One version that goes is still sent" in listed
        assert "<b>install 1-0-1</b>: 3 events, refused from 31 December 2027" in listed
        assert "100.0 %" in listed
        (tmp_path / "warehouse").mkdir()
        with duckdb.connect(str(tmp_path / "warehouse" / "warehouse.duckdb")) as connection:
            columns = "event_type, schema_version, game_id, key_id, event, received_at"
            connection.execute(f"create table stg_events ({columns.replace(',', ' varchar,')} timestamp)")
            rows = [
                ("1-0-1", '{"app_version": "1.2.0"}', 3),
                ("2-0-0", "{}", 4),
                ("1-0-0", '{"app_version": "0.1"}', 40),
            ]
            for version, event, ago in rows:
                values = f"'install', '{version}', 'chess', 'k1', '{event}', current_date - {ago}"
                connection.execute(f"insert into stg_events values ({values})")
                connection.execute(f"insert into stg_events values ({values.replace('install', 'purchase')})")
        page = page_of(stack, "/install", viewer)
        assert re.findall(r"</span></th><td[^>]*>([^<]+)</td><td[^>]*>k1", page) == ["1.2.0"], (
            "with the tag of its state"
        )
        assert "no build" in page
        assert "0.1</td>" not in page
        for games, said in BOUND.items():
            assert said in page_of(stack, "/install", of_games[games])


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "string", "minLength": 1, "maxLength": 128}, "text, 1 to 128"),
        ({"type": "string", "minLength": 2, "maxLength": 2}, "text, 2"),
        ({"type": ["integer", "null"], "minimum": 0}, "whole number or null, 0 or more"),
        ({"type": "string", "format": "uuid", "maxLength": 36}, "UUID"),
        ({"enum": list("abcdef")}, "a, b, c, d … (6)"),
        ({"anyOf": [{"type": "object", "maxProperties": 8}, {"type": "null"}]}, "object, up to 8 or null"),
        ({"const": "install"}, "“install”"),
        (True, ""),
    ],
)
def test_what_a_field_holds_is_told_in_words(schema: object, said: str) -> None:
    assert holds(schema) == said


@pytest.mark.parametrize(
    ("pointer", "field"),
    [
        ("/properties/device/properties/os/maxLength", "device.os"),
        ("/properties/properties/additionalProperties", "properties"),
        ("/required", ""),
        ("/properties/a~1b", "a/b"),
    ],
)
def test_a_change_is_told_at_its_field(pointer: str, field: str) -> None:
    assert field_at(pointer) == field

"""`GET /v1/trace/{event_id}`: whose it is, what of it is shown to whom, and how long it looks."""

import asyncio
import gzip
import json
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from contract.stack import Stack, running_stack
from game_events_api.admission.key_file import KeyFile
from game_events_api.operators.trace import MOST, SECONDS, Search, by_event
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.api.recovery.kept_events import bury, install
from unit.stored_lines import event_id


@dataclass
class Known:
    """What an installed warehouse says."""

    seen_in: str
    details: dict[str, Any]


def ask(stack: Stack, wanted: str, key: str | None = None) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=stack.admin)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            headers = {"authorization": f"Bearer {key or stack.key}"}
            return await client.get(f"/v1/trace/{wanted}", headers=headers)

    return asyncio.run(send())


def put(data_dir: Path, path: str, *lines: bytes) -> None:
    file = data_dir / "lake" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(b"".join(lines)))


def test_each_event_of_an_id_is_shown_with_its_way_to_those_who_may_see_it(tmp_path: Path) -> None:
    bury(tmp_path, range(2), "InvalidArgument: no")
    SpoolMaker(tmp_path).append([line(1), line(1, game="chess")])
    put(tmp_path, "events/2026/11/20/12/a.gz", line(1))
    put(tmp_path, "rejected/2026/11/20/12/r.gz", rejected_line(1, install(1)))
    keys = KeyFile(tmp_path / "keys.json")
    viewer, of_chess = keys.create("v", scopes=("read",)), keys.create("c", scopes=("read",), games=("chess",))
    with running_stack(tmp_path) as stack:
        _look(stack, viewer, of_chess)


def _look(stack: Stack, viewer: str, of_chess: str) -> None:
    answer = ask(stack, event_id(1)).json()
    by_game = {(one["event"]["verdict"], one["event"]["game_id"]): one["sightings"] for one in answer["events"]}
    assert answer["complete"]
    assert [one["stage"] for one in by_game["accepted", "puzzle-quest"]] == ["spool", "dead-letter", "lake"]
    assert [one["stage"] for one in by_game["accepted", "chess"]] == ["spool"]
    (rejected,) = [stages for (verdict, _), stages in by_game.items() if verdict == "rejected"]
    assert [one["file"] for one in rejected] == ["rejected/2026/11/20/12/r.gz"]
    assert "player-1" in json.dumps(answer)
    masked = ask(stack, event_id(1), viewer).json()
    assert "player-1" not in json.dumps(masked)
    assert all(one["event"]["masked"] for one in masked["events"])
    (only,) = ask(stack, event_id(1), of_chess).json()["events"]
    assert only["event"]["game_id"] == "chess"
    assert ask(stack, event_id(2)).status_code == 404
    assert ask(stack, event_id(0), of_chess).status_code == 404
    assert ask(stack, event_id(1).upper()).json()["events"] == answer["events"]
    for none in ("not-a-uuid", event_id(1).replace("-", ""), "{" + event_id(1) + "}", "0_0" + event_id(1)[3:]):
        assert ask(stack, none).json()["errors"][0]["pointer"] == "/event_id"


def test_a_search_ends_with_its_time_and_says_so(tmp_path: Path) -> None:
    for hour in range(10, 14):
        put(tmp_path, f"events/2026/11/20/{hour}/a.gz", line(hour))
    clock = count(0, SECONDS / 2)
    late = Search(tmp_path, [], lambda: float(next(clock)))(event_id(10), "")
    assert (late.sightings, late.complete) == ([], False)
    SpoolMaker(tmp_path).append([line(1)])
    known = [Known("staged", {"file": "events/2026/11/20/10/a.gz", "row": 1, "game_id": "puzzle-quest"})]
    clock = count(0, SECONDS / 2)
    named = Search(tmp_path, [lambda _: (known, (), True)], lambda: next(clock) / 3)(event_id(10), "")
    assert [one.seen_in for one in named.sightings] == ["lake", "staged"], "the file that the warehouse names is first"
    assert not named.complete
    put(tmp_path, "events/2026/11/20/14/many.gz", *[line(7)] * (MOST + 1))
    many = Search(tmp_path, [])(event_id(7), "")
    assert (len(many.sightings), many.complete) == (MOST, False)


def test_no_lake_and_no_time_left_for_the_spool_files_is_not_complete(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append([line(1)])
    clock = count(0, SECONDS)
    found = Search(tmp_path, [], lambda: float(next(clock)))(event_id(1), "")
    assert (found.sightings, found.complete) == ([], False)
    assert Search(tmp_path, [])(event_id(2), "").complete


def test_time_that_a_lookup_takes_is_not_that_of_the_other_places(tmp_path: Path) -> None:
    put(tmp_path, "events/2026/11/20/10/a.gz", line(1))
    SpoolMaker(tmp_path).append([line(1)])
    now = [0.0]

    def slow(_: str) -> Any:
        now[0] += SECONDS
        return [], (), True

    found = Search(tmp_path, [slow], lambda: now[0])(event_id(1), "")
    assert ([one.seen_in for one in found.sightings], found.complete) == (["spool", "lake"], True)


@pytest.mark.parametrize("place", ["spool/worker-7.db", "lake/events/2026/11/20/10/a.gz"])
def test_what_is_damaged_may_hold_the_event_so_nobody_is_told_that_it_is_nowhere(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(parents=True)
    (tmp_path / place).write_bytes(b"damaged" * 100)
    with running_stack(tmp_path) as stack:
        answer = ask(stack, event_id(1))
    assert (answer.status_code, answer.json()["events"], answer.json()["complete"]) == (200, [], False)


def test_a_lookup_that_did_not_look_everything_through_is_not_complete(tmp_path: Path) -> None:
    assert not Search(tmp_path, [lambda _: ([], (), False), lambda _: ([], (), True)])(event_id(1), "").complete


def test_a_lookup_that_fails_or_knows_more_hides_nothing_of_what_is_known_here(tmp_path: Path) -> None:
    put(tmp_path, "rejected/2026/11/20/12/r.gz", rejected_line(1, install(1)))

    def broken(_: str) -> Any:
        raise RuntimeError("no such table")

    place = {"file": "rejected/2026/11/20/12/r.gz", "row": 1, "game_id": "puzzle-quest", "fingerprint": None}
    elsewhere = {"game_id": "chess", "fingerprint": "f", "event_type": "install", "received_at": "2026-11-20T12:00:00Z"}
    known = [Known("raw-rejected", place), Known("fact", elsewhere | {"table": "fct_installs"})]
    found = Search(tmp_path, [broken, lambda _: (known, (), True)])(event_id(1), "")
    assert not found.complete
    rejected, fact = by_event(found.sightings)
    assert [one.seen_in for one in rejected.sightings] == ["lake", "raw-rejected"]
    assert json.loads(fact.line_or_what_is_known)["event_type"] == "install"

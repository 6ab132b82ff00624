"""Whose an event is and what it is known by, from a request to what is stored."""

import json
from collections import Counter
from pathlib import Path

from game_events_api.admission import GameFile, KeyFile
from unit.api.edge.played_edge import Edge, encoded, event, make_edge, play
from unit.api.edge.played_edge import edge as edge  # the fixture

BATCH = "/v1/events/batch"


def test_an_id_that_another_game_sent_makes_no_event_a_duplicate(edge: Edge) -> None:
    async def scenario() -> None:
        first = event()
        assert (await edge.post(encoded(first)))[1]["status"] == "accepted"
        others = encoded({**first, "game_id": "puzzle-quest"})
        for status in ("accepted", "duplicate"):
            assert (await edge.post(others, authorization=f"Bearer {edge.other_key}"))[1]["status"] == status

    play(scenario)
    assert len(edge.spool.lines()) == 2
    assert not any(entry.reused_ids for entry in edge.spool.entries)


def test_the_same_id_with_other_content_is_an_event_of_its_own_and_counted(edge: Edge) -> None:
    async def scenario() -> None:
        first = event()
        other = {**first, "user_id": "user-2"}
        receipts = [(await edge.post(encoded(sent)))[1]["status"] for sent in (first, other, first, other)]
        assert receipts == ["accepted", "accepted", "duplicate", "duplicate"]
        third = {**first, "user_id": "user-3"}
        batch = (await edge.post(encoded({"events": [third, first, third]}), path=BATCH))[1]
        assert [result["status"] for result in batch["results"]] == ["accepted", "duplicate", "duplicate"]

    play(scenario)
    assert [line["event"]["user_id"] for line in edge.spool.lines()] == ["user-1", "user-2", "user-3"]
    assert [sum(entry.reused_ids.values()) for entry in edge.spool.entries] == [0, 1, 0, 0, 1]


def test_another_spelling_of_an_event_is_a_duplicate(edge: Edge) -> None:
    """By itself or in a batch, with or without Sent-At, whichever version it names."""

    async def scenario() -> None:
        first = {**event(), "properties": {"level": 3, "name": "é"}, "event_time": "2026-11-21T04:59:00.500Z"}
        assert (await edge.post(encoded(first)))[1]["status"] == "accepted"
        spellings = [
            json.dumps(dict(reversed(first.items())), indent=1),
            json.dumps(first, ensure_ascii=False).replace('"level": 3', '"level": 3.0'),
            json.dumps(first).replace("space", "\\u0073pace"),
            json.dumps({**first, "event_time": "2026-11-21T13:59:00.5+09:00"}),
            json.dumps({**first, "schema_version": "1-1-0"}),
        ]
        for spelling in spellings:
            assert (await edge.post(spelling.encode(), sent_at="2026-11-21T04:59:30Z"))[1]["status"] == "duplicate"
            batch = (await edge.post(b'{"events":[%b]}' % spelling.encode(), path=BATCH))[1]
            assert (batch["duplicate"], batch["accepted"]) == (1, 0), batch

    play(scenario)
    assert len(edge.spool.lines()) == 1


def test_invented_games_are_counted_together_and_stored_like_any_other(tmp_path: Path) -> None:
    """Under a key for every game; of those that came first, and of those that an operator knows, each has its count."""
    edge = make_edge(tmp_path, learnt_games=2)
    free = KeyFile(tmp_path / "keys.json").create("every game", games=("*",))
    GameFile(tmp_path / "games.json").add(["chess"])
    edge.refresh()

    async def scenario() -> None:
        for number in range(5):
            for game in (f"invented-{number}", "chess", "puzzle-quest"):
                assert (await edge.post(encoded(event(game_id=game)), authorization=f"Bearer {free}"))[0] == 202

    play(scenario)
    assert {line["event"]["game_id"] for line in edge.spool.lines()} >= {"invented-0", "invented-4", "chess"}
    counts = Counter(key.game_id for entry in edge.spool.entries for chunk in entry.events for key in chunk.counts)
    assert counts == {"invented-0": 1, "invented-1": 1, "*": 3, "chess": 5, "puzzle-quest": 5}


def test_a_rejected_document_is_of_no_game_that_its_key_may_not_write(edge: Edge) -> None:
    """Whatever it breaks: its sender could fill another game's list."""
    faults: list[dict[str, object]] = [{}, {"platform": "abacus"}, {"event_type": "invented"}]

    async def scenario() -> None:
        for fault in faults:
            for game in ("space-miner", "puzzle-quest"):
                await edge.post(encoded({"events": [event(game_id=game, **fault)]}), path=BATCH)

    play(scenario)
    lines = edge.spool.lines("rejected")
    assert [line["game_id"] for line in lines] == [None, *["space-miner", None] * 2]
    keys = {key.game_id for entry in edge.spool.entries for chunk in entry.rejected for key in chunk.counts}
    assert keys == {"", "space-miner"}

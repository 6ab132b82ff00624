"""What a key is not for, and who has none."""

from pathlib import Path

from game_events_api.admission import KeyFile
from unit.api.edge.played_edge import Edge, encoded, event, play
from unit.api.edge.played_edge import edge as edge  # the fixture

BATCH = "/v1/events/batch"


def test_an_event_of_a_type_that_its_key_is_not_for_is_refused_alone(edge: Edge, tmp_path: Path) -> None:
    shop = KeyFile(tmp_path / "keys.json").create("shop", games=("space-miner",), event_types=("session_start",))
    edge.refresh()
    start = {name: value for name, value in event(event_type="session_start").items() if name != "install_source"}

    async def scenario() -> None:
        authorization = f"Bearer {shop}"
        status, problem = await edge.post(encoded(event()), authorization=authorization)
        assert (status, problem["type"]) == (403, "urn:game-events:problem:forbidden")
        assert problem["errors"] == [
            {
                "pointer": "/event_type",
                "rule": "forbidden-event-type",
                "message": "the key may not write install events",
            }
        ]
        status, receipt = await edge.post(encoded({"events": [event(), start]}), BATCH, authorization=authorization)
        assert (status, [result["status"] for result in receipt["results"]]) == (202, ["rejected", "accepted"])
        _, verdict = await edge.post(encoded(event()), "/v1/validate", authorization=authorization)
        assert verdict["errors"][0]["rule"] == "forbidden-event-type"

    play(scenario)
    assert [line["event"]["event_type"] for line in edge.spool.lines()] == ["session_start"]

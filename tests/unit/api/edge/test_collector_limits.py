"""What the collector lets in at once and how often, of a key and of an address."""

import asyncio
from pathlib import Path

from game_events_api.admission.addresses import Addresses
from game_events_api.admission.admit import Arrival
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.edge.answers import Answer
from unit.api.edge.played_edge import Edge, encoded, event, make_edge, play, turn
from unit.api.edge.played_edge import edge as edge  # the fixture


def test_a_key_that_may_not_send_now_is_told_before_its_body_is_read(tmp_path: Path) -> None:
    edge = make_edge(tmp_path, events_per_second=2)
    headers = {b"authorization": f"Bearer {edge.key}".encode(), b"content-type": b"application/json"}
    arrivals = [edge.collector.begin("install", b"POST", headers, None) for _ in range(3)]
    assert [arrival.status if isinstance(arrival, Answer) else 0 for arrival in arrivals] == [0, 0, 429]
    no_type = edge.collector.begin("install", b"POST", headers | {b"content-type": b"text/plain"}, None)
    assert isinstance(no_type, Answer)
    assert no_type.status == 429, "what is refused for another reason costs too"


def test_an_address_pays_for_whatever_it_asks_for(tmp_path: Path) -> None:
    rate = RateLimiter(4.0, 1.0, lambda: 0.0, of="address")
    edge = make_edge(tmp_path, addresses=Addresses(rate=rate))

    async def scenario() -> None:
        asked = [
            await edge.post(b"{}", authorization="Bearer nonsense"),
            await edge.post(b"{}", content_type="text/plain"),
            await edge.post(b"{"),
            await edge.post(encoded(event())),
            await edge.post(encoded(event())),
        ]
        assert [status for status, _ in asked] == [401, 415, 400, 202, 429]
        assert edge.answered_headers[b"ratelimit-policy"] == b'"address";q=4;w=1'
        status, problem = await edge.post(b"", path="/health")
        assert (status, problem["type"]) == (429, "urn:game-events:problem:rate-limited")

    play(scenario)


def test_a_key_has_half_of_the_requests_at_once_and_unfinished_ones_do_not_count(edge: Edge) -> None:
    async def scenario() -> None:
        edge.spool.automatic = False
        headers = {b"authorization": f"Bearer {edge.key}".encode(), b"content-type": b"application/json"}
        for _ in range(1_000):
            assert isinstance(edge.collector.begin("install", b"POST", headers, None), Arrival)
        asked = [asyncio.create_task(edge.post(encoded(event()))) for _ in range(60)]
        await turn()
        refused = [task.result()[0] for task in asked if task.done()]
        assert refused == [503] * 10, "of 100 at once"
        other = asyncio.create_task(
            edge.post(encoded(event(game_id="puzzle-quest")), authorization=f"Bearer {edge.other_key}")
        )
        await turn()
        edge.spool.commit()
        assert (await other)[0] == 202
        assert [(await task)[0] for task in asked].count(202) == 50
        edge.spool.automatic = True
        assert (await edge.post(encoded(event())))[0] == 202

    play(scenario)

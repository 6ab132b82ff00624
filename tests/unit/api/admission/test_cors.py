"""Which pages may send events, and what their browsers are told."""

from pathlib import Path

import pytest
from game_events_api.admission.cors import Cors
from game_events_api.errors import RequestRefused
from unit.api.edge.played_edge import Edge, encoded, event, make_edge, play
from unit.api.edge.played_edge import edge as edge  # the fixture

GAME, OTHER = "https://play.example", "https://other.example"
ALLOWED, EXPOSED = b"access-control-allow-origin", b"access-control-expose-headers"


def asked_before(origin: str) -> dict[bytes, bytes]:
    return {b"origin": origin.encode(), b"access-control-request-method": b"POST"}


def test_without_origins_there_is_no_cors() -> None:
    cors = Cors()
    assert cors.fields({b"origin": GAME.encode()}) == ()
    assert cors.preflight(b"OPTIONS", asked_before(GAME)) is None


@pytest.mark.parametrize("origins", [(GAME,), (OTHER, GAME), ("*",)])
def test_an_allowed_origin_may_send_what_an_event_needs_and_read_what_is_answered(origins: tuple[str, ...]) -> None:
    cors = Cors(origins)
    told = dict(cors.preflight(b"OPTIONS", asked_before(GAME)) or ())
    assert told[b"access-control-allow-methods"] == b"POST"
    assert {b"authorization", b"content-type", b"content-encoding"} <= set(
        told[b"access-control-allow-headers"].split(b", ")
    )
    fields = dict(cors.fields({b"origin": GAME.encode()}))
    assert fields[ALLOWED] == (b"*" if "*" in origins else GAME.encode())
    assert b"retry-after" in fields[EXPOSED]
    assert (fields.get(b"vary") == b"origin") == ("*" not in origins), "a cache must tell origins apart"


@pytest.mark.parametrize("origin", [OTHER, "https://play.example.evil.example", "null", "http://play.example", ""])
def test_another_origin_is_allowed_nothing(origin: str) -> None:
    cors = Cors((GAME,))
    with pytest.raises(RequestRefused, match="GAME_EVENTS_CORS_ORIGINS"):
        cors.preflight(b"OPTIONS", asked_before(origin))
    assert cors.fields({b"origin": origin.encode()}) == ((b"vary", b"origin"),)
    assert cors.fields({}) == ((b"vary", b"origin"),)


@pytest.mark.parametrize("path", ["/v1/events/install", "/v1/events/batch", "/v1/validate"])
def test_every_event_path_answers_a_preflight_and_every_answer_can_be_read(tmp_path: Path, path: str) -> None:
    edge = make_edge(tmp_path, cors_origins=(GAME,))

    async def scenario() -> None:
        asked = {"origin": GAME, "access_control_request_method": "POST"}
        status, _ = await edge.post(b"", path, method="OPTIONS", **asked)
        assert status == 204
        assert edge.answered_headers[ALLOWED] == GAME.encode()
        assert b"content-length" not in edge.answered_headers
        for body, headers in ((encoded(event()), {}), (b"{", {}), (b"{}", {"authorization": "none"})):
            await edge.post(body, path, origin=GAME, **headers)
            assert edge.answered_headers[ALLOWED] == GAME.encode()
        assert (await edge.post(b"", path, method="OPTIONS", origin=GAME))[0] == 405, "no preflight"

    play(scenario)
    assert len(edge.spool.lines()) == (path == "/v1/events/install")


def test_a_server_without_cors_answers_a_preflight_405(edge: Edge) -> None:
    async def scenario() -> None:
        asked = {"origin": GAME, "access_control_request_method": "POST"}
        assert (await edge.post(b"", method="OPTIONS", **asked))[0] == 405
        assert not [name for name in edge.answered_headers if name.startswith(b"access-control")]

    play(scenario)

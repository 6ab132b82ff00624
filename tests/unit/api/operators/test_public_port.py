"""Events that the admin port sends through the public one, as any sender does."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from game_events_api.operators.public_port import PublicPort


def answered(handler: Any) -> tuple[int, dict[str, Any]]:
    port = PublicPort("http://127.0.0.1:8000", httpx.MockTransport(handler))
    return asyncio.run(port.send([{"event_id": "1"}], "Bearer key"))


def test_a_batch_is_sent_with_the_key_of_whoever_asks_and_to_nobody_else() -> None:
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(307, json={"title": "elsewhere"}, headers={"location": "http://elsewhere.example/"})

    assert answered(handler) == (307, {"title": "elsewhere"})
    (request,) = asked
    assert (str(request.url), request.headers["authorization"]) == (
        "http://127.0.0.1:8000/v1/events/batch",
        "Bearer key",
    )
    assert json.loads(request.content) == {"events": [{"event_id": "1"}]}


def refused(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("Connection refused")


def no_json(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text="<html>")


@pytest.mark.parametrize("handler", [refused, no_json])
def test_where_nobody_answers_it_is_said_where_was_asked(handler: Any) -> None:
    status, document = answered(handler)
    assert (status, "no server answers at http://127.0.0.1:8000" in document["detail"]) == (503, True)

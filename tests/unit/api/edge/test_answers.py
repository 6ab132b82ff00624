"""What requests are told."""

import json

from game_events_api.edge import answers, responses
from game_events_api.errors import Problem, RequestRefused
from game_events_models.http import FieldError


def test_a_problem_document_says_what_kind_it_is_and_every_reason() -> None:
    reason = FieldError(pointer="/price", rule="pattern", message="no amount")
    answer = answers.problem(RequestRefused(Problem.INVALID_EVENT, "see errors", errors=[reason]), "c-1")

    assert json.loads(answer.body) == {
        "type": "urn:game-events:problem:invalid-event",
        "title": "The event breaks its contract",
        "status": 422,
        "detail": "see errors",
        "correlation_id": "c-1",
        "errors": [{"pointer": "/price", "rule": "pattern", "message": "no amount"}],
    }
    assert (b"content-type", b"application/problem+json") in answer.fields()


def test_an_answer_is_the_same_on_the_wire_and_for_starlette() -> None:
    answer = answers.unavailable("the disk is full", "c-1")

    wire = responses.http(answer, [(b"date", b"today")], closing=True)
    response = responses.starlette(answer)

    head, _, body = wire.partition(b"\r\n\r\n")
    assert head.splitlines()[:2] == [b"HTTP/1.1 503 Service Unavailable", b"date: today"]
    assert head.splitlines()[-1] == b"connection: close"
    assert {b"%b: %b" % field for field in response.raw_headers} <= set(head.splitlines())
    assert body == response.body == answer.body
    assert responses.http(answer, [], closing=False, with_body=False).endswith(
        b"retry-after: 1\r\nx-content-type-options: nosniff\r\n\r\n"
    )

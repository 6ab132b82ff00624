"""What people do with published events, in a process that has the published code on its path: `python -m` this.

Every event of the corpus that its schema takes is sent by the SDK (as an object, by keywords, as a mapping) and by
plain HTTP; events that it refuses, and changed copies of those that it takes, are judged by the server, by
jsonschema-rs, by jsonschema and by the model. Prints a JSON list of sentences: where two of them disagree.
"""

import json
import sys
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import game_events
import httpx
from contract.corpus import WORKING
from contract.corpus.case import Case, Document
from contract.corpus.random_events import drawn
from contract.validators import Reference
from game_events_contract.exercise import alike, changed, has_whole_float
from game_events_contract.lint.rules import FORMATS
from game_events_models import EVENTS, contract
from jsonschema import FormatChecker
from jsonschema_rs import Draft202012Validator
from pydantic import ValidationError

BATCH = 200

UNCHECKED = ("uri",)
"""Formats that jsonschema without its extras does not check; whether a process has them depends on what it imported."""


def sent(client: game_events.GameAnalyticsClient, case: Case) -> Iterator[str]:
    """The case's valid events, each way in which Python code sends one."""
    model = EVENTS[case.event_type]["1-0-0"]
    names = {field.alias or name: name for name, field in model.model_fields.items()}
    method = getattr(client, f"send_{case.event_type}_event")
    for event in case.valid:
        fields = {names[name]: value for name, value in event.items() if name not in ("event_type", "schema_version")}
        ways: dict[str, Callable[[], Any]] = {
            "an object": partial(lambda sent: client.send_event(model.model_validate(sent)), renewed(event)),
            "keywords": partial(method, **{**fields, "event_id": str(uuid.uuid4())}),
            "a mapping": partial(client.send_event, renewed(event)),
        }
        for way, send in ways.items():
            try:
                status = send().status
            except (game_events.GameEventsError, ValidationError) as error:
                yield f"{case}: {way} is not sent: {error}"
            else:
                if status != "accepted":
                    yield f"{case}: {way} is {status}"


def renewed(event: Document) -> Document:
    return {**event, "event_id": str(uuid.uuid4())}


def posted(http: httpx.Client, case: Case) -> Iterator[str]:
    """The case's events by plain HTTP, on the event's own path."""
    for events, expected in ((case.valid, 202), (case.invalid, 422)):
        for event in events:
            answer = http.post(f"/v1/events/{case.event_type}", json=renewed(event))
            if answer.status_code != expected:
                yield f"{case}: {event} is answered {answer.status_code}, not {expected}: {answer.text}"


def judged(http: httpx.Client, case: Case, copies: int) -> Iterator[str]:
    """Changed copies of the case's events by all who judge."""
    schema, model = contract.schema(case.event_type, "1-0-0"), EVENTS[case.event_type]["1-0-0"]
    rust = Draft202012Validator(schema, validate_formats=True)
    python = Reference(schema, format_checker=FormatChecker([name for name in FORMATS if name not in UNCHECKED]))
    unchecked = any(f'"format": "{name}"' in json.dumps(schema) for name in UNCHECKED)
    own = [name for name in case.document["properties"] if name not in contract.schema("refund", "1-0-0")["properties"]]
    events = [
        changed_event
        for event in case.valid
        for changed_event, change in changed(event)
        if change.split(" ")[0].split("/")[1:2] in [[name] for name in own]
    ]
    events = [*case.valid, *case.invalid, *events[:: max(1, len(events) // copies)]]
    for start in range(0, len(events), BATCH):
        batch = [renewed(event) for event in events[start : start + BATCH]]
        results = http.post("/v1/events/batch", json={"events": batch}).json()["results"]
        for event, result in zip(batch, results, strict=True):
            verdicts = {
                "server": result["status"] == "accepted",
                "jsonschema-rs": rust.is_valid(event),
            }
            if not unchecked:
                verdicts["jsonschema"] = python.is_valid(event)
            if not is_excused(model, event):
                verdicts["model"] = takes(model, event)
            if len(set(verdicts.values())) > 1:
                yield f"{case}: {verdicts} of {json.dumps({name: event.get(name) for name in own})[:400]}"


def is_excused(model: Any, event: Document) -> bool:
    """Whether models and schemas may differ: over 1.0 for an integer, and over times that a model spells anew."""
    if has_whole_float(event):
        return True
    try:
        taken = model.model_validate(event).model_dump(mode="json")
    except ValidationError:
        return False
    return bool(taken != event and alike(taken, event))


def takes(model: Any, event: Document) -> bool:
    try:
        model.model_validate(event)
        model.model_validate_json(json.dumps(event))
    except ValidationError:
        return False
    return True


def main(url: str, key: str, drawn_events: str, copies: str) -> None:
    published = [case for case in [*WORKING, *drawn(range(int(drawn_events)))] if case.event_type in EVENTS]
    found: list[str] = []
    headers = {"Authorization": f"Bearer {key}"}
    with game_events.GameAnalyticsClient(url, key) as client, httpx.Client(base_url=url, headers=headers) as http:
        for case in published:
            found += [*sent(client, case), *posted(http, case), *judged(http, case, int(copies))]
    print(json.dumps({"events": len(published), "found": found}))


if __name__ == "__main__":
    main(*sys.argv[1:])

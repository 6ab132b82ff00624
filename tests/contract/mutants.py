"""Faults to put into the server, one at a time: fuzzing against the contract has to notice every one of them."""

import copy
import json
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

App = Callable[[Any, Any, Any], Awaitable[None]]
Schema = dict[str, Any]


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


Rewrite = Callable[[Answer], Answer]


class Mutant(NamedTuple):
    name: str
    operation: str
    """The operation in which it shows."""
    rewrite: Rewrite | None = None
    """Changes an answer of that operation's path."""
    judge: Callable[[Schema], None] | None = None
    """Changes the schema the server judges by."""
    request: Callable[[dict[bytes, bytes]], object] | None = None
    """Changes the headers the server gets to see."""


def rewriting(app: App, rewrite: Rewrite) -> App:
    """The application with every answer rewritten, but for the contract itself."""

    async def mutated(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] == "/openapi.json":
            await app(scope, receive, send)
            return
        start: dict[str, Any] = {}
        body = b""

        async def collect(message: Any) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            headers = {name.decode(): value.decode() for name, value in start["headers"]}
            answer = rewrite(Answer(start["status"], headers, body))
            headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
            raw = [(name.encode(), value.encode()) for name, value in headers.items()]
            raw.append((b"content-length", str(len(answer.body)).encode()))
            await send({"type": "http.response.start", "status": answer.status, "headers": raw})
            await send({"type": "http.response.body", "body": answer.body})

        await app(scope, receive, collect)

    return mutated


def with_request(app: App, change: Callable[[dict[bytes, bytes]], object]) -> App:
    """The application, which sees other headers than were sent."""

    async def mutated(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            change(headers)
            scope = {**scope, "headers": list(headers.items())}
        await app(scope, receive, send)

    return mutated


def judged_by(original: Callable[[str, str], Schema], change: Callable[[Schema], None]) -> Callable[[str, str], Schema]:
    """`contract.judging_schema` with a mistake in it."""

    def judging_schema(event_type: str, version: str) -> Schema:
        schema = copy.deepcopy(original(event_type, version))
        change(schema)
        return schema

    return judging_schema


def becomes(old: int, new: int) -> Rewrite:
    return lambda answer: answer._replace(status=new) if answer.status == old else answer


def loses_header(name: str, status: int) -> Rewrite:
    def rewrite(answer: Answer) -> Answer:
        kept = {key: value for key, value in answer.headers.items() if key.lower() != name}
        return answer._replace(headers=kept) if answer.status == status else answer

    return rewrite


def typed(content_type: str, status: int) -> Rewrite:
    def rewrite(answer: Answer) -> Answer:
        headers = {**answer.headers, "content-type": content_type}
        return answer._replace(headers=headers) if answer.status == status else answer

    return rewrite


def edits(status: int, change: Callable[[dict[str, Any]], Any]) -> Rewrite:
    def rewrite(answer: Answer) -> Answer:
        if answer.status != status:
            return answer
        document = json.loads(answer.body)
        change(document)
        return answer._replace(body=json.dumps(document).encode())

    return rewrite


def results_without_status(document: dict[str, Any]) -> None:
    for result in document["results"]:
        result.pop("status")


def optional(name: str) -> Callable[[Schema], None]:
    return lambda schema: schema["required"].remove(name)


def relaxed(name: str, *keywords: str) -> Callable[[Schema], None]:
    """A field, or the definition it refers to, without some of its keywords; nothing where there is no such field."""

    def change(schema: Schema) -> None:
        field = schema["properties"].get(name, {})
        definition = schema.get("$defs", {}).get(name, field)
        for keyword in keywords:
            definition.pop(keyword, None)

    return change


def narrowed_platform(schema: Schema) -> None:
    schema["$defs"]["platform"]["enum"].remove("console")


def open_schema(schema: Schema) -> None:
    schema.pop("additionalProperties")


MUTANTS = [
    Mutant("a required field made optional", "sendInstallEvent", judge=optional("user_id")),
    Mutant("an enum not enforced", "sendInstallEvent", judge=relaxed("platform", "enum")),
    Mutant("a length not enforced", "sendInstallEvent", judge=relaxed("app_version", "maxLength")),
    Mutant("a pattern not enforced", "sendInstallEvent", judge=relaxed("country_code", "pattern")),
    Mutant("unknown fields let in", "sendInstallEvent", judge=open_schema),
    Mutant("a number's range not enforced", "sendPurchaseEvent", judge=relaxed("quantity", "minimum", "maximum")),
    Mutant("a type not enforced", "sendPurchaseEvent", judge=relaxed("quantity", "type", "minimum", "maximum")),
    Mutant("a valid value refused", "sendInstallEvent", judge=narrowed_platform),
    Mutant("200 for 202", "sendInstallEvent", becomes(202, 200)),
    Mutant("500 for 422", "sendInstallEvent", becomes(422, 500)),
    Mutant("404 for 401", "sendInstallEvent", becomes(401, 404)),
    Mutant("a batch answered 207", "sendEventBatch", becomes(202, 207)),
    Mutant("an unknown method taken for a wrong path", "sendInstallEvent", becomes(405, 404)),
    Mutant("no Allow with 405", "sendInstallEvent", loses_header("allow", 405)),
    Mutant("problems typed as plain JSON", "sendInstallEvent", typed("application/json", 422)),
    Mutant("no correlation id", "sendInstallEvent", loses_header("x-correlation-id", 202)),
    Mutant("no challenge with 401", "sendInstallEvent", loses_header("www-authenticate", 401)),
    Mutant("no ETag", "getSchema", loses_header("etag", 200)),
    Mutant("a receipt without its event", "sendInstallEvent", edits(202, lambda receipt: receipt.pop("event_id"))),
    Mutant("a status nobody knows", "sendInstallEvent", edits(202, lambda receipt: receipt.update(status="ok"))),
    Mutant("a count as text", "sendEventBatch", edits(202, lambda receipt: receipt.update(accepted="1"))),
    Mutant("results without a verdict", "sendEventBatch", edits(202, results_without_status)),
    Mutant("a problem without a type", "sendEventBatch", edits(422, lambda problem: problem.pop("type"))),
    Mutant("a verdict as text", "validateEvent", edits(200, lambda verdict: verdict.update(valid="yes"))),
    Mutant("a time without its zone", "sendInstallEvent", edits(202, lambda r: r.update(received_at="2026-11-21"))),
    Mutant("a malformed Sent-At ignored", "sendInstallEvent", request=lambda headers: headers.pop(b"sent-at", None)),
]

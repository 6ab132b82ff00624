"""Labelled edits of the HTTP contract: each with the rule that says it, and whether clients of before break."""

# One edit a line, as a table.
# ruff: noqa: E501
# fmt: off

from collections.abc import Callable
from typing import Any, NamedTuple

Document = dict[str, Any]
Change = Callable[[Document], Any]


class Edit(NamedTuple):
    name: str
    change: Change
    rule: str

    def __str__(self) -> str:
        return self.name


BATCH, VALIDATE, SCHEMA = ("/v1/events/batch", "post"), ("/v1/validate", "post"), ("/v1/schemas/{event_type}/{version}", "get")
LISTED = ("/v1/dead-letters", "get")


def operation(document: Document, called: tuple[str, str]) -> Any:
    return document["paths"][called[0]][called[1]]


def answer(document: Document, called: tuple[str, str], status: str) -> Any:
    return operation(document, called)["responses"][status]


def shape(document: Document, name: str) -> Any:
    return document["components"]["schemas"][name]


def shared(document: Document, kind: str, name: str) -> Any:
    return document["components"][kind][name]


def moved(document: Document, old: str, new: str) -> Document:
    document["paths"][new] = document["paths"].pop(old)
    return document


def restated(document: Document, called: tuple[str, str], old: str, new: str) -> None:
    answers = operation(document, called)["responses"]
    answers[new] = answers.pop(old)


def renamed(document: Document, name: str, old: str, new: str) -> None:
    fields = shape(document, name)["properties"]
    fields[new] = fields.pop(old)
    required = shape(document, name)["required"]
    required[required.index(old)] = new


PARAMETER = {"name": "tenant", "in": "header", "schema": {"type": "string"}}

BREAKING = [
    Edit("batch path renamed", lambda d: moved(d, "/v1/events/batch", "/v1/events/batches"), "http-operation-removed"),
    Edit("event path removed", lambda d: d["paths"].pop("/v1/events/refund"), "http-operation-removed"),
    Edit("validation removed", lambda d: d["paths"].pop("/v1/validate"), "http-operation-removed"),
    Edit("health removed", lambda d: d["paths"].pop("/health"), "http-operation-removed"),
    Edit("method changed", lambda d: d["paths"]["/v1/validate"].update(put=d["paths"]["/v1/validate"].pop("post")), "http-operation-removed"),
    Edit("everything moved below v2", lambda d: [moved(d, path, path.replace("/v1/", "/v2/")) for path in list(d["paths"])], "http-operation-removed"),
    Edit("operation renamed", lambda d: operation(d, BATCH).update(operationId="postBatch"), "http-operation-id-changed"),
    Edit("operation loses its name", lambda d: operation(d, BATCH).pop("operationId"), "http-operation-id-changed"),
    Edit("202 becomes 200", lambda d: restated(d, BATCH, "202", "200"), "http-answer-removed"),
    Edit("202 becomes 200 for one event", lambda d: restated(d, ("/v1/events/purchase", "post"), "202", "200"), "http-success-added"),
    Edit("a success more", lambda d: operation(d, BATCH)["responses"].update({"207": {"description": "Mixed."}}), "http-success-added"),
    Edit("422 becomes 400", lambda d: operation(d, BATCH)["responses"].pop("422"), "http-answer-removed"),
    Edit("304 no more", lambda d: operation(d, SCHEMA)["responses"].pop("304"), "http-answer-removed"),
    Edit("optional header made required", lambda d: shared(d, "parameters", "SentAt").update(required=True), "http-parameter-required"),
    Edit("required header added", lambda d: operation(d, BATCH)["parameters"].append({**PARAMETER, "required": True}), "http-parameter-required"),
    Edit("required parameter added to a path", lambda d: d["paths"]["/v1/schemas"].update(parameters=[{**PARAMETER, "in": "query", "required": True}]), "http-parameter-required"),
    Edit("header removed", lambda d: operation(d, BATCH)["parameters"].pop(0), "http-parameter-removed"),
    Edit("header renamed", lambda d: shared(d, "parameters", "SentAt").update(name="X-Sent-At"), "http-parameter-removed"),
    Edit("query parameter removed", lambda d: operation(d, LISTED)["parameters"].pop(), "http-parameter-removed"),
    Edit("query parameter moved to a header", lambda d: shared(d, "parameters", "Limit").update({"in": "header"}), "http-parameter-removed"),
    Edit("limit lowered", lambda d: shared(d, "parameters", "Limit")["schema"].update(maximum=100), "http-request-narrowed"),
    Edit("default lowered", lambda d: shared(d, "parameters", "Limit")["schema"].update(default=10), "http-parameter-default-changed"),
    Edit("header's pattern narrowed", lambda d: shared(d, "parameters", "SentAt")["schema"].update(pattern="^2[0-9]{3}-.*Z$"), "http-request-narrowed"),
    Edit("parameter's type changed", lambda d: shared(d, "parameters", "Limit")["schema"].update(type="string"), "http-request-narrowed"),
    Edit("list written otherwise", lambda d: shared(d, "parameters", "DeadLetterWhere").update(explode=False), "http-parameter-form-changed"),
    Edit("path parameter narrowed", lambda d: operation(d, SCHEMA)["parameters"][1]["schema"].update(pattern="^[1-9]-[0-9]-[0-9]$"), "http-request-narrowed"),
    Edit("body's field made required", lambda d: shape(d, "EventBatch").update(properties={**shape(d, "EventBatch")["properties"], "tenant": {"type": "string"}}, required=["events", "tenant"]), "http-request-narrowed"),
    Edit("batch shortened", lambda d: shape(d, "EventBatch")["properties"]["events"].update(maxItems=100), "http-request-narrowed"),
    Edit("batch's field renamed", lambda d: renamed(d, "EventBatch", "events", "items"), "http-request-narrowed"),
    Edit("an event's version is refused", lambda d: shape(d, "InstallEvent")["anyOf"].pop(), "http-request-narrowed"),
    Edit("an event's field removed", lambda d: shape(d, "PurchaseEventV1_0_0")["properties"].pop("receipt"), "http-request-narrowed"),
    Edit("an event's field narrowed", lambda d: shape(d, "PurchaseEventV1_1_0")["properties"]["quantity"].update(maximum=10), "http-request-narrowed"),
    Edit("request type exchanged", lambda d: operation(d, VALIDATE)["requestBody"].update(content={"application/cbor": operation(d, VALIDATE)["requestBody"]["content"]["application/json"]}), "http-request-type-removed"),
    Edit("request body removed", lambda d: operation(d, VALIDATE).pop("requestBody"), "http-request-body-removed"),
    Edit("request body demanded", lambda d: operation(d, LISTED).update(requestBody={"required": True, "content": {"application/json": {}}}), "http-request-body-required"),
    Edit("answer's header removed", lambda d: shared(d, "responses", "EventAccepted")["headers"].pop("X-Correlation-ID"), "http-answer-header-removed"),
    Edit("batch answer's header removed", lambda d: answer(d, BATCH, "202")["headers"].pop("Sunset"), "http-answer-header-removed"),
    Edit("answer's header may be missing", lambda d: shared(d, "headers", "CorrelationId").update(required=False), "http-answer-header-optional"),
    Edit("answer's header otherwise", lambda d: shared(d, "headers", "RetryAfter")["schema"].update(type="string"), "http-answer-widened"),
    Edit("answer's header may be larger", lambda d: shared(d, "headers", "RetryAfter")["schema"].update(maximum=864000), "http-answer-widened"),
    Edit("answer's field removed", lambda d: [shape(d, "EventReceipt")["properties"].pop("event_id"), shape(d, "EventReceipt")["required"].remove("event_id")], "http-answer-widened"),
    Edit("answer's field may be missing", lambda d: shape(d, "EventReceipt")["required"].remove("event_id"), "http-answer-widened"),
    Edit("answer's field renamed", lambda d: renamed(d, "EventReceipt", "event_id", "id"), "http-answer-widened"),
    Edit("answer's field may be null", lambda d: shape(d, "BatchReceipt")["properties"]["duplicate"].update(type=["integer", "null"]), "http-answer-widened"),
    Edit("answer's field of another type", lambda d: shape(d, "BatchReceipt")["properties"]["duplicate"].update(type="string"), "http-answer-widened"),
    Edit("answer's list of values longer", lambda d: shape(d, "EventReceipt")["properties"]["status"]["enum"].append("queued"), "http-answer-widened"),
    Edit("optional field of an answer gone", lambda d: shape(d, "Problem")["properties"].pop("errors"), "http-answer-widened"),
    Edit("problem's type otherwise", lambda d: shape(d, "Problem")["properties"]["type"].update(pattern="^https://"), "http-answer-widened"),
    Edit("answer's type exchanged", lambda d: shared(d, "responses", "BadRequest").update(content={"application/json": shared(d, "responses", "BadRequest")["content"]["application/problem+json"]}), "http-answer-type-removed"),
    Edit("answer's body gone", lambda d: shared(d, "responses", "EventAccepted").pop("content"), "http-answer-body-removed"),
    Edit("answer's shape freed", lambda d: answer(d, BATCH, "202")["content"]["application/json"].update(schema={}), "http-answer-widened"),
    Edit("key demanded where none was", lambda d: operation(d, SCHEMA).pop("security"), "http-security-tightened"),
    Edit("scheme exchanged", lambda d: [d["components"]["securitySchemes"].update(oauth={"type": "http", "scheme": "basic"}), d.update(security=[{"oauth": []}])], "http-security-tightened"),
    Edit("two credentials at once", lambda d: d.update(security=[{**d["security"][0], "second": []}]), "http-security-tightened"),
    Edit("key sent in another way", lambda d: d["components"]["securitySchemes"].update(apiKey={"type": "apiKey", "in": "header", "name": "X-Key"}), "http-security-scheme-changed"),
    Edit("served below another prefix", lambda d: d.update(servers=[{"url": "/api"}]), "http-server-removed"),
    Edit("written in another OpenAPI", lambda d: d.update(openapi="3.2.0"), "http-document-version-changed"),
    Edit("callbacks, which the gate does not know", lambda d: operation(d, BATCH).update(callbacks={"stored": {}}), "http-keyword-unknown"),
    Edit("sunset without notice", lambda d: operation(d, VALIDATE).update({"deprecated": True, "x-sunset": "2026-12-01"}), "http-sunset-too-soon"),
    Edit("sunset without deprecation", lambda d: operation(d, VALIDATE).update({"x-sunset": "2029-12-01"}), "http-sunset-too-soon"),
    Edit("sunset that is no date", lambda d: operation(d, VALIDATE).update({"deprecated": True, "x-sunset": "soon"}), "http-sunset-too-soon"),
]

HARMLESS = [
    Edit("nothing", lambda d: None, ""),
    Edit("operation added", lambda d: d["paths"].update({"/v1/ping": {"get": {"operationId": "ping", "responses": {"200": {"description": "It."}}}}}), "http-operation-added"),
    Edit("event type added", lambda d: d["paths"].update({"/v1/events/level_up": d["paths"]["/v1/events/refund"]}), "http-operation-added"),
    Edit("method added", lambda d: d["paths"]["/v1/validate"].update(get={"responses": {}}), "http-operation-added"),
    Edit("v2 beside v1", lambda d: d["paths"].update({path.replace("/v1/", "/v2/"): item for path, item in d["paths"].items()}), "http-operation-added"),
    Edit("operation deprecated", lambda d: operation(d, VALIDATE).update(deprecated=True), "http-operation-deprecated"),
    Edit("operation deprecated with notice", lambda d: operation(d, VALIDATE).update({"deprecated": True, "x-sunset": "2029-12-01"}), "http-operation-deprecated"),
    Edit("path parameter renamed", lambda d: [moved(d, SCHEMA[0], "/v1/schemas/{type}/{version}"), operation(d, ("/v1/schemas/{type}/{version}", "get"))["parameters"][0].update(name="type")], ""),
    Edit("optional header added", lambda d: operation(d, BATCH)["parameters"].append(PARAMETER), "http-parameter-added"),
    Edit("header spelt otherwise", lambda d: shared(d, "parameters", "SentAt").update(name="sent-at"), ""),
    Edit("header written out", lambda d: operation(d, BATCH).update(parameters=[shared(d, "parameters", "SentAt"), shared(d, "parameters", "CorrelationId")]), ""),
    Edit("parameters reordered", lambda d: operation(d, BATCH)["parameters"].reverse(), ""),
    Edit("limit raised", lambda d: shared(d, "parameters", "Limit")["schema"].update(maximum=5000), "http-request-changed"),
    Edit("style said that is the default", lambda d: shared(d, "parameters", "DeadLetterWhere").update(style="form", explode=True), ""),
    Edit("batch lengthened", lambda d: shape(d, "EventBatch")["properties"]["events"].update(maxItems=1000), "http-request-changed"),
    Edit("optional field of a body", lambda d: shape(d, "EventBatch")["properties"].update(sdk={"type": "string"}), "http-request-changed"),
    Edit("an event's version more", lambda d: [d["components"]["schemas"].update(InstallEventV9_0_0={"type": "object", "required": ["x"]}), shape(d, "InstallEvent")["anyOf"].insert(0, {"$ref": "#/components/schemas/InstallEventV9_0_0"})], "http-request-changed"),
    Edit("an event's field more", lambda d: shape(d, "PurchaseEventV1_1_0")["properties"].update(note={"type": "string"}), "http-request-changed"),
    Edit("request type added", lambda d: operation(d, VALIDATE)["requestBody"]["content"].update({"application/cbor": {}}), "http-request-type-added"),
    Edit("optional body added", lambda d: operation(d, LISTED).update(requestBody={"content": {"application/json": {}}}), "http-request-body-added"),
    Edit("body need not be sent", lambda d: operation(d, VALIDATE)["requestBody"].update(required=False), "http-request-body-optional"),
    Edit("refusal added", lambda d: operation(d, BATCH)["responses"].update({"507": {"description": "Full."}}), "http-refusal-added"),
    Edit("answer's header added", lambda d: answer(d, BATCH, "202")["headers"].update({"Server-Timing": {"schema": {"type": "string"}}}), "http-answer-header-added"),
    Edit("answer's header always comes", lambda d: shared(d, "headers", "RateLimit").update(required=True), "http-answer-header-added"),
    Edit("answer's header smaller", lambda d: shared(d, "headers", "RetryAfter")["schema"].update(maximum=60), "http-answer-changed"),
    Edit("answer's field more", lambda d: shape(d, "EventReceipt")["properties"].update(stored_at={"type": "string"}), "http-answer-changed"),
    Edit("answer's field always comes", lambda d: shape(d, "Problem")["required"].append("errors"), "http-answer-changed"),
    Edit("answer's list of values shorter", lambda d: shape(d, "Check")["properties"]["status"]["enum"].remove("warn"), "http-answer-changed"),
    Edit("answer's type added", lambda d: answer(d, BATCH, "202")["content"].update({"application/cbor": {}}), "http-answer-type-added"),
    Edit("answer's type spelt otherwise", lambda d: answer(d, BATCH, "202").update(content={"Application/JSON": answer(d, BATCH, "202")["content"]["application/json"]}), ""),
    Edit("shape renamed", lambda d: [d["components"]["schemas"].update(Receipt=shape(d, "EventReceipt")), shared(d, "responses", "EventAccepted")["content"]["application/json"].update(schema={"$ref": "#/components/schemas/Receipt"})], ""),
    Edit("shape written out", lambda d: shared(d, "responses", "EventAccepted")["content"]["application/json"].update(schema=shape(d, "EventReceipt")), ""),
    Edit("shape spread over all", lambda d: answer(d, BATCH, "202")["content"]["application/json"].update(schema={"allOf": [{"$ref": "#/components/schemas/BatchReceipt"}]}), "http-answer-changed"),
    Edit("key not needed any more", lambda d: operation(d, VALIDATE).update(security=[]), "http-security-loosened"),
    Edit("another key suffices too", lambda d: [d["components"]["securitySchemes"].update(oidc={"type": "http", "scheme": "bearer"}), d.update(security=[*d["security"], {"oidc": []}])], "http-security-loosened"),
    Edit("server added", lambda d: d.update(servers=[*d["servers"], {"url": "https://events.example.com"}]), "http-server-added"),
    Edit("words for readers", lambda d: [operation(d, BATCH).update(summary="New.", description="New.", tags=["new"]), d["info"].update(version="9.9.9"), shape(d, "Problem").update(description="New.", title="New", examples=[])], ""),
    Edit("an extension", lambda d: operation(d, BATCH).update({"x-owner": "ingest"}), ""),
    Edit("links", lambda d: answer(d, BATCH, "202").pop("links"), ""),
]

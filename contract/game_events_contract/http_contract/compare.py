"""Compare two OpenAPI documents: does every client of the old one get along with the new one?"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from game_events_contract.compatibility.values import canonical
from game_events_contract.http_contract.access import scheme_changes, security_changes, server_changes
from game_events_contract.http_contract.document import METHODS, Node, OpenApi
from game_events_contract.http_contract.messages import Messages, by_position, parameters_of
from game_events_contract.http_contract.rules import HttpChange, HttpRule
from game_events_contract.lifecycle import NOTICE, day
from game_events_contract.pointers import to_pointer
from game_events_contract.repository import Document

SUNSET = "x-sunset"
"""From this day on, `YYYY-MM-DD`, a deprecated operation may be taken away."""
_COMPARED = {"operationId", "parameters", "requestBody", "responses", "security", "servers", "deprecated", SUNSET}
_FOR_READERS = {"tags", "summary", "description", "externalDocs"}
_ITEM = {"parameters", "servers", "summary", "description", "$ref", *METHODS}
_ANSWER = {"headers", "content", "description", "links"}
_ROOT = {"openapi", "info", "servers", "paths", "components", "security", "tags", "externalDocs"}


def compare_http(old: Document, new: Document, today: date | None = None) -> list[HttpChange]:
    """Every difference between two self-contained OpenAPI 3.1 documents that a client may notice.

    ValueError for what is no such document.
    """
    try:
        return list(dict.fromkeys(_changes(OpenApi(old), OpenApi(new), today or datetime.now(UTC).date())))
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"no OpenAPI document that can be compared: {type(error).__name__} {error}") from error


def _changes(old: OpenApi, new: OpenApi, today: date) -> Iterator[HttpChange]:
    versions = [str(one.document["openapi"]).split(".")[:2] for one in (old, new)]
    if versions[0] != versions[1]:
        yield HttpChange(HttpRule.DOCUMENT_VERSION_CHANGED, "/openapi")
    yield from _unknown(Node(old.document, ()), Node(new.document, ()), _ROOT)
    messages = Messages(old, new)
    before = {called: (operation, item) for called, operation, item in old.operations()}
    after = {called: (operation, item) for called, operation, item in new.operations()}
    for called, (operation, _) in before.items():
        if called not in after and not _announced(operation, today):
            detail = f"{called[0].upper()} {operation.tokens[1]}: deprecate it with {SUNSET} first, or serve it on"
            yield HttpChange(HttpRule.OPERATION_REMOVED, to_pointer(operation.tokens), detail)
    for called, (operation, item) in after.items():
        if called not in before:
            yield HttpChange(HttpRule.OPERATION_ADDED, to_pointer(operation.tokens))
            continue
        yield from _operation(messages, before[called], (operation, item), today)
    yield from scheme_changes(old, new)


def _announced(operation: Node, today: date) -> bool:
    sunset = day(operation.value.get(SUNSET))
    return bool(operation.value.get("deprecated")) and sunset is not None and sunset <= today


def _operation(
    messages: Messages, before: tuple[Node, Node], after: tuple[Node, Node], today: date
) -> Iterator[HttpChange]:
    (was, was_item), (now, now_item) = before, after
    yield from _unknown(was, now, _COMPARED | _FOR_READERS)
    yield from _unknown(was_item, now_item, _ITEM)
    if was.value.get("operationId") != now.value.get("operationId"):
        detail = f"{was.value.get('operationId')} became {now.value.get('operationId')}"
        yield HttpChange(HttpRule.OPERATION_ID_CHANGED, to_pointer(now.below("operationId")), detail)
    yield from _retiring(was, now, today)
    yield from messages.parameters(
        by_position(parameters_of(messages.old, was_item, was), was_item.tokens),
        by_position(parameters_of(messages.new, now_item, now), now_item.tokens),
        now,
    )
    bodies = [
        document.follow(node.value["requestBody"], node.below("requestBody")) if "requestBody" in node.value else None
        for document, node in ((messages.old, was), (messages.new, now))
    ]
    yield from messages.body(bodies[0], bodies[1], now)
    yield from _answers(messages, was, now)
    yield from security_changes(messages.old, messages.new, was, now)
    yield from server_changes((messages.old, was_item, was), (messages.new, now_item, now))


def _retiring(was: Node, now: Node, today: date) -> Iterator[HttpChange]:
    if bool(was.value.get("deprecated")) != bool(now.value.get("deprecated")):
        yield HttpChange(HttpRule.OPERATION_DEPRECATED, to_pointer(now.below("deprecated")))
    text = now.value.get(SUNSET)
    if text is None or text == was.value.get(SUNSET):
        return
    sunset, promised = day(text), day(was.value.get(SUNSET))
    if sunset is None or not now.value.get("deprecated"):
        detail = f"{text!r}: write YYYY-MM-DD beside deprecated: true"
    elif sunset < today + NOTICE and (promised is None or sunset < promised):
        detail = f"{sunset}: give {NOTICE.days} days of notice from today, {today + NOTICE}"
    else:
        return
    yield HttpChange(HttpRule.SUNSET_TOO_SOON, to_pointer(now.below(SUNSET)), detail)


def _answers(messages: Messages, was: Node, now: Node) -> Iterator[HttpChange]:
    before, after = (
        {
            str(status): document.follow(answer, node.below("responses", str(status)))
            for status, answer in node.value.get("responses", {}).items()
        }
        for document, node in ((messages.old, was), (messages.new, now))
    )
    for status, answer in before.items():
        if status not in after:
            yield HttpChange(HttpRule.ANSWER_REMOVED, to_pointer(now.below("responses")), status)
            continue
        yield from _unknown(answer, after[status], _ANSWER)
        yield from messages.headers(answer, after[status])
        yield from messages.content(answer, after[status], sent=False)
    for status in after.keys() - before.keys():
        rule = HttpRule.REFUSAL_ADDED if status[0] in "45d" else HttpRule.SUCCESS_ADDED
        yield HttpChange(rule, to_pointer(now.below("responses", status)), status)


def _unknown(was: Node, now: Node, known: set[str]) -> Iterator[HttpChange]:
    """Whatever else differs: a keyword that the gate does not understand passes nothing."""
    for keyword in dict.fromkeys((*was.value, *now.value)):
        if keyword in known or keyword.startswith("x-"):
            continue
        values: list[Any] = [node.value.get(keyword) for node in (was, now)]
        if canonical(values[0]) != canonical(values[1]):
            yield HttpChange(HttpRule.KEYWORD_UNKNOWN, to_pointer(now.below(keyword)), keyword)

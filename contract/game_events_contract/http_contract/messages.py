"""The rules for what goes over the wire: parameters, headers and bodies, with their schemas.

What a client sends may be taken more widely; what it is answered may only become narrower.
"""

from collections.abc import Iterator
from typing import Any

from game_events_contract.compatibility import Report, Tier, compare
from game_events_contract.compatibility.values import canonical
from game_events_contract.http_contract.document import Node, OpenApi
from game_events_contract.http_contract.rules import HttpChange, HttpRule
from game_events_contract.pointers import Tokens, to_pointer
from game_events_contract.repository import Document

_FORM = ("style", "explode", "allowReserved", "allowEmptyValue")


class Messages:
    """Two documents, and what was compared of their schemas already."""

    def __init__(self, old: OpenApi, new: OpenApi) -> None:
        self.old, self.new = old, new
        self._reports: dict[tuple[Tokens, Tokens, bool], Report | str] = {}

    def parameters(self, before: dict[Any, Node], after: dict[Any, Node], operation: Node) -> Iterator[HttpChange]:
        for key, node in after.items():
            if key not in before:
                rule = HttpRule.PARAMETER_REQUIRED if node.value.get("required") else HttpRule.PARAMETER_ADDED
                yield HttpChange(rule, to_pointer(node.tokens), str(node.value.get("name")))
        for key, node in before.items():
            if key in after:
                yield from self._parameter(node, after[key])
            else:
                pointer = to_pointer(operation.below("parameters"))
                yield HttpChange(HttpRule.PARAMETER_REMOVED, pointer, f"{key[1]} in {key[0]}")

    def _parameter(self, before: Node, after: Node) -> Iterator[HttpChange]:
        was, is_now = bool(before.value.get("required")), bool(after.value.get("required"))
        if was != is_now:
            rule = HttpRule.PARAMETER_REQUIRED if is_now else HttpRule.PARAMETER_OPTIONAL
            yield HttpChange(rule, to_pointer(after.below("required")))
        for keyword in _FORM:
            if _form(before.value, keyword) != _form(after.value, keyword):
                yield HttpChange(HttpRule.PARAMETER_FORM_CHANGED, to_pointer(after.below(keyword)))
        was_set, is_set = (node.value.get("schema", {}).get("default") for node in (before, after))
        if canonical(was_set) != canonical(is_set):
            detail = f"{was_set} became {is_set}"
            pointer = to_pointer(after.below("schema", "default"))
            yield HttpChange(HttpRule.PARAMETER_DEFAULT_CHANGED, pointer, detail)
        if ("content" in before.value) != ("content" in after.value):
            yield HttpChange(HttpRule.PARAMETER_FORM_CHANGED, to_pointer(after.below("content")))
        yield from self._schemas(before, after, sent=True)
        yield from self.content(before, after, sent=True)

    def body(self, before: Node | None, after: Node | None, operation: Node) -> Iterator[HttpChange]:
        """The body of a request."""
        if after is None:
            if before is not None:
                yield HttpChange(HttpRule.REQUEST_BODY_REMOVED, to_pointer(operation.below("requestBody")))
            return
        was, is_now = bool(before and before.value.get("required")), bool(after.value.get("required"))
        if was != is_now:
            rule = HttpRule.REQUEST_BODY_REQUIRED if is_now else HttpRule.REQUEST_BODY_OPTIONAL
            yield HttpChange(rule, to_pointer(after.below("required")))
        elif before is None:
            yield HttpChange(HttpRule.REQUEST_BODY_ADDED, to_pointer(after.tokens))
        if before is not None:
            yield from self.content(before, after, sent=True)

    def content(self, before: Node, after: Node, *, sent: bool) -> Iterator[HttpChange]:
        """The media types of a body, and the schema of each."""
        was, is_now = (_types(node.value.get("content") or {}) for node in (before, after))
        removed = HttpRule.REQUEST_TYPE_REMOVED if sent else HttpRule.ANSWER_TYPE_REMOVED
        added = HttpRule.REQUEST_TYPE_ADDED if sent else HttpRule.ANSWER_TYPE_ADDED
        if was and not is_now and not sent:
            yield HttpChange(HttpRule.ANSWER_BODY_REMOVED, to_pointer(after.below("content")))
            return
        for name, media in was.items():
            if name not in is_now:
                yield HttpChange(removed, to_pointer(after.below("content")), name)
                continue
            pair = Node(media, before.below("content", name)), Node(is_now[name], after.below("content", name))
            if canonical(media.get("encoding")) != canonical(is_now[name].get("encoding")):
                yield HttpChange(HttpRule.KEYWORD_UNKNOWN, to_pointer(pair[1].below("encoding")), "encoding")
            yield from self._schemas(*pair, sent=sent)
        for name in is_now.keys() - was.keys():
            yield HttpChange(added, to_pointer(after.below("content", name)), name)

    def headers(self, before: Node, after: Node) -> Iterator[HttpChange]:
        """The headers of an answer."""
        was, is_now = (self._headers(*one) for one in ((self.old, before), (self.new, after)))
        for name, node in was.items():
            if name not in is_now:
                yield HttpChange(HttpRule.ANSWER_HEADER_REMOVED, to_pointer(after.below("headers")), name)
                continue
            always, still = bool(node.value.get("required")), bool(is_now[name].value.get("required"))
            if always and not still:
                pointer = to_pointer(is_now[name].below("required"))
                yield HttpChange(HttpRule.ANSWER_HEADER_OPTIONAL, pointer, name)
            elif still and not always:
                yield HttpChange(HttpRule.ANSWER_HEADER_ADDED, to_pointer(is_now[name].below("required")), name)
            yield from self._schemas(node, is_now[name], sent=False)
            yield from self.content(node, is_now[name], sent=False)
        for name in is_now.keys() - was.keys():
            yield HttpChange(HttpRule.ANSWER_HEADER_ADDED, to_pointer(is_now[name].tokens), name)

    def _headers(self, document: OpenApi, response: Node) -> dict[str, Node]:
        return {
            name.lower(): document.follow(header, response.below("headers", name))
            for name, header in (response.value.get("headers") or {}).items()
        }

    def _schemas(self, before: Node, after: Node, *, sent: bool) -> Iterator[HttpChange]:
        """The schemas below two parts; none there allows anything."""
        was = Node(before.value.get("schema", {}), before.below("schema"))
        now = Node(after.value.get("schema", {}), after.below("schema"))
        old, new = self.old.follow(*was), self.new.follow(*now)
        key = old.tokens, new.tokens, sent
        if key not in self._reports:  # one shape may be what many operations send or answer
            pair = self.old.schema(was), self.new.schema(now)
            self._reports[key] = _report(*(pair if sent else reversed(pair)))
        report = self._reports[key]
        spot = to_pointer(new.tokens if old.tokens == new.tokens else now.tokens)
        if isinstance(report, str):
            yield HttpChange(HttpRule.KEYWORD_UNKNOWN, spot, report)
            return
        for change in report.changes:
            breaks = change.rule.tier is Tier.WIRE
            detail = f"{change.rule.id} {change.detail}".strip()
            if sent:
                rule = HttpRule.REQUEST_NARROWED if breaks else HttpRule.REQUEST_CHANGED
            else:
                rule = HttpRule.ANSWER_WIDENED if breaks else HttpRule.ANSWER_CHANGED
                detail = f"read by clients of before: {detail}"
            yield HttpChange(rule, spot + change.pointer, detail)


def _report(old: Document, new: Document) -> Report | str:
    """How the schemas differ, or why that cannot be said."""
    if canonical(old) == canonical(new):
        return Report(())
    try:
        return compare(old, new)
    except ValueError as error:
        return f"cannot be compared: {error}"


def _form(parameter: dict[str, Any], keyword: str) -> Any:
    """How a parameter is written, with OpenAPI's own defaults."""
    style = parameter.get("style", "form" if parameter.get("in") in ("query", "cookie") else "simple")
    defaults = {"style": style, "explode": style == "form"}
    return parameter.get(keyword, defaults.get(keyword, False))


def _types(content: dict[str, Any]) -> dict[str, Any]:
    return {name.replace(" ", "").lower(): media for name, media in content.items()}


def parameters_of(document: OpenApi, shared: Node, operation: Node) -> dict[tuple[str, str], Node]:
    """An operation's parameters by (where, name); those of a path by their position, as only the name differs there."""
    found: dict[tuple[str, str], Node] = {}
    for node in (shared, operation):
        for index, value in enumerate(node.value.get("parameters", ())):
            parameter = document.follow(value, node.below("parameters", str(index)))
            where, name = parameter.value["in"], parameter.value["name"]
            found[where, name.lower() if where == "header" else name] = parameter
    return found


def by_position(parameters: dict[tuple[str, str], Node], path: Tokens) -> dict[tuple[str, str], Node]:
    names = [part.partition("}")[0] for part in path[1].split("{")[1:]]
    return {
        (where, str(names.index(name)) if where == "path" and name in names else name): node
        for (where, name), node in parameters.items()
    }

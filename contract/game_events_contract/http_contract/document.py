"""An OpenAPI document with its references followed: what can be called, and schemas that stand for themselves."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from game_events_contract.keywords import NOTES
from game_events_contract.pointers import Tokens, fragment_tokens, resolve_reference
from game_events_contract.repository import Document
from game_events_contract.walk import replaced, subschemas, with_references

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_FOR_READERS = (*NOTES, "title", "example", "externalDocs", "xml")


class Node(NamedTuple):
    """A part of the document and where it stands, which is where its last reference leads to."""

    value: Any
    tokens: Tokens

    def below(self, *tokens: str) -> Tokens:
        return (*self.tokens, *tokens)


class OpenApi:
    """One self-contained document. ValueError, KeyError or TypeError for what is none."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._definitions = {
            name: self._plain(schema) for name, schema in document.get("components", {}).get("schemas", {}).items()
        }

    def follow(self, value: Any, tokens: Tokens) -> Node:
        """The part that stands there, or that its references lead to."""
        for _ in range(32):
            if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)):
                return Node(value, tokens)
            tokens = fragment_tokens(value["$ref"])
            value = resolve_reference(self.document, value["$ref"])
        raise ValueError(f"the references at {'/'.join(tokens)} have no end")

    def operations(self) -> Iterator[tuple[tuple[str, str], Node, Node]]:
        """(Method, path without its parameters' names) with the operation and the path's item, which it shares."""
        for path, item in self.document.get("paths", {}).items():
            shared = self.follow(item, ("paths", path))
            for method in METHODS:
                if method in shared.value:
                    called = (method, re.sub(r"\{[^}]*\}", "{}", path))
                    yield called, Node(shared.value[method], shared.below(method)), shared

    def schema(self, node: Node) -> Document:
        """A schema of the document as one that stands for itself, with the definitions it leads to."""
        own = self._plain(node.value)
        own = own if isinstance(own, dict) else {"allOf": [own]}
        needed: dict[str, Any] = {}
        waiting = [own]
        while waiting:
            for name in _referred(waiting.pop()):
                if name not in needed and name in self._definitions:
                    needed[name] = self._definitions[name]
                    waiting.append(needed[name])
        return {**own, "$defs": needed} if needed else own

    def _plain(self, schema: Any) -> Any:
        """The schema in the words of JSON Schema alone, without those for readers: what goes over the wire counts."""
        if not isinstance(schema, dict):
            return schema
        local = with_references(schema, lambda reference: reference.replace("#/components/schemas/", "#/$defs/"))
        return _without_notes(local)


def _without_notes(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    kept = {name: value for name, value in schema.items() if name not in _FOR_READERS and not name.startswith("x-")}
    return replaced(kept, lambda _, child: _without_notes(child))


def _referred(schema: Any) -> Iterator[str]:
    for _, inner in subschemas(schema):
        if isinstance(inner, dict) and str(inner.get("$ref", "")).startswith("#/$defs/"):
            yield fragment_tokens(inner["$ref"])[1]

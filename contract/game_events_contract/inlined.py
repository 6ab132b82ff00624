"""A self-contained schema without references: every definition stands in the place that refers to it.

For tools that follow no `$ref`: editors, form builders, converters to other languages of schemas.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from game_events_contract.keywords import DEFINITIONS, NOTES, Keyword, is_annotation
from game_events_contract.pointers import fragment_tokens
from game_events_contract.repository import Document
from game_events_contract.walk import Link, as_document, replaced, subschemas

_SAID_ANEW = frozenset({*NOTES, Keyword.TITLE, Keyword.DEFAULT})
"""What a place may say beside its reference without refusing or admitting anything."""


def inlined(bundled: Document) -> Document:
    """What `bundled`, a document of `bundle`'s, says, without a `$ref`; it takes and refuses the same values.

    Only a definition that leads back to itself stays under `$defs`, and references to it stay: written out it has no
    end.
    """
    definitions = bundled.get(Keyword.DEFS, {})
    endless = {name for name in definitions if name in _reached(name, definitions)}
    inliner = _Inliner(definitions, endless)
    document: Document = inliner.without_references(bundled)
    kept = {name: inliner.without_references(definitions[name]) for name in sorted(endless)}
    return {**document, Keyword.DEFS.value: kept} if kept else document


class _Inliner:
    def __init__(self, definitions: Mapping[str, Any], endless: set[str]) -> None:
        self._definitions = definitions
        self._endless = endless

    def without_references(self, schema: Any) -> Any:
        if not isinstance(schema, dict):
            return schema
        own = {name: value for name, value in schema.items() if name != Keyword.REF and name not in DEFINITIONS}
        own = replaced(own, self._child)
        if Keyword.REF not in schema:
            return own
        name = _target(schema)
        if name in self._endless:
            return {Keyword.REF.value: schema[Keyword.REF], **own}
        target = as_document(self.without_references(self._definitions[name]))
        if all(word in _SAID_ANEW or is_annotation(word) for word in own):
            return {**target, **own}
        return {**own, Keyword.ALL_OF.value: [target, *own.get(Keyword.ALL_OF, ())]}

    def _child(self, _: Link, schema: Any) -> Any:
        return self.without_references(schema)


def _target(schema: Document) -> str:
    """The definition that a bundle's reference leads to: there are no others."""
    return fragment_tokens(schema[Keyword.REF])[-1]


def _reached(name: str, definitions: Mapping[str, Any]) -> set[str]:
    """The definitions that one leads to, over any number of others."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = {*_references(definitions[waiting.pop()])} - found
        found |= new
        waiting += new
    return found


def _references(schema: Any) -> Iterator[str]:
    return (_target(part) for _, part in subschemas(schema) if isinstance(part, dict) and Keyword.REF in part)

"""What a `$ref` leads to: followed for one schema, or throughout it."""

from collections.abc import Mapping
from typing import Any

from game_events_contract.keywords import DEFINITIONS, NOTES
from game_events_contract.pointers import resolve_reference
from game_events_contract.repository import Document
from game_events_contract.walk import as_document, replaced, subschemas

_SILENT = frozenset((*NOTES, *DEFINITIONS))
_TOGETHER = (
    {"properties", "patternProperties", "additionalProperties"},
    {"prefixItems", "items"},
    {"contains", "minContains", "maxContains"},
    {"if", "then", "else"},
)
"""Keywords that mean something else when another of the group stands beside them."""


class Entangled(ValueError):
    """The schemas' parts meet in more ways than can be compared."""


class Effort:
    """The steps that may still be taken: schemas of a few lines can meet in more ways than can be tried."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def step(self) -> None:
        """Take one. Entangled when none is left."""
        self._left -= 1
        if self._left < 0:
            raise Entangled("the schemas' parts meet in more ways than can be compared; refer to one another less")


def resolve(schema: Any, root: Document) -> Document:
    """The schema with its own `$ref` followed.

    Siblings of the `$ref` stand beside the keywords it leads to; where the two would change each other's meaning, what
    it leads to becomes a member of `allOf`. Raises ValueError for what is no schema and a `$ref` that leads nowhere.
    """
    followed = as_document(schema)
    seen: set[str] = set()
    while "$ref" in followed:
        reference = followed["$ref"]
        if reference in seen:
            raise ValueError(f"$ref {reference!r} leads back to itself")
        seen.add(reference)
        siblings = {key: value for key, value in followed.items() if key != "$ref"}
        led_to = as_document(target(reference, root))
        if _independent(led_to, siblings):
            followed = {**led_to, **siblings}
        else:
            followed = {**siblings, "allOf": [*siblings.get("allOf", []), led_to]}
    return followed


def inline(schema: Any, root: Document, effort: Effort) -> Any:
    """The schema with every `$ref` replaced by what it leads to, and without definitions: same text, same meaning.

    Where a schema contains itself, `{"$ref": n}` stands for the schema n levels below the top, in which it stands.
    """
    return _inlined(schema, root, {}, 0, effort)


def contains_itself(inlined: Any) -> bool:
    """Whether an inlined schema has levels without an end, so that it is no schema that a validator could take."""
    return any("$ref" in as_document(schema) for _, schema in subschemas(inlined))


def _inlined(schema: Any, root: Document, within: Mapping[str, int], level: int, effort: Effort) -> Any:
    """`within` are the references being followed, each with the level at which its target stands."""
    effort.step()
    if not isinstance(schema, dict):
        return schema
    own = {keyword: value for keyword, value in schema.items() if keyword != "$ref" and keyword not in DEFINITIONS}
    kept = replaced(own, lambda link, child: _inlined(child, root, within, level + len(link.tokens), effort))
    if "$ref" not in schema:
        return kept
    reference = schema["$ref"]
    stands = level + 2 if kept else level
    if reference in within:
        followed: Any = {"$ref": within[reference]}
    else:
        followed = _inlined(target(reference, root), root, {**within, reference: stands}, stands, effort)
    return {**kept, "allOf": [*kept.get("allOf", []), followed]} if kept else followed


def target(reference: Any, root: Document) -> Any:
    """What a `$ref` leads to. ValueError for one that leads out of the document, or nowhere."""
    if not isinstance(reference, str):
        raise ValueError(f"$ref {reference!r} is no text")
    if not reference.startswith("#"):
        raise ValueError(f"$ref {reference!r} leads out of the document; bundle it first")
    return resolve_reference(root, reference)


def _independent(led_to: Document, siblings: Document) -> bool:
    """Whether the keywords of both mean the same when they stand in one schema."""
    theirs = led_to.keys() - _SILENT
    ours = siblings.keys() - _SILENT
    if theirs & ours or (ours and theirs & {"unevaluatedItems", "unevaluatedProperties"}):
        return False
    return not any(theirs & group and ours & group for group in _TOGETHER)

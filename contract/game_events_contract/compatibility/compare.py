"""Compare two schemas, rule by rule: does every value that the old one allows pass the new one?

The answer errs on one side only. What cannot be proved harmless is reported as breaking, and a keyword the gate does
not know is reported instead of skipped.
"""

import hashlib
import json
from collections.abc import Iterator
from functools import partial

from game_events_contract.compatibility.any_type import listed_changes, type_changes
from game_events_contract.compatibility.arrays import array_changes
from game_events_contract.compatibility.comparison import Comparison, Pair
from game_events_contract.compatibility.conditions import condition_changes
from game_events_contract.compatibility.limits import number_changes, text_changes
from game_events_contract.compatibility.objects import object_changes
from game_events_contract.compatibility.proof import Proof
from game_events_contract.compatibility.report import Change, Report
from game_events_contract.compatibility.rules import CompatibilityRule as Rule
from game_events_contract.compatibility.unevaluated import rest_changes
from game_events_contract.compatibility.values import impossible, types
from game_events_contract.dialect import dialect_of, misreadings
from game_events_contract.keywords import NOTES, is_annotation, is_followed
from game_events_contract.pointers import to_pointer
from game_events_contract.repository import Document
from game_events_contract.walk import as_document, subschemas

_NOTED = (*NOTES, "contentEncoding", "contentMediaType", "contentSchema")
_COMPARED: dict[bytes, Report] = {}
"""Reports by what was compared: gate, catalog, consumers and verdicts ask about the same versions."""
MOST_COMPARED = 4096
_EVERY_VERSIONS_OWN = ("examples", "$reason")


def compare(old: Document, new: Document) -> Report:
    """Every difference between two self-contained schemas.

    Raises ValueError for what is no schema, when a `$ref` leads nowhere, out of the document or back to itself, and for
    schemas whose parts meet in more ways than can be compared.
    """
    for which, document in (("older", old), ("newer", new)):
        for misreading in misreadings(document):
            raise ValueError(f"the {which} schema, {misreading}")
    try:
        pair = hashlib.sha256(json.dumps([old, new]).encode()).digest()
        if pair not in _COMPARED:
            if len(_COMPARED) >= MOST_COMPARED:
                _COMPARED.clear()
            _COMPARED[pair] = Report(tuple(dict.fromkeys(_changes(old, new))))
        return _COMPARED[pair]
    except RecursionError:
        raise ValueError("the schemas are nested in one another deeper than can be compared") from None


def _changes(old: Document, new: Document) -> Iterator[Change]:
    if dialect_of(old) != dialect_of(new):
        yield Change(Rule.DIALECT_CHANGED, "/$schema")
    yield from _unknown(old)
    yield from _unknown(new)
    yield from Comparison(old, new, _pair_changes, partial(Proof, _value_changes)).changes(old, new, ())


def _unknown(document: Document) -> Iterator[Change]:
    """Keywords nobody knows, anywhere a schema may stand."""
    for place, schema in subschemas(document):
        for name in as_document(schema):
            if not is_followed(name, at_root=not place.links):
                yield Change(Rule.KEYWORD_UNKNOWN, to_pointer((*place.tokens, name)), name)


def _pair_changes(pair: Pair) -> Iterator[Change]:
    yield from _notes(pair)
    if impossible(pair.old):
        return
    if impossible(pair.new):
        yield pair.change(Rule.VALUES_FORBIDDEN)
        return
    yield from _value_changes(pair)


def _value_changes(pair: Pair) -> Iterator[Change]:
    yield from type_changes(pair)
    yield from listed_changes(pair)
    common = types(pair.old) & types(pair.new)
    if common & {"integer", "number"}:
        yield from number_changes(pair)
    if "string" in common:
        yield from text_changes(pair)
    if "array" in common:
        yield from array_changes(pair)
    if "object" in common:
        yield from object_changes(pair)
    yield from condition_changes(pair)
    yield from rest_changes(pair)


def _notes(pair: Pair) -> Iterator[Change]:
    for keyword, rule in (("title", Rule.TITLE_CHANGED), ("default", Rule.DEFAULT_CHANGED)):
        if pair.old.get(keyword) != pair.new.get(keyword):
            yield pair.change(rule, keyword)
    own = (name for name in dict.fromkeys((*pair.old, *pair.new)) if is_annotation(name) and name not in _NOTED)
    for keyword in (*_NOTED, *own):
        if pair.old.get(keyword) != pair.new.get(keyword) and (pair.tokens or keyword not in _EVERY_VERSIONS_OWN):
            yield pair.change(Rule.DOCUMENTATION_CHANGED, keyword)

"""Compare two schemas, rule by rule: does every value that the old one allows pass the new one?

The answer errs on one side only. What cannot be proved harmless is reported as breaking, and a keyword the gate does
not know is reported instead of skipped.
"""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from game_events_contract.bundle import escape
from game_events_contract.compatibility.composition import CompositionRules
from game_events_contract.compatibility.objects import ObjectRules
from game_events_contract.compatibility.references import (
    DATA,
    DEFINITIONS,
    DOCUMENTATION,
    NAMED_SCHEMAS,
    inline,
    resolve,
)
from game_events_contract.compatibility.rules import RULES, Change, Report, Tier
from game_events_contract.compatibility.values import (
    Finding,
    canonical,
    count_findings,
    listed,
    listed_findings,
    number_findings,
    text_findings,
    type_findings,
    types,
)
from game_events_contract.repository import Document, SchemaVersion

_IGNORED = ("$id", *DEFINITIONS, "$supersedes", "$vocabulary")
_CONTENT = ("contentEncoding", "contentMediaType", "contentSchema")
_CORE = ("$schema", "$ref", "title", "default", "type", "enum", "const", "allOf", "anyOf", "oneOf", "not")
_CONDITIONAL = ("if", "then", "else", "dependentRequired", "dependentSchemas")
_NUMBER = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_TEXT = ("minLength", "maxLength", "pattern", "format")
_ARRAY = ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains")
_OBJECT = ("properties", "required", "additionalProperties", "patternProperties", "propertyNames")
_SIZE = ("minProperties", "maxProperties", "unevaluatedItems", "unevaluatedProperties")
UNDERSTOOD = frozenset(
    (*_CORE, *_CONDITIONAL, *_NUMBER, *_TEXT, *_ARRAY, *_OBJECT, *_SIZE, *DOCUMENTATION, *_IGNORED, *_CONTENT)
)
"""Every keyword the gate knows; another one is a typing error or needs a rule first."""
ROOT_ONLY = ("$id", "$schema")
"""Within a document, these change what the references and keywords below them mean."""


def compare(old: Document, new: Document) -> Report:
    """Every difference between two self-contained schemas.

    Raises ValueError when a `$ref` leads nowhere or out of the document.
    """
    return Report(tuple(dict.fromkeys(Comparison(old, new).root())))


class Comparison(ObjectRules, CompositionRules):
    """One walk over both documents at once; keeps each document's root to follow its references."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old_root, self.new_root = old, new
        self._open: set[tuple[int, int, frozenset[str] | None]] = set()
        self._contrary: Comparison | None = None

    @property
    def contrary(self) -> "Comparison":
        """The same walk the other way round; one for all, so that what is being compared is remembered within `not`."""
        if self._contrary is None:
            self._contrary = Comparison(self.new_root, self.old_root)
            self._contrary._contrary = self
        return self._contrary

    def root(self) -> Iterator[Change]:
        if self.old_root.get("$schema") != self.new_root.get("$schema"):
            yield Change(RULES["dialect-changed"], "/$schema")
        yield from self._unknown(self.old_root, "")
        yield from self._unknown(self.new_root, "")
        yield from self.subschema(self.old_root, self.new_root, "")

    def _unknown(self, schema: Any, pointer: str) -> Iterator[Change]:
        """Keywords nobody knows, anywhere a schema may stand."""
        if isinstance(schema, list):
            for index, item in enumerate(schema):
                yield from self._unknown(item, f"{pointer}/{index}")
        if not isinstance(schema, dict):
            return
        for keyword, value in schema.items():
            here = f"{pointer}/{escape(keyword)}"
            if keyword not in UNDERSTOOD or (keyword in ROOT_ONLY and pointer):
                yield Change(RULES["keyword-unknown"], here, keyword)
            elif keyword in NAMED_SCHEMAS or keyword in DEFINITIONS:
                for name, item in value.items():
                    yield from self._unknown(item, f"{here}/{escape(name)}")
            elif keyword not in DATA:
                yield from self._unknown(value, here)

    def subschema(self, old: Any, new: Any, pointer: str, possible: frozenset[str] | None = None) -> Iterator[Change]:
        """The changes from one subschema to another.

        `possible` are the only field names an object valid so far can have here, None when it can have any.
        """
        pair = (id(old), id(new), possible)
        if pair in self._open or self._alike(old, new):
            return
        self._open.add(pair)
        before, after = resolve(old, self.old_root), resolve(new, self.new_root)
        changes = list(self._changes(before, after, pointer, possible))
        self._open.discard(pair)
        yield from self._without_disproved(before, after, changes)

    def _changes(self, old: Document, new: Document, pointer: str, possible: frozenset[str] | None) -> Iterator[Change]:
        yield from self._annotations(old, new, pointer)
        if impossible(old):
            return
        if impossible(new):
            yield Change(RULES["values-forbidden"], pointer)
            return
        common = types(old) & types(new)
        findings: list[Finding] = [*type_findings(old, new), *listed_findings(old, new)]
        if common & {"integer", "number"}:
            findings += number_findings(old, new)
        if "string" in common:
            findings += text_findings(old, new)
        if "array" in common:
            findings += count_findings(old, new, "minItems", "maxItems")
            if bool(old.get("uniqueItems")) != bool(new.get("uniqueItems")):
                findings.append(
                    ("unique-items-required" if new.get("uniqueItems") else "unique-items-dropped", "uniqueItems", "")
                )
        for rule, keyword, detail in findings:
            if not (pointer == "/properties/schema_version" and rule == "const-changed" and _both_versions(old, new)):
                yield Change(RULES[rule], f"{pointer}/{keyword}", detail)
        if "array" in common:
            yield from self._items(old, new, pointer)
        if "object" in common:
            yield from self.object_changes(old, new, pointer, possible)
        yield from self.composition_changes(old, new, pointer, self.possible_names(old, possible))

    def _items(self, old: Document, new: Document, pointer: str) -> Iterator[Change]:
        before, after = old.get("prefixItems", []), new.get("prefixItems", [])
        rest_before, rest_after = old.get("items", True), new.get("items", True)
        for index in range(max(len(before), len(after))):
            if index < old.get("maxItems", index + 1):
                yield from self.subschema(
                    before[index] if index < len(before) else rest_before,
                    after[index] if index < len(after) else rest_after,
                    f"{pointer}/prefixItems/{index}",
                )
        yield from self.subschema(rest_before, rest_after, f"{pointer}/items")

    def _annotations(self, old: Document, new: Document, pointer: str) -> Iterator[Change]:
        for keyword, rule in (("title", "title-changed"), ("default", "default-changed")):
            if old.get(keyword) != new.get(keyword):
                yield Change(RULES[rule], f"{pointer}/{keyword}")
        for keyword in (*DOCUMENTATION, *_CONTENT):
            if old.get(keyword) != new.get(keyword) and not (pointer == "" and keyword in ("examples", "$reason")):
                yield Change(RULES["documentation-changed"], f"{pointer}/{keyword}")

    def _without_disproved(self, old: Document, new: Document, changes: list[Change]) -> Iterator[Change]:
        """Where the old values are a short list, each can be tried: if all pass, nothing is broken."""
        values = listed(old)
        wire = [change for change in changes if change.rule.tier is Tier.WIRE]
        if values is not None and wire and all(change.rule.id != "keyword-unknown" for change in wire):
            own, judge = inline(old, self.old_root), inline(new, self.new_root)
            if not _contains_itself(own) and not _contains_itself(judge):
                was, now = (jsonschema_rs.Draft202012Validator(text, validate_formats=True) for text in (own, judge))
                if all(now.is_valid(value) for value in values if was.is_valid(value)):
                    changes = [change for change in changes if change.rule.tier is not Tier.WIRE]
        yield from changes

    def _alike(self, old: Any, new: Any) -> bool:
        """Whether both say the same, references followed; 1 and true, which Python calls equal, are not the same."""
        return canonical(inline(old, self.old_root)) == canonical(inline(new, self.new_root))


def impossible(schema: Document) -> bool:
    """Whether the schema plainly allows nothing."""
    return schema.get("not") in ({}, True) or schema.get("enum") == []


def _contains_itself(inlined: Any) -> bool:
    """Whether references are left. A field of that name counts too, for nothing but a false alarm hangs on it."""
    return '"$ref"' in canonical(inlined)


def _both_versions(old: Document, new: Document) -> bool:
    """Whether the constant is the schema's own version, which every version changes."""
    try:
        SchemaVersion.parse(old.get("const", ""))
        SchemaVersion.parse(new.get("const", ""))
    except (TypeError, ValueError):
        return False
    return True

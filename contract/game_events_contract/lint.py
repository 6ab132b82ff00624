"""Lint of the event schemas: named rules, each with its reason and its fix, after the example of igluctl."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import jsonschema_rs

from game_events_contract.bundle import bundle_document
from game_events_contract.compatibility.compare import ROOT_ONLY, UNDERSTOOD
from game_events_contract.compatibility.references import as_document
from game_events_contract.repository import Document, SchemaFile, SchemaRepository, SchemaVersion

FORMATS = ("date-time",)
"""Formats that the server, the models and the reference validator all check in the same way."""
ENVELOPE = ("event_id", "event_type", "schema_version", "event_time", "user_id", "game_id", "environment")
"""What the pipeline itself reads of every event."""
_ONE_SCHEMA = (
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "if",
    "then",
    "else",
    "not",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
)
_ANCHORS = ("$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef")


class LintRule(NamedTuple):
    reason: str
    fix: str


LINT_RULES = {
    "schema-invalid": LintRule("A schema that is no JSON Schema 2020-12 validates nothing.", "Follow the meta-schema."),
    "reference-dangling": LintRule("A reference that leads nowhere fails at run time.", "Correct the $ref."),
    "keyword-unknown": LintRule(
        "Validators skip keywords they do not know, so a misspelt bound bounds nothing.", "Correct the spelling."
    ),
    "anchor-used": LintRule(
        "The gate follows no anchors and no identifiers within a schema: what they lead to could change unseen.",
        "Refer to a definition by JSON Pointer: #/$defs/price.",
    ),
    "root-not-closed": LintRule(
        "An open event takes misspelt optional fields without a word.",
        'Write "type": "object" and "additionalProperties": false.',
    ),
    "object-not-bounded": LintRule(
        "An open object has no columns and no end.",
        'Write "additionalProperties": false, or "maxProperties" and "propertyNames".',
    ),
    "title-wrong": LintRule(
        "The title names the generated class.", "Name it after the folder: in_app_ad → InAppAdEvent."
    ),
    "identity-wrong": LintRule(
        "The event's type and version decide which schema judges it.",
        "Give event_type and schema_version the folder's and the file's name as \"const\".",
    ),
    "envelope-missing": LintRule(
        "The pipeline reads these fields of every event.", f"Define and require {', '.join(ENVELOPE)}."
    ),
    "description-missing": LintRule(
        "The description is the field's documentation in the catalog, the models and the warehouse.",
        "Say what the field holds, with its unit.",
    ),
    "example-missing": LintRule("Examples feed the documentation and the fuzzer.", "Add at least one to examples."),
    "example-invalid": LintRule("A wrong example teaches the wrong thing.", "Correct the example or the schema."),
    "string-unbounded": LintRule("A string without an end fills the disk.", "Add maxLength, enum or const."),
    "array-unbounded": LintRule("A list without an end fills the disk.", "Add maxItems."),
    "number-unranged": LintRule(
        "Parsers disagree on numbers beyond 64 bits, and columns have a size.", "Add minimum and maximum."
    ),
    "bounds-crossed": LintRule("Nothing satisfies a minimum above the maximum.", "Swap or correct the bounds."),
    "format-unknown": LintRule(
        "Validators disagree on other formats or skip them.", f"Use {', '.join(FORMATS)}, or a pattern."
    ),
    "pattern-not-anchored": LintRule(
        "A pattern without ^ and $ matches anywhere in the text.", "Begin it with ^ and end it with $."
    ),
    "pattern-not-portable": LintRule(
        r"\d, \w, \s and \b mean different characters in different languages.", "Write the characters: [0-9]."
    ),
    "enum-repeated": LintRule("A value listed twice is one too many.", "Remove it."),
    "required-undefined": LintRule(
        "A required field that is not defined can never be sent on a closed object.", "Define it or do not require it."
    ),
    "name-not-snake-case": LintRule(
        "Names become Python attributes and warehouse columns.", "Write it like transaction_id."
    ),
}


class Finding(NamedTuple):
    """One thing wrong: in which file, by which rule, where in it."""

    where: str
    rule: str
    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}{'#' + self.pointer if self.pointer else ''}: {self.rule}: {self.message}"


def lint(schemas: SchemaRepository) -> list[Finding]:
    """Every finding in every file; none for a repository that may be published."""
    unreadable = list(_unreadable(schemas))
    if unreadable:
        return unreadable
    return [finding for file in schemas.files for finding in lint_file(file)]


def _unreadable(schemas: SchemaRepository) -> Iterator[Finding]:
    for path in sorted(schemas.folder.rglob("*.json")):
        where = str(path.relative_to(schemas.folder))
        try:
            json.loads(path.read_text(encoding="utf-8"))
            if path.parent.parent == schemas.folder:
                SchemaVersion.parse(path.stem)
        except ValueError as error:
            yield Finding(where, "schema-invalid", "", str(error))


def lint_file(file: SchemaFile) -> list[Finding]:
    return [
        Finding(file.label, rule, pointer, f"{detail}: {LINT_RULES[rule].reason} {LINT_RULES[rule].fix}")
        for rule, pointer, detail in _findings(file)
    ]


_Raw = tuple[str, str, str]


def _findings(file: SchemaFile) -> Iterator[_Raw]:
    document = file.document
    if not jsonschema_rs.meta.is_valid(document):
        yield "schema-invalid", "", "not a schema"
        return
    walked = list(_walk(document, ""))
    if any(rule == "anchor-used" for rule, _, _ in walked):
        yield from walked
        return
    bare = [
        ("description-missing", f"/{keyword}/{name}", name)
        for keyword in ("properties", "$defs")
        for name, field in document.get(keyword, {}).items()
        if isinstance(field, bool)
    ]
    if bare:  # `true` and `false` are schemas that say nothing
        yield from bare
        return
    try:
        bundled = bundle_document(document, file.path)
        definitions = {
            name: bundle_document(as_document(definition), file.path)
            for name, definition in document.get("$defs", {}).items()
        }
        jsonschema_rs.Draft202012Validator(bundled)
    except (KeyError, IndexError, OSError, ValueError, jsonschema_rs.ReferencingError) as error:
        yield "reference-dangling", "", str(error)
        return
    if file.is_event or "properties" in document or "$defs" not in document:
        yield from _event(file, document)
        yield from _examples(bundled, document, "")
    for name, definition in document.get("$defs", {}).items():
        yield from _field(name, definition, f"/$defs/{name}", definitions[name])
    yield from walked
    for name, field in document.get("properties", {}).items():
        yield from _field(name, field, f"/properties/{name}", bundle_document(as_document(field), file.path))


def _event(file: SchemaFile, document: Document) -> Iterator[_Raw]:
    if document.get("type") != "object" or document.get("additionalProperties") is not False:
        yield "root-not-closed", "", "the root"
    title = "".join(part.capitalize() for part in file.name.split("_")) + "Event"
    if document.get("title") != title:
        yield "title-wrong", "/title", f"expected {title}"
    if "description" not in document:
        yield "description-missing", "", "the event"
    properties = document.get("properties", {})
    for name, value in (("event_type", file.name), ("schema_version", str(file.version))):
        if as_document(properties.get(name, {})).get("const") != value:
            yield "identity-wrong", f"/properties/{name}", f"expected {value!r}"
    for name in ENVELOPE:
        if name not in properties or name not in document.get("required", ()):
            yield "envelope-missing", f"/properties/{name}", name
    if not document.get("examples"):
        yield "example-missing", "", "the event"


def _field(name: str, field: Document, pointer: str, resolved: Document) -> Iterator[_Raw]:
    """What a field has to say of itself, or what it refers to says for it."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        yield "name-not-snake-case", pointer, name
    merged = _merged(resolved)
    if "description" not in merged:
        yield "description-missing", pointer, name
    if "const" not in merged and not merged.get("examples"):
        yield "example-missing", pointer, name
    yield from _examples(resolved, merged, pointer)


def _merged(resolved: Document) -> Document:
    reference = str(resolved.get("$ref", ""))
    target = as_document(resolved.get("$defs", {}).get(reference.rpartition("/")[2], {})) if reference else {}
    return {**(_merged({**target, "$defs": resolved.get("$defs", {})}) if target else {}), **resolved}


def _examples(resolved: Document, holder: Document, pointer: str) -> Iterator[_Raw]:
    judge = jsonschema_rs.Draft202012Validator(resolved, validate_formats=True)
    for index, example in enumerate(holder.get("examples", ())):
        for error in judge.iter_errors(example):
            yield "example-invalid", f"{pointer}/examples/{index}", error.message


def _walk(node: Any, pointer: str) -> Iterator[_Raw]:
    """Every subschema of the file itself; what it refers to is looked at in its own file."""
    if isinstance(node, bool):
        return
    for keyword in node:
        if keyword in _ANCHORS or (keyword in ROOT_ONLY and pointer):
            yield "anchor-used", f"{pointer}/{keyword}", keyword
        elif keyword not in UNDERSTOOD:
            yield "keyword-unknown", f"{pointer}/{keyword}", keyword
    conditional = bool(re.search(r"/(allOf|if|then|else|not)(/|$)", pointer))
    yield from _values(node, pointer)
    if not conditional:
        yield from _bounds(node, pointer)
    for keyword, value in node.items():
        here = f"{pointer}/{keyword}"
        if keyword in ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas"):
            for name, item in value.items():
                if keyword == "properties" and pointer and not conditional:
                    yield from _nested(name, item, f"{here}/{name}")
                yield from _walk(item, f"{here}/{name}")
        elif keyword in ("allOf", "anyOf", "oneOf", "prefixItems"):
            for index, item in enumerate(value):
                yield from _walk(item, f"{here}/{index}")
        elif keyword in _ONE_SCHEMA:
            yield from _walk(value, here)


def _nested(name: str, field: Document | bool, pointer: str) -> Iterator[_Raw]:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        yield "name-not-snake-case", pointer, name
    if not as_document(field).keys() & {"description", "$ref"}:
        yield "description-missing", pointer, name


def _values(node: Document, pointer: str) -> Iterator[_Raw]:
    values = [str(type(value)) + str(value) for value in node.get("enum", ())]
    if len(set(values)) != len(values):
        yield "enum-repeated", f"{pointer}/enum", "repeated value"
    pattern = node.get("pattern")
    if pattern is not None:
        if not (pattern.startswith("^") and pattern.endswith("$")):
            yield "pattern-not-anchored", f"{pointer}/pattern", pattern
        if re.search(r"(?<!\\)(?:\\\\)*\\[dDwWsSbBpP]", pattern):
            yield "pattern-not-portable", f"{pointer}/pattern", pattern
    if "format" in node and node["format"] not in FORMATS:
        yield "format-unknown", f"{pointer}/format", str(node["format"])
    for least, most in (
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
        ("minProperties", "maxProperties"),
    ):
        if least in node and most in node and node[least] > node[most]:
            yield "bounds-crossed", f"{pointer}/{least}", f"{node[least]} > {node[most]}"
    if "properties" in node and node.get("additionalProperties") is False:
        for name in node.get("required", ()):
            if name not in node["properties"]:
                yield "required-undefined", f"{pointer}/required", name


def _bounds(node: Document, pointer: str) -> Iterator[_Raw]:
    if "enum" in node or "const" in node:
        return
    declared = node.get("type")
    kinds = [declared] if isinstance(declared, str) else declared or []
    if ("string" in kinds or pointer.endswith("/propertyNames")) and "maxLength" not in node:
        yield "string-unbounded", pointer, "no maxLength"
    if "array" in kinds and "maxItems" not in node:
        yield "array-unbounded", pointer, "no maxItems"
    if ("integer" in kinds or "number" in kinds) and not ("minimum" in node and "maximum" in node):
        yield "number-unranged", pointer, "no minimum or no maximum"
    open_object = "object" in kinds and node.get("additionalProperties") is not False
    if pointer and open_object and not ("maxProperties" in node and "propertyNames" in node):
        yield "object-not-bounded", pointer, "open"

"""A self-describing JSON Schema for an Iglu registry (https://docs.snowplow.io/docs/fundamentals/schemas), draft 4."""

import json
from collections.abc import Iterator

from game_events_contract.bundle import bundle
from game_events_contract.keywords import Holds, Keyword, keyword_named
from game_events_contract.repository import Document, SchemaFile
from game_events_contract.walk import as_document

META_SCHEMA = "http://iglucentral.com/schemas/com.snowplowanalytics.self-desc/schema/jsonschema/1-0-0#"
KEPT = frozenset(
    {"type", "enum", "multipleOf", "minLength", "maxLength", "pattern", "format", "description", "title", "default"}
    | {"minItems", "maxItems", "uniqueItems", "required", "minProperties", "maxProperties"}
)
"""Keywords that mean in draft 4 what they mean in ours."""
TOLD_ANEW = frozenset(
    {"$ref", "$defs", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "contains"}
    | {"properties", "patternProperties", "additionalProperties", "propertyNames", "items", "prefixItems"}
    | {"anyOf", "oneOf", "allOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas"}
)
"""Keywords that draft 4 has no, or another, word for."""
NOTES_ONLY = frozenset(keyword for keyword in Keyword if keyword.holds in (Holds.NOTE, Holds.IDENTITY)) | {
    Keyword.DEFAULT,
    Keyword.TITLE,
    Keyword.SUPERSEDES,
}


class NotExpressible(ValueError):
    """Draft 4 has no words for something that the schema says."""


def self_describing_schema(file: SchemaFile, vendor: str) -> str:
    """The version as `iglu:<vendor>/<event>/jsonschema/<version>`; it takes what ours takes, but for 1.0 as an
    integer, which is none in draft 4.

    Raises NotExpressible, naming the keyword, where draft 4 cannot say that.
    """
    bundled = bundle(file)
    told = {
        "$schema": META_SCHEMA,
        "description": bundled["description"],
        "self": {"vendor": vendor, "name": file.name, "format": "jsonschema", "version": str(file.version)},
        **_draft4({name: value for name, value in bundled.items() if name not in ("$defs", "description")}),
    }
    if "$defs" in bundled:
        told["definitions"] = {name: _draft4(schema) for name, schema in bundled["$defs"].items()}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _draft4(schema: Document | bool) -> Document:
    document = as_document(schema)
    told: Document = {}
    for name, value in document.items():
        if name in KEPT and value != []:  # draft 4's `required` names one field at least
            told[name] = value
        elif name not in TOLD_ANEW | NOTES_ONLY | KEPT and keyword_named(name) is not None:
            raise NotExpressible(f"{name} has no counterpart in draft 4, which Iglu registries take")
    told |= _bounds(document)
    told |= _fields(document)
    told |= _items(document)
    if "const" in document:
        told["enum"] = [document["const"]]
    for name in (Keyword.ANY_OF, Keyword.ONE_OF):
        if name in document:
            told[name] = [_draft4(branch) for branch in document[name]]
    if "not" in document:
        told["not"] = _draft4(document["not"])
    beside = [_draft4(branch) for branch in document.get("allOf", ())]
    if "$ref" in document:  # beside it draft 4 reads nothing
        beside.append({"$ref": document["$ref"].replace("#/$defs/", "#/definitions/", 1)})
    beside += [*_conditions(document), *_names(document)]
    if "contains" in document:
        beside.append({"not": {"type": "array", "items": {"not": _draft4(document["contains"])}}})
    if len(beside) == 1 and not told:
        return beside[0]
    return told | ({"allOf": beside} if beside else {})


def _bounds(document: Document) -> Document:
    told: Document = {}
    for bound, exclusive, stricter in (("minimum", "exclusiveMinimum", max), ("maximum", "exclusiveMaximum", min)):
        limits = [document[name] for name in (bound, exclusive) if name in document]
        if limits:
            told[bound] = stricter(limits)
            if document.get(exclusive) == told[bound]:
                told[exclusive] = True
    return told


def _fields(document: Document) -> Document:
    told: Document = {}
    for name in (Keyword.PROPERTIES, Keyword.PATTERN_PROPERTIES):
        if name in document:
            told[name] = {field: _draft4(schema) for field, schema in document[name].items()}
    if "additionalProperties" in document:
        others = document["additionalProperties"]
        told["additionalProperties"] = others if isinstance(others, bool) else _draft4(others)
    return told


def _items(document: Document) -> Document:
    if "prefixItems" not in document:
        return {"items": _draft4(document["items"])} if "items" in document else {}
    rest = document.get("items", True)
    return {
        "items": [_draft4(item) for item in document["prefixItems"]],
        "additionalItems": rest if isinstance(rest, bool) else _draft4(rest),
    }


def _conditions(document: Document) -> Iterator[Document]:
    if "if" in document:
        condition = _draft4(document["if"])
        if "then" in document:
            yield {"anyOf": [{"not": condition}, _draft4(document["then"])]}
        if "else" in document:
            yield {"anyOf": [condition, _draft4(document["else"])]}
    for field, names in document.get("dependentRequired", {}).items():
        if names:
            yield {"dependencies": {field: names}}
    for field, schema in document.get("dependentSchemas", {}).items():
        yield {"dependencies": {field: _draft4(schema)}}


def _names(document: Document) -> Iterator[Document]:
    """`propertyNames`, as the patterns outside of which no field may be."""
    for name, value in as_document(document.get("propertyNames", True)).items():
        if name == "pattern":
            yield {"patternProperties": {value: {}}, "additionalProperties": False}
        elif name in ("enum", "const"):
            allowed = value if name == "enum" else [value]
            yield {"properties": {field: {} for field in allowed}, "additionalProperties": False}
        elif name in ("minLength", "maxLength"):
            lengths = f"{value}," if name == "minLength" else f"0,{value}"
            yield {"patternProperties": {f"^[\\s\\S]{{{lengths}}}$": {}}, "additionalProperties": False}
        elif (name, value) != ("type", "string") and name not in NOTES_ONLY:
            raise NotExpressible(f"{name} of propertyNames has no counterpart in draft 4, which Iglu registries take")

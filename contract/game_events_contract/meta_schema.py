"""The meta-schema: our schema files described by a JSON Schema, so that editors complete them and mark mistakes.

It knows the keywords of the table and what of the lint a JSON Schema can say. The lint knows more: references, names
that are taken, examples that are wrong. It never marks what the lint lets in.
"""

from collections.abc import Iterator

from game_events_contract.annotations import PII
from game_events_contract.columns.column_types import MOST_DIGITS
from game_events_contract.dialect import DIALECT, EDITED_BY
from game_events_contract.keywords import Holds, Keyword, is_followed
from game_events_contract.lint.annotations import LONGEST_OWNER, LONGEST_UNIT
from game_events_contract.lint.names import SNAKE_CASE
from game_events_contract.lint.rules import ENVELOPE, FORMATS
from game_events_contract.lint.subschemas import CONDITION, ENDING_FORMATS, LONGEST_MESSAGE
from game_events_contract.repository import Document

FILE = "schemas/meta.json"
_TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"]
_VERSION = "[1-9][0-9]*-(0|[1-9][0-9]*)-(0|[1-9][0-9]*)"
_TEXT: Document = {"type": "string"}
_FLAG: Document = {"type": "boolean"}
_COUNT: Document = {"type": "integer", "minimum": 0}
_NUMBER: Document = {"type": "number"}
_NAMES: Document = {"type": "array", "items": _TEXT, "uniqueItems": True}
_REGEX: Document = {"type": "string", "format": "regex"}
_LINE = "^\\S(.*\\S)?$"
VALUES: dict[Keyword, Document] = {
    Keyword.ID: _TEXT,
    Keyword.SCHEMA: {"enum": [EDITED_BY, DIALECT]},
    Keyword.VOCABULARY: {"type": "object", "additionalProperties": _FLAG},
    Keyword.REF: {**_TEXT, "description": "Where it stands: ../common/1-1-0.json#/$defs/user_id, or #/$defs/price."},
    Keyword.TYPE: {"anyOf": [{"enum": _TYPES}, {"type": "array", "items": {"enum": _TYPES}, "minItems": 1}]},
    Keyword.ENUM: {"type": "array", "uniqueItems": True},
    Keyword.CONST: {},
    Keyword.DEFAULT: {},
    Keyword.TITLE: _TEXT,
    **dict.fromkeys((Keyword.MINIMUM, Keyword.MAXIMUM, Keyword.EXCLUSIVE_MINIMUM, Keyword.EXCLUSIVE_MAXIMUM), _NUMBER),
    Keyword.MULTIPLE_OF: {"type": "integer", "exclusiveMinimum": 0},
    **dict.fromkeys((Keyword.MIN_LENGTH, Keyword.MAX_LENGTH, Keyword.MIN_ITEMS, Keyword.MAX_ITEMS), _COUNT),
    **dict.fromkeys((Keyword.MIN_PROPERTIES, Keyword.MAX_PROPERTIES), _COUNT),
    **dict.fromkeys((Keyword.MIN_CONTAINS, Keyword.MAX_CONTAINS), _COUNT),
    Keyword.PATTERN: {**_REGEX, "pattern": "^\\^[\\s\\S]*\\$$", "description": "From ^ to $, characters written out."},
    Keyword.FORMAT: {"enum": [*FORMATS]},
    Keyword.UNIQUE_ITEMS: _FLAG,
    Keyword.REQUIRED: _NAMES,
    Keyword.DEPENDENT_REQUIRED: {"type": "object", "additionalProperties": _NAMES},
    Keyword.CONTENT_ENCODING: _TEXT,
    Keyword.CONTENT_MEDIA_TYPE: _TEXT,
    Keyword.DESCRIPTION: {**_TEXT, "description": "What it holds, for the catalog, the models and the warehouse."},
    Keyword.EXAMPLES: {"type": "array"},
    Keyword.DEPRECATED: {**_FLAG, "description": "It is to be left: making an event with it warns."},
    Keyword.READ_ONLY: _FLAG,
    Keyword.WRITE_ONLY: _FLAG,
    Keyword.COMMENT: _TEXT,
    Keyword.REASON: {**_TEXT, "description": "Why this version was made; a REVISION or a MODEL needs one of its own."},
    Keyword.MESSAGE: {
        **_TEXT,
        "minLength": 1,
        "maxLength": LONGEST_MESSAGE,
        "description": "The sentence that whoever sent a refused value is answered.",
    },
    Keyword.PII: {
        "description": "Which kind of personal data it holds.",
        "oneOf": [{"const": kind, "description": meaning} for kind, meaning in PII.items()],
    },
    Keyword.UNIT: {
        "pattern": _LINE,
        "maxLength": LONGEST_UNIT,
        "description": "What its numbers count, as ms.",
        **_TEXT,
    },
    Keyword.OWNER: {"pattern": _LINE, "maxLength": LONGEST_OWNER, "description": "Who answers for it.", **_TEXT},
    Keyword.DECIMAL: {
        "type": "object",
        "properties": {
            "precision": {"type": "integer", "minimum": 1, "maximum": MOST_DIGITS},
            "scale": {"type": "integer", "minimum": 0, "maximum": MOST_DIGITS},
        },
        "required": ["precision", "scale"],
        "additionalProperties": False,
        "description": "The text is a decimal of so many digits, so many of them decimals; its column too.",
    },
    Keyword.SINCE: {
        **_TEXT,
        "pattern": f"^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|{_VERSION})$",
        "description": "Since when games fill it in: a date, or a version of the schema.",
    },
    Keyword.SUPERSEDES: {
        "type": "array",
        "items": {"type": "string", "pattern": f"^{_VERSION}$"},
        "description": "Faulty versions whose events this one judges.",
    },
}
"""What the value of a keyword that holds no schemas looks like."""


def meta_schema() -> Document:
    """The whole document, a JSON Schema 2020-12 without references to others."""
    root = _words("schema") | {str(word): _named("field") for word in (Keyword.PROPERTIES, Keyword.DEFS)}
    described: Document = {"type": "object", "anyOf": [{"required": ["description"]}, {"required": ["$ref"]}]}
    shown: Document = {"anyOf": [{"required": [word]} for word in ("examples", "const", "$ref")]}
    return {
        "$schema": DIALECT,
        "$comment": "Written by scripts/codegen.py from the lint's own tables; run it again.",
        "title": "Event schema",
        "description": "One version of one event, or of definitions that events share.",
        "type": "object",
        "properties": root,
        "propertyNames": _spelled(at_root=True),
        "if": {"anyOf": [{"required": ["type"]}, {"required": ["properties"]}, {"not": {"required": ["$defs"]}}]},
        "then": _event(),
        "$defs": {
            "schema": {
                "type": ["object", "boolean"],
                "properties": _words("schema") | {"properties": _named("described")},
                "propertyNames": _spelled(at_root=False),
                "allOf": [*_bounds()],
            },
            "part": {
                "description": "Below a condition: what stands beside it says the rest.",
                "type": ["object", "boolean"],
                "properties": _words("part"),
                "propertyNames": _spelled(at_root=False),
            },
            "described": {"allOf": [{"$ref": "#/$defs/schema"}], **described},
            "field": {"allOf": [{"$ref": "#/$defs/described"}], "properties": {"examples": {"minItems": 1}}, **shown},
        },
    }


def _words(holding: str) -> Document:
    """Keyword → what its value is. Below a condition stand parts, wherever it stands."""
    values = {}
    for keyword in Keyword:
        held: Document = {"$ref": f"#/$defs/{'part' if keyword.applies in CONDITION else holding}"}
        if not is_followed(keyword, at_root=True):
            continue
        if keyword.holds is Holds.SCHEMA:
            values[str(keyword)] = held
        elif keyword.holds is Holds.SCHEMAS:
            values[str(keyword)] = {"type": "array", "items": held, "minItems": 1}
        elif keyword.holds is Holds.NAMED_SCHEMAS:
            values[str(keyword)] = {"type": "object", "additionalProperties": held}
        else:
            values[str(keyword)] = VALUES[keyword]
    if holding == "schema":  # names of a map's keys are texts, whether it says so or not
        bounded = [Keyword.MAX_LENGTH, Keyword.ENUM, Keyword.CONST, Keyword.FORMAT]
        values[Keyword.PROPERTY_NAMES.value] |= {"anyOf": [{"required": [word.value]} for word in bounded]}
    return values


def _named(definition: str) -> Document:
    """Schemas by names that become attributes and columns."""
    names = {"pattern": f"^{SNAKE_CASE.pattern}$"}
    return {"type": "object", "additionalProperties": {"$ref": f"#/$defs/{definition}"}, "propertyNames": names}


def _spelled(*, at_root: bool) -> Document:
    known = [keyword.value for keyword in Keyword if is_followed(keyword, at_root=at_root)]
    return {"anyOf": [{"enum": known}, {"pattern": "^x-"}]}


def _event() -> Document:
    identity = {"event_type": {"required": ["const"]}, "schema_version": {"required": ["const"]}}
    return {
        "required": ["title", "description", "type", "properties", "required", "additionalProperties", "examples"],
        "properties": {
            "title": {"pattern": "^[A-Z][A-Za-z0-9]*Event$"},
            "type": {"const": "object"},
            "properties": {"required": [*ENVELOPE], "properties": identity},
            "required": {"allOf": [{"contains": {"const": name}} for name in ENVELOPE]},
            "additionalProperties": {"const": False},
            "examples": {"minItems": 1},
        },
    }


def _bounds() -> Iterator[Document]:
    """Values need an end, unless they are listed."""
    ends_by_itself: Document = {"properties": {"format": {"enum": [*ENDING_FORMATS]}}, "required": ["format"]}
    yield _where("string", {"anyOf": [{"required": ["maxLength"]}, ends_by_itself]})
    yield _where("array", {"required": ["maxItems"]})
    bounds = ("minimum", "maximum")
    within = {"properties": {name: {"minimum": -(2**63), "maximum": 2**63 - 1} for name in bounds}}
    for kind in ("integer", "number"):
        yield _where(kind, {"required": [*bounds], **within})
    closed: Document = {"properties": {"additionalProperties": {"const": False}}, "required": ["additionalProperties"]}
    yield _where("object", {"anyOf": [closed, {"required": ["maxProperties", "propertyNames"]}]})


def _where(kind: str, wanted: Document) -> Document:
    one: Document = {"anyOf": [{"const": kind}, {"type": "array", "contains": {"const": kind}}]}
    listed = {"anyOf": [{"required": ["enum"]}, {"required": ["const"]}]}
    return {"if": {"properties": {"type": one}, "required": ["type"], "not": listed}, "then": wanted}

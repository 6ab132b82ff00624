"""A new event's schema, from a few words: what `game-events schemas new` writes."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from game_events_contract.dialect import EDITED_BY
from game_events_contract.lint import lint_file
from game_events_contract.lint.names import SNAKE_CASE, event_names, title_of
from game_events_contract.lint.rules import ENVELOPE
from game_events_contract.repository import Document, SchemaFile, SchemaRepository, SchemaVersion

FIRST = SchemaVersion(1, 0, 0)
ALWAYS = (*ENVELOPE, "session_id", "platform", "app_version")
"""What every event of this pipeline requires."""
SOMETIMES = ("country_code", "device", "properties")
"""What it may say besides."""
IDENTITY = ("event_type", "schema_version")
_TYPES: dict[str, Document] = {
    "text": {"type": "string", "minLength": 1, "maxLength": 128, "examples": ["text"]},
    "integer": {"type": "integer", "minimum": 0, "maximum": 1_000_000_000, "examples": [1]},
    "number": {"type": "number", "minimum": 0, "maximum": 1_000_000_000, "examples": [1.5]},
    "boolean": {"type": "boolean", "examples": [True]},
    "time": {"$ref": "event_time"},
    "money": {"$ref": "amount"},
    "currency": {"$ref": "currency"},
}
MOST_ITEMS = 100
GRAMMAR = (
    f"write NAME:TYPE, as in amount:integer; TYPE is {', '.join(_TYPES)} or choices like easy|hard, with [] behind for "
    "a list of them; NAME ends in ? where events may leave it out; after another colon stands what it holds"
)


@dataclass(frozen=True)
class Field:
    """One field as it was asked for: `level:integer`, `mode?:solo|duo`, `tags:text[]:What the player tagged`."""

    name: str
    kind: str
    is_list: bool
    required: bool
    description: str

    @classmethod
    def parse(cls, text: str) -> "Field":
        """ValueError, with the grammar, for anything else."""
        match = re.fullmatch(r"([^:?]+)(\??):([^:\[\]]+)(\[\])?(?::(.+))?", text)
        if match is None or not (match[3] in _TYPES or re.fullmatch(r"[^|\s]+(\|[^|\s]+)+", match[3])):
            raise ValueError(f"{text!r} is no field; {GRAMMAR}")
        name, optional, kind, brackets, description = match.groups()
        words = name.replace("_", " ")
        return cls(name, kind, bool(brackets), not optional, description or f"{words[:1].upper()}{words[1:]}.")


def new_event(schemas: SchemaRepository, event_type: str, description: str, fields: list[Field]) -> Document:
    """The schema's first version. ValueError where the event is there already or a field is named twice."""
    if not SNAKE_CASE.fullmatch(event_type):
        raise ValueError(f"{event_type!r} is no event's name; write it like level_complete")
    if (schemas.folder / event_type).exists():
        raise ValueError(f"schemas/{event_type} is there already; its next version is a copy of its newest file")
    repeated = {field.name for field in fields if [one.name for one in fields].count(field.name) > 1}
    taken = repeated | ({field.name for field in fields} & {*ALWAYS, *SOMETIMES})
    if taken:
        raise ValueError(f"the event has {', '.join(sorted(taken))} already; name the field differently")
    shared = _shared(schemas)
    reference = f"../{shared.name}/{shared.version}.json#/$defs/"
    constants = {"event_type": event_type, "schema_version": str(FIRST)}
    properties: Document = {}
    for name in (*ALWAYS, *SOMETIMES):
        if name in constants:
            about = "Which event this is." if name == "event_type" else "The version of this schema the event is of."
            properties[name] = {"description": about, "type": "string", "const": constants[name]}
        else:
            properties[name] = {"$ref": f"{reference}{name}"}
    properties |= {field.name: _schema(field, reference) for field in fields}
    required = [*ALWAYS, *(field.name for field in fields if field.required)]
    definitions = shared.document["$defs"]
    examples = {name: definitions[name]["examples"][0] for name in ALWAYS if name not in IDENTITY} | constants
    examples |= {field.name: _example(_schema(field, ""), definitions) for field in fields}
    return {
        "$schema": EDITED_BY,
        "title": title_of(event_type),
        "description": description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        "examples": [{name: examples[name] for name in properties if name in examples}],
    }


def write_event(schemas: SchemaRepository, event_type: str, description: str, fields: list[Field]) -> Path:
    """Write the new event's schema and return its path. ValueError, and nothing written, where the lint refuses it."""
    document = new_event(schemas, event_type, description, fields)
    path = schemas.folder / event_type / f"{FIRST}.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    written = SchemaRepository(schemas.folder)
    own = (file for file in written.files if file.name == event_type)
    found = [*event_names(written), *(finding for file in own for finding in lint_file(file))]
    if found:
        path.unlink()
        path.parent.rmdir()
        raise ValueError("\n".join(map(str, found)))
    return path


def _shared(schemas: SchemaRepository) -> SchemaFile:
    """The newest document that defines the envelope."""
    wanted = {*ALWAYS, *SOMETIMES} - {*IDENTITY}
    found = [file for file in schemas.definitions if wanted <= file.document.get("$defs", {}).keys()]
    if not found:
        raise ValueError(f"{schemas.folder} has no document that defines {', '.join(sorted(wanted))}")
    return found[-1]


def _schema(field: Field, reference: str) -> Document:
    one = dict(_TYPES.get(field.kind) or {"type": "string", "enum": field.kind.split("|")})
    if "enum" in one:
        one["examples"] = one["enum"][:1]
    if "$ref" in one:
        one["$ref"] = reference + one["$ref"]
    if not field.is_list:
        return {"description": field.description, **one}
    listed: Document = {"type": "array", "items": one, "maxItems": MOST_ITEMS}
    return {"description": field.description, **listed, "examples": [[one["examples"][0]] if "examples" in one else []]}


def _example(schema: Document, definitions: Document) -> object:
    """A value of a field whose `$ref`, if it has one, is the name of a definition."""
    found = definitions[schema["$ref"]] if "$ref" in schema else schema
    return found["examples"][0]

"""The event catalog: a Markdown page per event version, written by codegen."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from game_events_contract.annotations import Words, event_annotations, phrases, with_words
from game_events_contract.bundle import as_read, bundle
from game_events_contract.compatibility import compare
from game_events_contract.examples import valid_examples
from game_events_contract.keywords import Keyword
from game_events_contract.pointers import to_pointer
from game_events_contract.project import PRODUCT
from game_events_contract.repository import Document, SchemaFile, SchemaRepository
from game_events_contract.walk import as_document

FOLDER = "docs/catalog"
_NOTE = "<!-- Written by scripts/codegen.py from schemas/; edit those and run it again. -->"


class Described(NamedTuple):
    """A field as people read it."""

    name: str
    type: str
    required: bool
    description: str


def described(schemas: SchemaRepository, file: SchemaFile) -> list[Described]:
    """An event's fields, in the schema's order."""
    resolved = bundle(file)
    fields = {name: as_read(schema, resolved) for name, schema in resolved["properties"].items()}
    required = file.document.get("required", ())
    said = _said(schemas, file)
    return [
        Described(
            name, _type(field), name in required, with_words(field.get("description", ""), said.get(_at(name), {}))
        )
        for name, field in fields.items()
    ]


def _said(schemas: SchemaRepository, file: SchemaFile) -> dict[str, Words]:
    """What the version says of its fields, by their pointers."""
    return next(said for one, said in event_annotations(schemas.events[file.name]) if one.label == file.label)


def _at(*names: str) -> str:
    return to_pointer(names)


def catalog(schemas: SchemaRepository, package: str = PRODUCT) -> dict[str, str]:
    """Path below `docs/catalog` → page."""
    pages = {"README.md": _index(schemas)}
    for versions in schemas.events.values():
        for index, file in enumerate(versions):
            pages[f"{file.label}.md"] = _page(schemas, file, versions[:index], package)
    return pages


def _index(schemas: SchemaRepository) -> str:
    lines = [_NOTE, "", "# Event catalog", "", "| event | version | what it is | state |", "|---|---|---|---|"]
    for event_type, versions in schemas.events.items():
        for file in reversed(versions):
            link = f"[{file.version}]({file.label}.md)"
            lines.append(f"| `{event_type}` | {link} | {file.document['description']} | {_state(schemas, file)} |")
    return "\n".join(lines) + "\n"


def _state(schemas: SchemaRepository, file: SchemaFile) -> str:
    entry = schemas.lifecycle.get(file.label, {})
    successor = schemas.superseded_by(file)
    states = ["default" if schemas.default(file.name) is file else "supported"]
    if "deprecated" in entry:
        states = [*(state for state in states if state == "default"), f"deprecated since {entry['deprecated']}"]
    if "sunset" in entry:
        states.append(f"refused from {entry['sunset']}")
    if successor is not None:
        states.append(f"judged by {successor.version}")
    return ", ".join(states)


def _page(schemas: SchemaRepository, file: SchemaFile, older: tuple[SchemaFile, ...], package: str) -> str:
    document, resolved, said = file.document, bundle(file), _said(schemas, file)
    lines = [_NOTE, "", f"# {file.name} {file.version}", "", document["description"], ""]
    lines += [f"- state: {_state(schemas, file)}", f"- model: `{package}.{file.package}.{file.version.module}`"]
    entry = schemas.lifecycle.get(file.label, {})
    if "reason" in entry:
        lines.append(f"- why it goes: {entry['reason']}")
    lines += [f"- {sentence}" for _, sentence in phrases(said.get("", {}))]
    if "$reason" in document:
        lines.append(f"- why this version: {document['$reason']}")
    lines += [
        "",
        "## Fields",
        "",
        "| field | type | required | since | what it holds | example |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row(name, resolved, _since(name, older, file), said) for name in document["properties"]]
    lines += _nested(resolved, said)
    lines += _conditions(document)
    lines += _changes(file, older)
    example = next((event for _, event in valid_examples(schemas, file)), document["examples"][0])
    lines += ["", "## Example", "", "```json", json.dumps(document["examples"][0], indent=2, ensure_ascii=False), "```"]
    if example != document["examples"][0]:
        count = sum(1 for _ in valid_examples(schemas, file))
        lines += ["", f"{count} more valid documents are in `schemas/examples/{file.name}/valid`."]
    return "\n".join(lines) + "\n"


def _row(name: str, resolved: Document, since: str, said: Mapping[str, Words]) -> str:
    field = as_read(resolved["properties"][name], resolved)
    required = "yes" if name in resolved.get("required", ()) else ""
    example = json.dumps(field["examples"][0], ensure_ascii=False) if field.get("examples") else ""
    cells = [
        f"`{name}`",
        _type(field),
        required,
        since,
        _with_badges(field, said.get(_at(name), {})),
        _code(example) if example else "",
    ]
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _with_badges(field: Document, words: Mapping[str, str]) -> str:
    """What the field holds; what nobody should miss of it stands out."""
    parts = [str(field.get("description", ""))]
    for word, sentence in phrases(words):
        parts.append(f"**{sentence}**" if word in (Keyword.PII, Keyword.DEPRECATED) else sentence)
    return " ".join(filter(None, parts))


def _since(name: str, older: tuple[SchemaFile, ...], file: SchemaFile) -> str:
    """The oldest version from which on every version up to this one has the field."""
    since = file
    for earlier in reversed(older):
        if name not in earlier.document["properties"]:
            break
        since = earlier
    return str(since.version)


def _type(field: Document) -> str:
    if "const" in field:
        return f"always {_code(field['const'])}"
    if "enum" in field:
        values = field["enum"]
        shown = ", ".join(_code(value) for value in values[:12])
        return f"one of {shown}" + (f", … ({len(values)})" if len(values) > 12 else "")
    bounds = []
    for least, most, unit in (
        ("minLength", "maxLength", " characters"),
        ("minimum", "maximum", ""),
        ("minItems", "maxItems", " items"),
        ("minProperties", "maxProperties", " keys"),
    ):
        if least in field or most in field:
            low, high = field.get(least, 0), field.get(most, "")
            bounds.append(f"{low}{unit}" if low == high else f"{low}–{high}{unit}")
    if "format" in field:
        bounds.append(field["format"])
    elif "pattern" in field:
        bounds.append(_code(field["pattern"]))
    return ", ".join([str(field.get("type", "any")), *bounds])


def _nested(resolved: Document, said: Mapping[str, Words]) -> list[str]:
    lines: list[str] = []
    for name, schema in resolved["properties"].items():
        field = as_read(schema, resolved)
        if "properties" in field:
            lines += ["", f"### `{name}`", "", "| field | type | required | what it holds |", "|---|---|---|---|"]
            for inner, part in field["properties"].items():
                required = "yes" if inner in field.get("required", ()) else ""
                text = _with_badges(as_document(part), said.get(_at(name, inner), {}))
                cells = [f"`{inner}`", _type(as_read(part, resolved)), required, text]
                lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return lines


def _conditions(document: Document) -> list[str]:
    conditions = [as_document(condition) for condition in document.get("allOf", ())]
    conditions = [condition for condition in conditions if "if" in condition and "then" in condition]
    if not conditions:
        return []
    lines = ["", "## Conditions between fields", ""]
    for condition in conditions:
        given = "; ".join(f"`{name}` is {_type(field)}" for name, field in _fields(condition["if"]))
        then = "; ".join(
            f"`{name}` matches {_code(field['pattern'])}"
            for name, field in _fields(condition["then"])
            if "pattern" in field
        )
        lines.append(f"- Where {given}: {then}.")
    return lines


def _fields(schema: Document | bool) -> list[tuple[str, Document]]:
    return [(name, as_document(field)) for name, field in as_document(schema).get("properties", {}).items()]


def _changes(file: SchemaFile, older: tuple[SchemaFile, ...]) -> list[str]:
    if not older:
        return []
    previous = older[-1]
    report = compare(bundle(previous), bundle(file))
    result = "breaking" if report.breaking else "compatible"
    lines = [
        "",
        f"## Changes since {previous.version}",
        "",
        f"{result.capitalize()}, a {report.required_step.name}.",
        "",
    ]
    for change in report.changes:
        detail = f" ({_code(change.detail)})" if change.detail else ""
        lines.append(f"- `{change.rule.id}` ({change.rule.tier}) at `{change.pointer}`{detail}: {change.rule.meaning}")
    return lines


def _code(text: Any) -> str:
    """As a code span, whatever is in it: a pattern is no emphasis, and ends no span."""
    shown = str(text)
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    return f"{fence} {shown} {fence}" if len(fence) > 1 else f"`{shown}`"


def _cell(text: Any) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")

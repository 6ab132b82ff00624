"""The warehouse's models of each event type: a staging model, a fact, and what both are for readers.

A fact that a person wrote replaces the generated one: a model of the same name, or one that says in its YAML which
event's fact it is (`config: {meta: {fact_of: purchase}}`).
"""

import json
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from game_events_contract.annotations import with_words
from game_events_contract.columns import FACT_COLUMNS, IDENTITY, RESERVED_TABLES, Column, event_columns
from game_events_contract.keywords import Keyword
from game_events_contract.models import CodegenError
from game_events_contract.repository import SchemaFile, SchemaRepository

EVENTS = "models/events"
"""The folder of the dbt project in which every file is generated."""
LIST = "macros/event_types.sql"
PERSONAL = "macros/personal_columns.sql"
HEADER = "Written by scripts/codegen.py from the schemas; edit those and run it again."
_FACTS = {event_type: table for table, event_type in RESERVED_TABLES.items() if event_type}
WRITTEN_BY_US = {event_type: fact for event_type, fact in _FACTS.items() if event_type in FACT_COLUMNS}
"""Event type → the fact that the product brings, whose SQL a person wrote."""
_FACT = "{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_touched() }}') }}"
_FIELDS = re.compile(r"(?P<begin>(?P<indent> +)# fields: begin\n).*?(?P<end> +# fields: end\n)", re.DOTALL)
_DUMP: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 120}
_SERVER = {
    "fingerprint": ("varchar", "Of what the event says; with game_id and event_id it is what the event is known by."),
    "is_id_reused": ("boolean", "The same game sent another event, with other content, under this event_id."),
    "event_date": ("date", "UTC date of effective_time."),
    "effective_time": ("timestamp", "When it happened, corrected for the device's clock, UTC."),
    "received_at": ("timestamp", "When the server received it, UTC."),
    "correlation_id": ("varchar", "The request that brought it."),
    "source_file": ("varchar", "The lake's file with its line."),
    "source_row": ("bigint", "Its line in that file."),
}
"""The columns of a fact that no schema describes."""
_STAGED = {
    "validated_schema": ("varchar", "The version that judged it, say purchase/1-1-0, where that is another."),
    "schema_model": ("integer", "The MODEL of the version that judged it."),
    "key_id": ("varchar", "The API key that sent it."),
    "ingested_by": ("varchar", "The server that took it."),
    "unreadable": ("varchar", "The first field whose value is not of its column's type; such an event is quarantined."),
    "loaded_at": ("timestamp", "When its line was loaded, UTC."),
}
"""The columns that only a staged event has."""


def dbt_models(
    schemas: SchemaRepository, project: Path, shipped: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Path below the dbt project → text. `project` is looked at for facts that a person wrote.

    `shipped` are those, event type → fact, that stand in another folder.
    """
    written = {**shipped, **_written_by_hand(project)}
    files = _described_by_hand(schemas, project)
    listed: dict[str, Any] = {}
    personal = dict(_PERSONAL)
    for event_type, versions in schemas.events.items():
        columns = event_columns(versions)
        personal |= {column.name: str(column.words[Keyword.PII]) for column in columns if Keyword.PII in column.words}
        fact = written.get(event_type) or _FACTS.get(event_type, f"fct_{event_type}")
        folder = f"{EVENTS}/{event_type}"
        files[f"{folder}/stg_{event_type}.sql"] = _staging(event_type, columns)
        generated = event_type not in written
        if generated:
            files[f"{folder}/{fact}.sql"] = f"{{#- {HEADER} -#}}\n{_FACT}\n{{{{ facts_as_sent('{event_type}') }}}}\n"
        files[f"{folder}/{event_type}.yml"] = _descriptions(versions[-1], columns, fact if generated else None)
        listed[event_type] = {
            "fact": fact,
            "models": sorted({file.version.model for file in versions}),
            "columns": [column.name for column in columns if column.name not in _LEADING],
        }
    return files | {LIST: _list(listed), PERSONAL: _personal(personal)}


_PERSONAL = {"user_id": "player_id"}
"""What is personal whatever a schema says: by it the pipeline itself knows a player."""


def _personal(columns: Mapping[str, str]) -> str:
    entries = "\n".join(f"    {_literal(name)}: {_literal(kind)}," for name, kind in sorted(columns.items()))
    return (
        f"{{#- {HEADER}\n    The columns of any event that hold personal data, with its kind. -#}}\n"
        f"{{% macro personal_columns() -%}}\n  {{{{ return({{\n{entries}\n  }}) }}}}\n{{%- endmacro %}}\n"
    )


_LEADING = ("event_id", "event_type", "schema_version", "event_time")
"""Columns that every fact has in its first places."""


def _written_by_hand(project: Path) -> dict[str, str]:
    """Event type → the model that a person wrote as its fact."""
    models = project / "models"
    own = [path for path in sorted(models.rglob("*")) if not path.is_relative_to(project / EVENTS)]
    found = {path.stem.removeprefix("fct_"): path.stem for path in own if path.match("fct_*.sql")}
    for path in own:
        if path.suffix in (".yml", ".yaml"):
            for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", ()):
                event_type = model.get("config", {}).get("meta", {}).get("fact_of")
                if event_type is not None:
                    found[event_type] = model["name"]
    return found


def _described_by_hand(schemas: SchemaRepository, project: Path) -> dict[str, str]:
    """The YAML files of facts that a person wrote, with what the schemas say of the fact's fields between two marks."""
    files: dict[str, str] = {}
    for path in sorted((project / "models").rglob("*.y*ml")):
        text = path.read_text(encoding="utf-8")
        if path.is_relative_to(project / EVENTS) or not _FIELDS.search(text):
            continue
        for model in yaml.safe_load(text)["models"]:
            meta = model.get("config", {}).get("meta", {})
            if versions := schemas.events.get(meta.get("fact_of")):
                without = ("event_type", *meta.get("except", ()))
                columns = yaml.safe_dump(_columns(event_columns(versions), without), **_DUMP)
                text = _FIELDS.sub(partial(_filled, columns), text, count=1)
        files[path.relative_to(project).as_posix()] = text
    return files


def _filled(columns: str, found: "re.Match[str]") -> str:
    lines = "".join(f"{found['indent']}{line}\n" if line else "\n" for line in columns.splitlines())
    return f"{found['begin']}{lines}{found['end']}"


def _staging(event_type: str, columns: list[Column]) -> str:
    lines = [
        f"{{#- {HEADER} -#}}",
        "{{ config(",
        "    materialized='incremental', incremental_strategy='delete+insert',",
        "    unique_key=['game_id', 'event_id', 'fingerprint']",
        ") }}",
        f"{{{{ staged('{event_type}', [",
        *(f"    {_field(event_type, column, columns)}," for column in columns if column.name not in IDENTITY),
        "]) }}",
    ]
    return "\n".join(lines) + "\n"


def _field(event_type: str, column: Column, columns: list[Column]) -> str:
    members: dict[str, Any] = {"column": column.name, "path": list(column.path), "type": column.type}
    if column.scalar:
        members["scalar"] = 1
    others = [other for other in columns if other.path == column.path and other is not column]
    if others:
        if any(other.models & column.models for other in others):
            raise CodegenError(
                f"{event_type}: {'.'.join(column.path)} has two types within one MODEL, and a column has one;"
                " publish the change as a new MODEL"
            )
        members["models"] = sorted(column.models)
    return _literal(members)


def _literal(value: Any) -> str:
    """A value as Jinja reads it; JSON but for texts, whose escapes the two share."""
    return json.dumps(value, ensure_ascii=True)


def _list(listed: dict[str, Any]) -> str:
    entries = "\n".join(f"    {_literal(event_type)}: {_literal(entry)}," for event_type, entry in listed.items())
    return (
        f"{{#- {HEADER}\n    Each event type with its fact, the MODELs of its schema, and the fact's columns. -#}}\n"
        f"{{% macro event_types() -%}}\n  {{{{ return({{\n{entries}\n  }}) }}}}\n{{%- endmacro %}}\n"
    )


def _descriptions(newest: SchemaFile, columns: list[Column], fact: str | None) -> str:
    described = str(newest.document.get("description", ""))
    staging: dict[str, Any] = {"name": f"stg_{newest.name}", "description": _said(f"Staged, each once: {described}")}
    staged = [_column(name, type_, text) for name, (type_, text) in _STAGED.items()]
    models = [{**staging, "columns": [*_columns(columns, without=("is_id_reused",)), *staged]}]
    if fact is not None:
        columns_of_the_fact = _columns(columns, without=("event_type",))
        models.append({"name": fact, "description": _said(described), "columns": columns_of_the_fact})
    text = yaml.safe_dump({"version": 2, "models": models}, **_DUMP)
    return f"# {HEADER}\n{text}"


def _columns(columns: list[Column], without: tuple[str, ...]) -> list[dict[str, Any]]:
    first = sorted(columns, key=lambda column: column.name not in _LEADING)
    described = [
        *(_column(column.name, column.type, column.description, column.words) for column in first),
        *(_column(name, type_, text) for name, (type_, text) in _SERVER.items()),
    ]
    return [column for column in described if column["name"] not in without]


def _column(name: str, type_: str, description: str, words: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    text = with_words(description, words)
    column = {"name": name, "quote": True, "data_type": type_, "description": _said(text)}
    meta = {word.removeprefix("x-"): value for word, value in words.items()}
    return {**column, "config": {"meta": meta}} if meta else column


def _said(text: str) -> str:
    """Text that dbt, which takes every description for a template, leaves as it is."""
    return text.replace("{", "{{ '{' }}") if any(mark in text for mark in ("{{", "{%", "{#")) else text

"""Names that the warehouse cannot give to a table or a column of the event's own."""

import re
from collections.abc import Iterator

from game_events_contract.columns import FACT_COLUMNS, RESERVED_COLUMNS, RESERVED_TABLES, field_columns
from game_events_contract.lint.rules import LONGEST_COLUMN, LONGEST_EVENT, Flaw, LintRule
from game_events_contract.repository import Document, SchemaFile


def warehouse_name_flaws(file: SchemaFile, bundled: Document) -> Iterator[Flaw]:
    if len(file.name) > LONGEST_EVENT:
        yield Flaw(LintRule.NAME_TOO_LONG, (), f"{file.name[:LONGEST_EVENT]}… has {len(file.name)} characters")
    for table in (f"stg_{file.name}", f"fct_{file.name}"):
        if RESERVED_TABLES.get(table, file.name) != file.name:
            yield Flaw(LintRule.TABLE_RESERVED, (), f"{table} {_says(RESERVED_TABLES[table])}")
    yield from _reserved(file)
    for field in field_columns(bundled):
        length = len("__".join(field.path))
        if length > LONGEST_COLUMN:
            tokens = tuple(token for name in field.path for token in ("properties", name))
            yield Flaw(LintRule.NAME_TOO_LONG, tokens, f"{field.path[0]}… has {length} characters")


def _says(event_type: str) -> str:
    return f"would be another table beside that of {event_type}" if event_type else "holds the events of all types"


def _reserved(file: SchemaFile) -> Iterator[Flaw]:
    """Only fields of the event itself: one of an object has its object's name before it, or is kept apart."""
    holds, names = FACT_COLUMNS.get(file.name, ("", r"(?!)"))
    for name in file.document.get("properties", {}):
        if name in RESERVED_COLUMNS:
            yield Flaw(LintRule.COLUMN_RESERVED, ("properties", name), f"{name} is {RESERVED_COLUMNS[name]}")
        elif re.fullmatch(names, name):
            yield Flaw(LintRule.COLUMN_RESERVED, ("properties", name), f"{name} is {holds}")

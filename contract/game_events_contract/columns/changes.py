"""The tier WAREHOUSE of the gate: what a change of schema does to a column, and which step of SchemaVer it takes.

Tables hold the events of all versions, and queries were written for the columns that are there. So a column may come,
but none may change its type: only a MODEL may say the same thing in another type, and it then has a column of its own.
"""

from collections.abc import Iterator, Mapping

from game_events_contract.columns.event_columns import FieldColumn, Path, field_columns, pointer_to_field
from game_events_contract.compatibility import Change, ChangeRule, Report, Step, Tier, compare
from game_events_contract.repository import Document


class ColumnRule(ChangeRule):
    """A change of what is in a column."""

    @property
    def tier(self) -> Tier:
        return Tier.WAREHOUSE

    COLUMN_ADDED = "column-added", Step.ADDITION, "One more column; older events have NULL there."
    COLUMN_NULLABLE = "column-nullable", Step.ADDITION, "NULL may stand where every event had a value."
    COLUMN_UNFILLED = "column-unfilled", Step.ADDITION, "The column stays; newer events have NULL there."
    COLUMN_TYPE_CHANGED = (
        "column-type-changed",
        Step.MODEL,
        "Queries on the column meet another type; a MODEL gets a column of its own beside it.",
    )
    COLUMN_SPLIT = "column-split", Step.MODEL, "One JSON column becomes a column per field, and newer events leave it."
    COLUMNS_MERGED = "columns-merged", Step.MODEL, "Columns of an object's fields become one JSON column."


def compare_events(old: Document, new: Document) -> Report:
    """Every difference between two self-contained schemas, what it does to an event's columns among them.

    Raises ValueError as `compare` does.
    """
    return Report((*compare(old, new).changes, *column_changes(old, new)))


def column_changes(old: Document, new: Document) -> tuple[Change, ...]:
    """What a newer version of an event, a self-contained schema, does to the columns of the older one."""
    before = {field.path: field for field in field_columns(old)}
    after = {field.path: field for field in field_columns(new)}
    return (*_kept(before, after), *_gone(before, after), *_new(before, after))


def _kept(before: Mapping[Path, FieldColumn], after: Mapping[Path, FieldColumn]) -> Iterator[Change]:
    for path in (path for path in after if path in before):
        old, new = before[path], after[path]
        if old.type != new.type:
            yield _change(ColumnRule.COLUMN_TYPE_CHANGED, path, f"{old.type} became {new.type}")
        elif old.required and not new.required:
            yield _change(ColumnRule.COLUMN_NULLABLE, path)


def _gone(before: Mapping[Path, FieldColumn], after: Mapping[Path, FieldColumn]) -> Iterator[Change]:
    for path in (path for path in before if path not in after):
        if any(other[: len(path)] == path for other in after):
            yield _change(ColumnRule.COLUMN_SPLIT, path)
        elif any(path[:length] in after for length in range(1, len(path))):
            yield _change(ColumnRule.COLUMNS_MERGED, path)
        else:
            yield _change(ColumnRule.COLUMN_UNFILLED, path)


def _new(before: Mapping[Path, FieldColumn], after: Mapping[Path, FieldColumn]) -> Iterator[Change]:
    for path in (path for path in after if path not in before):
        reshaped = any(other[: len(path)] == path for other in before) or any(
            path[:length] in before for length in range(1, len(path))
        )
        if not reshaped:
            yield _change(ColumnRule.COLUMN_ADDED, path, after[path].type)


def _change(rule: ColumnRule, path: Path, detail: str = "") -> Change:
    return Change(rule, pointer_to_field(path), detail)

"""What a field of a sent event is in its column: Python's reading of the event, to hold against the warehouse's."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from game_events_contract.columns import event_columns
from game_events_contract.repository import SchemaFile


def expected_row(event: dict[str, Any], versions: tuple[SchemaFile, ...]) -> dict[str, Any]:
    """Column → value, for every column that the event type has."""
    return {column.name: _typed(_at(event, column.path), column.type) for column in event_columns(versions)}


def readable(value: Any, type_: str) -> Any:
    """A value as DuckDB hands it out, comparable with those of `expected_row`; JSON comes as text."""
    return json.loads(value) if type_ == "JSON" and value is not None else value


def _at(event: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        event = event.get(name) if isinstance(event, dict) else None
    return event


def _typed(value: Any, type_: str) -> Any:
    if value is None or type_ == "json":
        return value
    if type_ == "varchar":
        return value if isinstance(value, str) else json.dumps(value)
    if type_ == "timestamp":
        moment = datetime.fromisoformat(value).astimezone(UTC)
        return moment.replace(tzinfo=None)
    if type_ == "date":
        return date.fromisoformat(value)
    if type_ == "double":
        return float(value)  # as every reader of JSON numbers has them
    if type_.startswith("decimal"):
        return Decimal(value)
    return value

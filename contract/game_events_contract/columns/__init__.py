"""What events are in a warehouse: their columns, and what a change of schema does to those."""

from game_events_contract.columns.changes import ColumnRule, column_changes, compare_events
from game_events_contract.columns.event_columns import IDENTITY, Column, event_columns, field_columns
from game_events_contract.columns.published import moved_columns
from game_events_contract.columns.reserved import FACT_COLUMNS, RESERVED_COLUMNS, RESERVED_TABLES

__all__ = [
    "FACT_COLUMNS",
    "IDENTITY",
    "RESERVED_COLUMNS",
    "RESERVED_TABLES",
    "Column",
    "ColumnRule",
    "column_changes",
    "compare_events",
    "event_columns",
    "field_columns",
    "moved_columns",
]

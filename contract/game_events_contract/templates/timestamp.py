"""A field that holds a time whose spelling its schema leaves open."""

from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import PlainValidator


def _as_given(value: object) -> datetime | str:
    if isinstance(value, str):
        return value
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    raise ValueError("write an RFC 3339 text like 2026-11-21T09:30:00Z, or give a datetime with a time zone")


Timestamp: TypeAlias = Annotated[datetime | str, PlainValidator(_as_given, json_schema_input_type=str)]
"""A datetime with a time zone, or its text, which is sent as it was written."""

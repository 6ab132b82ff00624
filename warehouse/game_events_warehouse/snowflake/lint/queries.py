"""Queries and blocks, whose grammar is sqlfluff's: it parses what no list of options can say."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from game_events_warehouse.snowflake.lint.reading import Finding


@cache
def _linter() -> Any:
    from sqlfluff.core import Linter

    return Linter(dialect="snowflake")


def unparsable(sql: str, line: int) -> Iterator[Finding]:
    """The first place in a statement that is no SQL of Snowflake's; `line` is where the statement begins."""
    for violation in _linter().parse_string(sql).violations[:1]:
        told = str(violation.desc()).partition("Found unparsable section: ")[2].strip() or str(violation.desc())
        shown = " ".join(told.partition(". Expected")[0].split())[:60]
        todo = "correct the SQL from here on"
        yield Finding(line + violation.line_no - 1, f"this cannot be parsed: {shown}", todo)

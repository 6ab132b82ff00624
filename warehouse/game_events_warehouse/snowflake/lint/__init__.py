"""A lint for Snowflake's SQL: an allow-list of the options that each kind of statement has, and of their values.

What is no option list, a query or a block, is parsed by sqlfluff, whose grammar takes many options for words.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from game_events_warehouse.snowflake.lint.linting import findings_in
from game_events_warehouse.snowflake.lint.objects import Known
from game_events_warehouse.snowflake.lint.reading import Finding

__all__ = ["Finding", "lint_files", "lint_text"]


def lint_text(sql: str) -> list[Finding]:
    """What is wrong in the statements of a text, by line."""
    return findings_in(sql, Known())


def lint_files(files: Iterable[Path]) -> Iterator[tuple[Path, Finding]]:
    """What is wrong in each file, in their order; a role or table of one file is known in those after it.

    Raises OSError when a file cannot be read, UnicodeDecodeError when it is no UTF-8.
    """
    known = Known()
    for file in files:
        for finding in findings_in(file.read_text(encoding="utf-8-sig"), known):
            yield file, finding

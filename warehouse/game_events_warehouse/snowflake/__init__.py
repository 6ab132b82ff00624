"""The warehouse on Snowflake: the SQL that makes it, in the files beside this one, and a lint for such SQL."""

from game_events_warehouse.snowflake.lint import Finding, lint_files, lint_text

__all__ = ["Finding", "lint_files", "lint_text"]

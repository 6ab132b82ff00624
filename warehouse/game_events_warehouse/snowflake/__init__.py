"""The warehouse on Snowflake: the SQL that makes it, in the files beside this one, and a lint for such SQL."""

from game_events_warehouse.snowflake.deploy import apply, connection_parameters
from game_events_warehouse.snowflake.lint import Finding, lint_files, lint_text
from game_events_warehouse.snowflake.plan import DeployError, Script, Studio, planned

__all__ = [
    "DeployError",
    "Finding",
    "Script",
    "Studio",
    "apply",
    "connection_parameters",
    "lint_files",
    "lint_text",
    "planned",
]

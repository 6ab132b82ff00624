"""Lint of the event schemas: what one schema has to say of itself, whatever was published before."""

from game_events_contract.lint.files import lint, lint_file
from game_events_contract.lint.rules import LintRule

__all__ = ["LintRule", "lint", "lint_file"]

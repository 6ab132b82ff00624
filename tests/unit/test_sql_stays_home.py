"""Spool files are read and written by SQL in the server's `spool/`, the warehouse's database in the warehouse only."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    "cli",
    "devtools",
    *(f"api/game_events_api/{room}" for room in ("process", "operators", "edge", "recovery", "ledger", "live")),
)
STATEMENT = re.compile(r"\s*(select|insert|update|delete|create|drop|alter|pragma|attach|begin|commit|with)\s", re.I)
DATABASES = {"sqlite3", "duckdb"}


def found(source: str) -> Iterator[str]:
    """Statements that are not docstrings, and imports of a database."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            if STATEMENT.match(node.value):
                yield node.value
        elif isinstance(node, ast.Import):
            yield from DATABASES & {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            yield from DATABASES & {node.module}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_sql_stands_outside_spool_and_warehouse(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    assert {str(path): sql for path in files for sql in found(path.read_text(encoding="utf-8"))} == {}


@pytest.mark.parametrize(
    "source",
    ["db.execute('SELECT 1')", 'db.execute(f"delete from {table}")', "import sqlite3", "from duckdb import connect"],
)
def test_sql_would_be_found(source: str) -> None:
    assert list(found(source))

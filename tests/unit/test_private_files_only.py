"""Files under a data folder are made by `private_files` and `publish`, which make them private and durable."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("api", "cli", "devtools", "warehouse")
MAKERS = {
    "api/game_events_api/private_files.py",
    "warehouse/game_events_warehouse/publish.py",
    "warehouse/game_events_warehouse/exchange_rate_table.py",  # in the build's own folder, gone when it ends
    "warehouse/game_events_warehouse/event_tables.py",  # dbt's project, in a private folder
    "warehouse/game_events_warehouse/snowflake/deploy.py",  # in a private folder, gone when it ends
}
MAKING = {"mkdir", "makedirs", "touch", "write_text", "write_bytes"}


def makes_files(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        of_a_path = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") != "private_files"
        if of_a_path and name in MAKING:
            yield name
        if name == "open" and any(isinstance(one, ast.Constant) and str(one.value)[:1] in "wax" for one in node.args):
            yield name


def test_nobody_else_makes_files() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): made
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (made := list(makes_files(path.read_text(encoding="utf-8"))))
    }
    assert found.keys() - MAKERS == set(), found


def test_what_makes_a_file_is_found() -> None:
    source = "a.mkdir()\nopen(a, 'w')\na.open('ab')\na.write_text('')\nopen(a)\na.read_text()\na.open('rb')"
    assert list(makes_files(source)) == ["mkdir", "open", "open", "write_text"]

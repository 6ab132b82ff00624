"""The pages that people read, and what of the code they name, for the tests that hold them against it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
API = ROOT / "api" / "game_events_api"
PAGES = [page for folder in (".", "docs", "docs/decisions") for page in sorted((ROOT / folder).glob("*.md"))]
TOPS = (ROOT, API, ROOT / "generated")
"""Folders from which pages name files."""
REFERENCE = re.compile(
    r"`(?P<path>(?:[\w.-]+/)*[\w-]+\.(?:py|sql|lua|toml|yaml))?(?:::(?P<name>[\w.]+)(?:\[[^\]`]*\])?)?`"
)


@dataclass(frozen=True)
class Reference:
    """A file as a page names it, and the class, function or constant in it, when it names one."""

    path: str
    name: str

    @property
    def file(self) -> Path | None:
        return next((top / self.path for top in TOPS if (top / self.path).is_file()), None)

    @property
    def exists(self) -> bool:
        return self.file is not None and (not self.name or self.name in names(self.file))


def references(text: str) -> list[Reference]:
    """Every `folder/file.py` and `folder/file.py::Name.method`; `::name` alone is of the file named before it."""
    found: list[Reference] = []
    for match in REFERENCE.finditer(text):
        path, name = match["path"], match["name"] or ""
        if path is None and name:
            path = found[-1].path
        if path is not None and (name or "/" in path):
            found.append(Reference(path, name))
    return found


@cache
def names(file: Path) -> frozenset[str]:
    """What a Python file defines: functions, classes, their methods and fields, constants."""
    return frozenset(_defined(ast.parse(file.read_text(encoding="utf-8")), ""))


def _defined(scope: ast.Module | ast.ClassDef, prefix: str) -> Iterator[str]:
    for node in scope.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield prefix + node.name
            if isinstance(node, ast.ClassDef):
                yield from _defined(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (prefix + target.id for target in targets if isinstance(target, ast.Name))


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language, without their fences."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def section(page: Path, title: str) -> str:
    """What stands under a heading of the second level."""
    _, found, rest = page.read_text(encoding="utf-8").partition(f"\n## {title}\n")
    assert found, f"{page.name} has no section '{title}'"
    return rest.partition("\n## ")[0]


def table(text: str) -> list[list[str]]:
    """The cells of the first table, without its head."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]

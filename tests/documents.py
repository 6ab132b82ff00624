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
FENCED = re.compile(
    r"(?:^<!-- (?:run by: (?P<tests>[^>]+?)|not run: (?P<reason>[^>]+?)) -->\n)?"
    r"^```(?P<language>[\w-]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
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


@dataclass(frozen=True)
class Block:
    """A fenced block, and what the comment before it says of it: the tests that run it, or why none does."""

    place: str
    language: str
    text: str
    tests: tuple[str, ...]
    reason: str


def fenced(page: Path) -> Iterator[Block]:
    """Every fenced block of a page, without its fences."""
    text = page.read_text(encoding="utf-8")
    for match in FENCED.finditer(text):
        place = f"{page.relative_to(ROOT).as_posix()}:{text.count(chr(10), 0, match.start('language')) + 1}"
        tests = tuple(re.split(r",\s*", match["tests"])) if match["tests"] else ()
        yield Block(place, match["language"], match["text"], tests, match["reason"] or "")


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [block.text for block in fenced(page) if block.language == language]


def run_here(test: str, page: str, language: str) -> list[str]:
    """The blocks of a page whose comment names this test, in their order: what is named is what runs.

    tests/unit/test_docs_blocks.py wants the call with `__file__` and two literals, for it reads them.
    """
    here = Path(test).relative_to(ROOT).as_posix()
    found = [block for block in fenced(ROOT / page) if block.language == language and here in block.tests]
    assert found, f"{page} names {here} at no block of {language}"
    return [block.text for block in found]


def section(page: Path, title: str) -> str:
    """What stands under a heading of the second level."""
    _, found, rest = page.read_text(encoding="utf-8").partition(f"\n## {title}\n")
    assert found, f"{page.name} has no section '{title}'"
    return rest.partition("\n## ")[0]


def table(text: str) -> list[list[str]]:
    """The cells of the first table, without its head."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]

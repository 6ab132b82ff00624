"""The tree stays in pieces a reader can hold: short modules, and constructors with few parameters."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["api", "cli", "console", "contract", "devtools", "generated", "sdk", "warehouse"]
FOLDERS = [*PACKAGES, "scripts", "tests", "benchmarks", "examples"]
MOST_LINES = 300
MOST_PARAMETERS = 8


def is_generated(source: str) -> bool:
    return source.startswith("# Written by ")


def modules(folder: str) -> Iterator[tuple[str, str]]:
    """Path and source of every module that a person wrote."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if not is_generated(source):
            yield path.relative_to(ROOT).as_posix(), source


def constructors(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every class with the number of parameters that making one takes, as far as the class itself says."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for part in node.body:
            if isinstance(part, ast.FunctionDef) and part.name == "__init__":
                given = part.args
                yield node.name, len(given.posonlyargs + given.args + given.kwonlyargs) - 1


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_module_is_longer_than_a_reader_holds(folder: str) -> None:
    lengths = {path: len(source.splitlines()) for path, source in modules(folder)}
    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_constructor_takes_more_parameters_than_a_caller_can_name(folder: str) -> None:
    found = [(path, name, count) for path, source in modules(folder) for name, count in constructors(ast.parse(source))]
    assert [one for one in found if one[2] > MOST_PARAMETERS] == []


def test_the_parameters_of_a_constructor_are_counted_without_self() -> None:
    source = "class A:\n    def __init__(self, a, /, b, *, c=1): ..."
    assert list(constructors(ast.parse(source))) == [("A", 3)]


def test_every_package_ships_the_licence() -> None:
    licence = (ROOT / "LICENSE").read_bytes()
    assert [package for package in PACKAGES if (ROOT / package / "LICENSE").read_bytes() != licence] == []

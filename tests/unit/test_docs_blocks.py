"""Every block of code and commands in the pages is run by a test, or says why it is not.

The comment before a block, which nobody sees, is what hands it to its test (`documents.run_here`): none is claimed.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from documents import PAGES, ROOT, Block, fenced

READ = [*PAGES, *sorted(ROOT.glob("*/README.md"))]
"""The catalog's pages are written by codegen, of examples that the schema gate judges."""
PICTURES = {"mermaid", "text"}
BLOCKS = [block for page in READ for block in fenced(page)]


@cache
def asked() -> frozenset[tuple[str, str, str]]:
    """Test, page and language of every call of `run_here`."""
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if "run_here" in path.read_text(encoding="utf-8")]
    return frozenset(one for path in files for one in calls(path))


def calls(path: Path) -> Iterator[tuple[str, str, str]]:
    test = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "run_here":
            page, language = (ast.literal_eval(part) for part in node.args[1:])
            yield test, page, language


def named(block: Block) -> set[tuple[str, str, str]]:
    return {(test, block.place.partition(":")[0], block.language) for test in block.tests}


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.place)
def test_a_block_is_run_by_a_test_or_says_why_not(block: Block) -> None:
    assert block.language, "a fence without a language: `text` is for pictures and for what programs print"
    if block.language in PICTURES:
        assert "\n$ " not in f"\n{block.text}", "commands belong into a block of `console`"
        return
    assert block.tests or block.reason, "say `<!-- run by: tests/… -->` or `<!-- not run: why -->` before it"
    assert named(block) <= asked(), "no such test calls run_here(__file__, page, language)"


def test_no_comment_stands_where_it_marks_nothing() -> None:
    for page in READ:
        text = page.read_text(encoding="utf-8")
        marks = text.count("\n<!-- run by: ") + text.count("\n<!-- not run: ")
        assert marks == sum(bool(block.tests or block.reason) for block in fenced(page)), page.name


def test_most_blocks_are_run() -> None:
    code = [block for block in BLOCKS if block.language not in PICTURES]
    assert sum(bool(block.tests) for block in code) / len(code) >= 0.7

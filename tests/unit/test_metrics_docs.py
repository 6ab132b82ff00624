"""The page of metrics and logs is as the code would have it."""

import ast
import json
import runpy

from documents import API, ROOT, run_here


def test_the_page_lists_every_metric() -> None:
    text: str = runpy.run_path(str(ROOT / "scripts" / "metrics_docs.py"))["text"]()
    assert (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8") == text, (
        "write it again: python scripts/metrics_docs.py"
    )


def test_every_field_that_a_log_line_can_have_is_in_the_page() -> None:
    """Those that a call gives as `extra`, or builds for it."""
    nodes = [node for path in API.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    given = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "extra"]
    dicts = [part for value in given for part in ast.walk(value) if isinstance(part, ast.Dict)]
    keys = [key for one in dicts for key in one.keys if isinstance(key, ast.Constant)]
    names = {str(key.value) for key in keys}
    assert len(names) > 4
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert [name for name in names if f"`{name}`" not in page] == []


def test_the_line_that_the_page_shows_has_fields_of_its_table() -> None:
    (line,) = run_here(__file__, "docs/metrics.md", "json")
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert [name for name in json.loads(line) if f"`{name}`" not in page] == []

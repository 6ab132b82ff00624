"""The page of metrics is as the definitions would have it."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_lists_every_metric() -> None:
    text: str = runpy.run_path(str(ROOT / "scripts" / "metrics_docs.py"))["text"]()
    assert (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8") == text, (
        "write it again: python scripts/metrics_docs.py"
    )

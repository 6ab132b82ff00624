"""What is generated from the settings is as the settings would have it."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXTS: dict[str, str] = runpy.run_path(str(ROOT / "scripts" / "settings_docs.py"))["texts"]()


def test_tables_help_and_the_example_file_are_as_the_settings_say() -> None:
    stale = [path for path, text in TEXTS.items() if (ROOT / path).read_text(encoding="utf-8") != text]
    assert stale == [], "write them again: python scripts/settings_docs.py"

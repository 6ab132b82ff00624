"""Write docs/metrics.md's tables from the definitions: python scripts/metrics_docs.py"""

import re
from pathlib import Path

from game_events_api.metrics import DEFINITIONS, Definition

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "metrics.md"
REGION = re.compile(r"(<!-- metrics: begin -->\n).*?(<!-- metrics: end -->\n)", re.DOTALL)
SOURCES = {
    "workers": "Counted by workers",
    "delivery": "Counted by delivery",
    "processes": "Of each process",
    "ledger": "Read from the ledger at the scrape",
    "folder": "Read from the data folder at the scrape",
}


def text() -> str:
    """The page as it has to be."""
    tables = "\n".join(_table(title, source) for source, title in SOURCES.items())
    return REGION.sub(lambda match: f"{match[1]}{tables}{match[2]}", PAGE.read_text(encoding="utf-8"))


def _table(title: str, source: str) -> str:
    rows = "".join(_row(definition) for definition in DEFINITIONS if definition.source == source)
    return f"### {title}\n\n| metric | kind | labels | what |\n|---|---|---|---|\n{rows}"


def _row(definition: Definition) -> str:
    labels = ", ".join(f"`{label}`" for label in definition.labels)
    bounds = f"; buckets up to {', '.join(f'{bound:g}' for bound in definition.bounds)}" if definition.bounds else ""
    return f"| `{definition.exposed}` | {definition.kind} | {labels} | {definition.help}{bounds} |\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")

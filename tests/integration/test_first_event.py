"""The page "Add your first own event" leads from an empty folder to a row, by the commands that stand in it."""

import os
import sys
import time
from pathlib import Path

import pytest
from documents import ROOT, blocks
from game_events_contract.codegen import drift
from integration.terminal import Terminal

STEPS = blocks(ROOT / "docs" / "first-event.md", "bash")
INIT, NEW, PUBLISH, KEY, SERVE, SEND, ASK = STEPS


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_page_leads_from_an_empty_folder_to_a_row_of_the_fact(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    studio = tmp_path / "empty" / "my-studio"
    terminal = Terminal(tmp_path / "empty", Path(sys.executable).parent, tmp_path)
    began, before = time.monotonic(), os.times()

    terminal.run(INIT)
    assert drift(studio) == []
    assert len((studio / "README.md").read_text().splitlines()) <= 10
    assert "game-events-api==" in (studio / "pyproject.toml").read_text()
    (ROOT / ".mypy_cache").mkdir(exist_ok=True)
    (studio / ".mypy_cache").symlink_to(ROOT / ".mypy_cache")  # what mypy knows of the libraries

    terminal.run(NEW)
    assert "published currency_spent/1-0-0" in terminal.run(PUBLISH)
    assert drift(studio) == []
    terminal.run(KEY)
    with terminal.serving(SERVE, studio / "data") as said:
        assert "events of my_studio_events: ad_revenue, currency_spent, install, " in said
        assert terminal.run(SEND) == "accepted\n"
        served = terminal.run("curl -fsS http://127.0.0.1:8000/openapi.json")
        assert "/v1/events/currency_spent" in served
        assert "/v1/validate" in served  # what the product serves, of the product's own document
    shown = terminal.run(ASK)
    assert "│ 250    │ 750     │ wooden_sword │" in shown
    assert "currency_spent" in shown
    spent = sum(os.times()[:4]) - sum(before[:4])
    print(f"from nothing to a row: {time.monotonic() - began:.0f} s, {spent:.0f} s of the processor's")

    assert "there already" in terminal.run("cd .. && game-events init my-studio 2>&1 || true; cd my-studio")
    assert "currency_spent" in terminal.run("cd docs/catalog && game-events schemas list; cd ../..")

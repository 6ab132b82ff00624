"""The tutorial leads from an empty folder to a chart, by the commands that stand in it.

tests/e2e/test_tutorial.py begins a step before, with a clone, and looks at the pages that this asks the figures of.
"""

import os
import sys
import time
from pathlib import Path

import httpx
import pytest
from conftest import wait_until
from documents import ROOT, run_here
from game_events_api import ledger
from game_events_contract.codegen import drift
from integration.terminal import Terminal

STEPS = run_here(__file__, "docs/tutorial.md", "bash")
INIT, NEW, PUBLISH, KEY, SERVE, LOOK, SEND, ASK, CHART = STEPS
(IMPORTED,) = run_here(__file__, "docs/schemas.md", "python")


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_page_leads_from_an_empty_folder_to_a_chart_of_the_fact(tmp_path: Path) -> None:
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
    looking = terminal.run(LOOK).strip()
    with terminal.serving(SERVE, studio / "data") as said:
        assert "events of my_studio_events: ad_revenue, currency_spent, install, " in said
        assert terminal.run(f"{SEND}PYTHONPATH=generated python - <<'END'\n{IMPORTED}END\n") == "accepted\n"
        served = terminal.run("curl -fsS http://127.0.0.1:8000/openapi.json")
        assert "/v1/events/currency_spent" in served
        assert "/v1/validate" in served  # what the product serves, of the product's own document
        wait_until(lambda: ledger.waiting(studio / "data") == 0, 60.0)
        shown = terminal.run(ASK)
        assert "│ 250    │ 750     │ wooden_sword │" in shown
        assert "currency_spent" in shown
        terminal.run(CHART)
        answer = httpx.get(
            f"{terminal.admin_url}/v1/queries/spent_by_item", headers={"authorization": f"Bearer {looking}"}
        )
        assert answer.json()["rows"] == [["wooden_sword", 250]]
    spent = sum(os.times()[:4]) - sum(before[:4])
    print(f"from nothing to a chart: {time.monotonic() - began:.0f} s, {spent:.0f} s of the processor's")

    assert "there already" in terminal.run("cd .. && game-events init my-studio 2>&1 || true; cd my-studio")
    assert "currency_spent" in terminal.run("cd docs/catalog && game-events schemas list; cd ../..")

"""The guides' commands, as they stand there, one after another on one machine.

What differs here: ports, and the folder of the backups.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from conftest import wait_until
from documents import ROOT, run_here
from game_events_api import ledger
from game_events_devtools.demo import stack
from integration.terminal import Terminal

pytestmark = [pytest.mark.long, pytest.mark.needs("curl")]

KEY, SERVE, CURL, ASKED, INIT = run_here(__file__, "README.md", "bash")
STUDIO, COMPARED, EXPORT = run_here(__file__, "docs/schemas.md", "bash")
CONSOLE_KEY, TESTS_KEY = run_here(__file__, "docs/console.md", "bash")
AS_OPERATOR, AUDIT, ADMIN = run_here(__file__, "docs/access.md", "bash")
(ALONE,) = run_here(__file__, "docs/edge.md", "bash")
DOCTOR, BACKUP, ERASE = run_here(__file__, "docs/operations.md", "console")
(COST,) = run_here(__file__, "docs/scale.md", "console")
(LINT,) = run_here(__file__, "docs/snowflake.md", "console")
BUILD, QUERY, MALFORMED, RATES, CLOSE = run_here(__file__, "docs/warehouse.md", "console")
(OWN_RATES,) = run_here(__file__, "docs/warehouse.md", "csv")
UNDELIVERED, REPLAYED = run_here(__file__, "docs/delivery.md", "console")
(COMPLETION,) = run_here(__file__, "docs/cli.md", "bash")
EVENT = re.search(r"-d '(\{.*?\})'$", CURL, re.DOTALL | re.MULTILINE)


def typed(block: str) -> str:
    """What a person types of a block: of a session the lines behind the prompt, and the checkout's own command."""
    lines = block.splitlines()
    if block.startswith("$ "):
        lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return "".join(f"{line.removeprefix('uv run ').replace('(uv run ', '(')}\n" for line in lines)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    (tmp_path / "here").mkdir()
    return Terminal(tmp_path / "here", Path(sys.executable).parent, tmp_path)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path / "here"


@contextmanager
def running(terminal: Terminal, block: str) -> Iterator[None]:
    """While programs that stay in the foreground run side by side."""
    script = "".join(f"{line.partition('#')[0].rstrip()} &\n" for line in block.splitlines())
    started = subprocess.Popen(["bash", "-c", f"{terminal.entering}\n{script}wait"], start_new_session=True)
    try:
        yield
    finally:
        os.killpg(started.pid, signal.SIGTERM)
        started.wait(60)


def test_an_event_is_sent_found_counted_kept_and_forgotten(terminal: Terminal, here: Path, tmp_path: Path) -> None:
    data = here / "data"
    terminal.run(typed(KEY))
    operator = terminal.run("game-events keys create --scope operate --scope read --data-dir data").strip()
    with terminal.serving(typed(SERVE), data):
        assert "202 Accepted" in terminal.run(CURL)
        assert terminal.run(f"export TOKEN={operator}\n{AS_OPERATOR}") == '{"items":[],"next":null}'
        assert '"older":"1-1-1"' in terminal.run(COMPARED).replace(" ", "")
        wait_until(lambda: ledger.waiting(data) == 0, 60.0)
        shown = terminal.run(typed(ASKED))
        assert re.search(r"^│ lake .*events/\d{4}/", shown, re.MULTILINE), shown
        assert "every number agrees" in shown
        assert "1 workers, delivery runs" in terminal.run(typed(DOCTOR))
    of_the_audit_log(terminal.run(AUDIT))
    assert terminal.run(CONSOLE_KEY).startswith("ge_live_")
    assert terminal.run(TESTS_KEY).startswith("ge_live_")

    assert "event_date" in terminal.run(typed(BUILD)), "the query behind it"
    (here / "question.sql").write_text("select count(*) as installs from fct_installs")
    asked = terminal.run(typed(QUERY))
    assert (here / "answer.csv").read_text().split() == ["installs", "1"]
    assert "0 rows in purchases.parquet" in asked
    assert (here / "tables" / "daily_revenue.csv").read_text().startswith("event_date,")
    repaired = terminal.run(f"export EDITOR=true\n{typed(MALFORMED)}")
    assert "0 lines kept for the next `warehouse build`, 0 are as they were" in repaired
    (here / "mine.csv").write_text(OWN_RATES)
    rates = terminal.run(typed(RATES))
    assert "1 rates in mine.csv, 1 of them new or changed" in rates
    assert rates.count("3.2573") == 2, "on the day, and of the studio's own"
    assert "KWD on 2026-11-20 is withdrawn" in rates
    closed = terminal.run(typed(CLOSE))
    assert "nothing changed\n2026-10 is closed by ada: 0 rows of daily_revenue stand" in closed

    backups = str(tmp_path / "backups")
    of_a_backup(terminal.run(typed(BACKUP).replace("/mnt/backups", backups)).splitlines())
    assert (here / "data-of-yesterday" / "keys.json").exists()
    (here / "players.txt").write_text("player-9\n")
    erased = terminal.run(typed(ERASE).replace("/mnt/backups", backups))
    assert re.findall(
        r"^(\d) players; lines erased: .*, (\d) in \d files of the lake, (\d) in", erased, re.MULTILINE
    ) == [
        ("1", "1", "1"),
        ("1", "0", "0"),
        ("2", "0", "0"),
    ]


def of_the_audit_log(recorded: str) -> None:
    acts = [json.loads(one)["action"] for one in recorded.splitlines() if one[0] == "{"]
    assert acts[:2] == ["keys create begins", "keys create"]
    ((number, head),) = re.findall(r"^(\d+) acts follow from each other; the head is (.+)$", recorded, re.MULTILINE)
    assert int(number) == len(acts)
    assert re.fullmatch(rf"{number}:\w{{64}}", head)
    assert recorded.splitlines()[-1] == head


def of_a_backup(kept: list[str]) -> None:
    """Made, checked, restored."""
    (name,) = {line.split()[0].rstrip(":") for line in kept}
    done = [line.removeprefix(name).partition(": ")[0] for line in kept]
    assert done == ["", " is whole", " is restored to data-of-yesterday"]


def test_the_servers_parts_run_without_serve(terminal: Terminal, here: Path) -> None:
    """The public port by uvicorn, delivery and the admin port, as the guides start them; `ADMIN` is the third."""
    folder = terminal.run("echo $PWD").strip()
    *others, admin = ALONE.splitlines()
    assert admin.startswith(ADMIN.removeprefix("GAME_EVENTS_DATA_DIR=data ").strip())
    others[0] = others[0].replace("game_events_api.app:app", f"game_events_api.app:app --port {terminal.url[-5:]}")
    terminal.run(f"export GAME_EVENTS_DATA_DIR={folder}/data")
    with running(terminal, "\n".join([*others, ADMIN])):
        for url in (terminal.url, terminal.admin_url):
            wait_until(lambda at=url: stack.is_ready(at), 120.0)  # type: ignore[misc]
        assert httpx.get(f"{terminal.admin_url}/metrics").status_code == 200


def test_a_dead_letter_is_made_seen_and_sent_again(terminal: Terminal, here: Path) -> None:
    assert EVENT is not None
    terminal.run(f"cat > install.json <<END\n{EVENT[1].replace(chr(39), '')}\nEND\n")
    endpoint = f"http://127.0.0.1:{stack.free_port()}"
    made = typed(UNDELIVERED).replace("http://127.0.0.1:4573", endpoint)
    made = made.replace("--faults", f"--port {endpoint.rpartition(':')[2]} --faults")
    # A person reads that the server is up before going on; `&` alone does not wait for it.
    up = f"until curl -fs {terminal.url}/ready; do sleep 0.2; done\n"
    made = made.replace("game-events send", f"game-events send --url {terminal.url}")
    before, serve, after = made.partition("game-events serve --data-dir data &\n")
    session = f"{terminal.entering}\nset -e\n{before}{serve}{up}{after}wait\n"
    with (here / "session.log").open("wb") as log:
        started = subprocess.Popen(["bash", "-c", session], start_new_session=True, stdout=log, stderr=log)
    try:
        wait_until(
            lambda: "0199aaaa" in terminal.run("game-events dead-letters list --data-dir data 2>/dev/null || true"),
            240.0,
            (here / "session.log").read_text,
        )
        *looked, sent, reconciled = typed(REPLAYED).splitlines()
        shown = terminal.run("\n".join(looked))
        assert "0199aaaa-0000-7000-8000-000000000001" in shown
        assert "1 of 1 would pass" in shown
        assert "1 of 1 were sent again" in terminal.run(sent)
        wait_until(lambda: ledger.waiting(here / "data") == 0, 60.0)
        wait_until(lambda: "every number agrees" in terminal.run(f"{reconciled} 2>&1 || true"), 60.0)
    finally:
        os.killpg(started.pid, signal.SIGTERM)
        started.wait(60)


def test_what_needs_no_server_says_what_the_guides_say(terminal: Terminal, here: Path) -> None:
    prices = ROOT / "cli" / "game_events_cli" / "prices.json"
    (here / "our-prices.json").write_text(prices.read_text().replace("us-east-1", "eu-central-1"))
    small, elsewhere = re.findall(r"^ *USD a month +([\d,.]+)$", cost := terminal.run(typed(COST)), re.MULTILINE)
    (whole,) = [json.loads(line) for line in cost.splitlines() if line.startswith("{")]
    assert 0 < float(small) < min(float(elsewhere.replace(",", "")), whole["usd_a_month"])
    assert "export type UserId" in terminal.run(typed(EXPORT))
    terminal.run(f"export HOME=$PWD SHELL=/bin/bash\n{COMPLETION}")
    assert "game_events_completion" in terminal.run("grep -r completion $HOME/.bashrc $HOME/.bash_completions")
    assert STUDIO.strip() == typed(INIT).partition("#")[0].strip()
    terminal.run(STUDIO)
    (here / "sql").mkdir()
    (here / "my.sql").write_text(
        "create warehouse w\n  warehouse_size = xsmall\n  auto_resume = true\n  auto_suspend = -60;\n"
    )
    said = terminal.run(f"{typed(LINT).strip()} || true")
    assert LINT.splitlines()[1] in said
    shutil.rmtree(here / "my-studio")

"""`schemas new` at a terminal: it asks for what was not given."""

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

from game_events_contract.repository import ROOT


def test_at_a_terminal_new_asks_for_the_fields_and_says_what_is_wrong_with_an_answer(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "schemas" / "common", tmp_path / "schemas" / "common")
    ours, theirs = pty.openpty()
    answers = ["A level ended.", "Level:integer", "level:whole", "level:integer:Which.", "level:text", ""]
    os.write(ours, ("\n".join(answers) + "\n").encode())
    command = [sys.executable, "-m", "game_events_cli.main", "schemas", "new", "level_end", "--root", str(tmp_path)]
    asked = subprocess.run(command, stdin=theirs, capture_output=True, text=True, timeout=60)
    os.close(theirs)
    os.close(ours)
    assert asked.returncode == 0, asked.stderr
    for said in ("'Level' is no field's name", "'level:whole' is no field", "the event has level already"):
        assert said in asked.stderr
    written = json.loads((tmp_path / "schemas" / "level_end" / "1-0-0.json").read_text())
    assert written["description"] == "A level ended."
    assert written["properties"]["level"] == {
        "description": "Which.",
        "type": "integer",
        "minimum": 0,
        "maximum": 1000000000,
        "examples": [1],
    }

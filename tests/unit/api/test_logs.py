"""A log that a machine can read, whatever is said in it."""

import json
import subprocess
import sys
from pathlib import Path

NASTY = 'a "quoted" \\ message\nof two lines, 100 %s'
PROGRAM = f"""
import logging, structlog
from game_events_api.logs import configure_logging
configure_logging(logging.INFO)
logging.getLogger("a library").warning({NASTY!r})
logging.getLogger("a library").info("with %s", {NASTY!r})
structlog.get_logger().error({NASTY!r}, error={NASTY!r})
try:
    raise ValueError({NASTY!r})
except ValueError:
    logging.getLogger("a library").exception("failed")
logging.getLogger("a library").debug("not said")
"""


def test_every_message_is_one_json_object_on_one_line() -> None:
    said = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stderr

    lines = [json.loads(line) for line in said.splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [
        ("warning", NASTY),
        ("info", f"with {NASTY}"),
        ("error", NASTY),
        ("error", "failed"),
    ]
    assert lines[2]["error"] == NASTY
    assert NASTY in lines[3]["exception"]


def test_delivery_says_in_json_that_its_settings_are_unusable(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "game_events_api.delivery"],
        env={"GAME_EVENTS_SINK": 'a "sink"\nof two lines', "GAME_EVENTS_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    (line,) = map(json.loads, ended.stderr.splitlines())
    assert "unusable sink" in line["event"]

"""A log that a machine can read, whatever is said in it."""

import json
import subprocess
import sys

NASTY = 'a "quoted" \\ message\nof two lines, 100 %s'
PROGRAM = f"""
import logging
from game_events_api.logs import configure_logging
configure_logging()
logging.getLogger("a library").warning({NASTY!r})
logging.getLogger("game_events_api.room").info("with %s", {NASTY!r})
logging.getLogger("ours").error({NASTY!r}, extra={{"error": {NASTY!r}}})
try:
    raise ValueError({NASTY!r})
except ValueError:
    logging.getLogger("a library").exception("failed")
logging.getLogger("a library").info("not said")
logging.getLogger("game_events_api").debug("not said")
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

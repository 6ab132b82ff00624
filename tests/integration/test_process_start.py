"""What keeps a worker or delivery from starting: one line of its log, and an exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ServerFactory, wait_until

WORKER, DELIVERY = "game_events_api.process.worker", "game_events_api.delivery"


def refused(module: str, data_dir: Path, **variables: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the one line of the log."""
    environment = {**os.environ, "GAME_EVENTS_DATA_DIR": str(data_dir), "GAME_EVENTS_PORT": "0", **variables}
    ended = subprocess.run([sys.executable, "-m", module], env=environment, stderr=subprocess.PIPE, timeout=60)
    (line,) = ended.stderr.splitlines()
    return ended.returncode, json.loads(line)


@pytest.mark.parametrize("module", [WORKER, DELIVERY])
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"GAME_EVENTS_LINGER_SECOND": "1"}, "did you mean GAME_EVENTS_LINGER_SECONDS?"),
        ({"game_events_port": "1"}, "GAME_EVENTS_PORT and game_events_port are one setting"),
    ],
)
def test_a_process_does_not_start_over_a_misspelt_or_doubled_variable(
    module: str, variables: dict[str, str], said: str, tmp_path: Path
) -> None:
    code, line = refused(module, tmp_path, **variables)
    assert (code, line["level"]) == (2, "error")
    assert said in line["event"]


@pytest.mark.parametrize(
    ("module", "name", "value", "said"),
    [
        (WORKER, "GAME_EVENTS_PORT", "many", "GAME_EVENTS_PORT: Input should be a valid integer"),
        (WORKER, "GAME_EVENTS_ENRICH", "no_such_studio:enrich", "No module named 'no_such_studio'"),
        (DELIVERY, "GAME_EVENTS_LINGER_SECONDS", "many", "GAME_EVENTS_LINGER_SECONDS: Input should be a valid number"),
        (DELIVERY, "GAME_EVENTS_SINK", 'a "sink"\nof two lines', "unusable sink"),
    ],
)
def test_a_process_with_unusable_settings_ends_with_2_and_one_line_of_json(
    module: str, name: str, value: str, said: str, tmp_path: Path
) -> None:
    code, line = refused(module, tmp_path, **{name: value})
    assert code == 2
    assert said in line["event"]


def a_damaged_key_file(folder: Path) -> Path:
    (folder / "keys.json").write_text("{")
    return folder


def a_file(folder: Path) -> Path:
    (folder / "data").write_text("")
    return folder / "data"


@pytest.mark.parametrize(
    ("module", "data_dir", "named"),
    [(WORKER, a_damaged_key_file, "keys.json"), (WORKER, a_file, "data"), (DELIVERY, a_file, "data")],
)
def test_a_process_with_an_unusable_data_folder_ends_with_2_and_one_line_of_json(
    module: str, data_dir: Callable[[Path], Path], named: str, tmp_path: Path
) -> None:
    code, line = refused(module, data_dir(tmp_path))
    assert code == 2
    assert named in json.dumps(line)


def test_a_server_that_kubernetes_links_to_starts_and_says_once_what_it_ignores(start_server: ServerFactory) -> None:
    server = start_server(service_host="10.0.0.1", service_port_http="8000", port="tcp://10.0.0.1:8000")
    wait_until((server.data_dir / "delivery" / "status.json").exists)
    assert server.log.count("GAME_EVENTS_PORT, GAME_EVENTS_SERVICE_HOST, GAME_EVENTS_SERVICE_PORT_HTTP") == 1

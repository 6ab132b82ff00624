"""Several processes act at once, and their acts are one chain."""

import subprocess
import sys
from pathlib import Path

from game_events_api.audit import acts, verify


def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from game_events_api.audit import audit\n"
        "for n in range(20): audit(Path(sys.argv[1]), 'act', 0.0, sys.argv[2], n=n)"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, tmp_path, name]) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert (verify(tmp_path).faults, verify(tmp_path).head.number) == ([], 60)
    for name in "abc":
        assert [act["n"] for act in acts(tmp_path) if act["by"] == name] == list(range(20))

"""A sender that does whatever hurts, all at once, keeps no request of an honest one from being taken."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FAIRNESS = Path(__file__).resolve().parents[2] / "benchmarks" / "fairness.py"
WAYS = 20


@pytest.mark.parametrize("seconds", [8, pytest.param(60, marks=pytest.mark.long)])
def test_beside_a_hostile_sender_every_request_of_an_honest_one_is_taken_the_first_time(seconds: int) -> None:
    command = [sys.executable, str(FAIRNESS), "--seconds", str(seconds), "--json"]
    measured = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=seconds * 5 + 120)
    found = json.loads(measured.stdout.splitlines()[-1])
    assert found["failures"] == [], found
    assert found["answered_202"] == found["requests"] > 10 * seconds, found
    assert len(found["hostile"]) >= WAYS, found["hostile"].keys()
    assert found["resident_megabytes"] < 600, found

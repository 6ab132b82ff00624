"""`schemas check` tells causes: what follows from a draft is one line."""

from game_events_contract.checks import told_drift

DRIFTED = [(f"generated/file_{number}.py", "missing") for number in range(25)]


def test_the_files_of_a_draft_are_one_finding() -> None:
    (found,) = told_drift(DRIFTED, ["level_up/1-0-0"])
    assert "25 files are written when level_up/1-0-0 is published: generated/file_0.py" in found.message


def test_without_a_draft_every_file_that_differs_is_told() -> None:
    found = told_drift(DRIFTED, [])
    assert [finding.where for finding in found] == [path for path, _ in DRIFTED]
    assert all("run `game-events schemas publish`" in finding.message for finding in found)
    assert told_drift([], ["level_up/1-0-0"]) == []

"""What no test can plant in a real folder: a disk without room or writing, a clock that is wrong."""

import errno
import os
from pathlib import Path

import pytest
from game_events_api.diagnosis import Examination
from game_events_api.diagnosis.folder import clock, data_folder, disk, write_probe

NOON = 1.8e9


def whats(examination: Examination) -> list[str]:
    return [symptom.what for symptom in examination.symptoms]


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EACCES])
def test_a_folder_that_cannot_be_written_is_named_once_with_the_systems_word(tmp_path: Path, number: int) -> None:
    def probe(folder: Path) -> float:
        raise OSError(number, os.strerror(number), str(folder))

    assert whats(data_folder(tmp_path, probe)) == [f"cannot be written: {os.strerror(number)}"]


def test_trying_a_folder_leaves_nothing_in_it(tmp_path: Path) -> None:
    assert abs(write_probe(tmp_path) - tmp_path.stat().st_mtime) < 60
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_the_margin_is_named(tmp_path: Path) -> None:
    assert whats(disk(tmp_path, 1)) == []
    assert ["nearly full" in what for what in whats(disk(tmp_path, 1, lambda folder: False))] == [True]


@pytest.mark.parametrize(
    ("now", "skew", "words"),
    [
        (NOON, 0.5, ""),
        (NOON, 5.0, "5 s ahead"),
        (NOON, -7.0, "7 s behind"),
        (0.0, 0.0, "before this version was made"),
    ],
)
def test_a_clock_that_is_wrong_is_named(tmp_path: Path, now: float, skew: float, words: str) -> None:
    found = whats(clock(tmp_path, lambda: now, lambda folder: now + skew, lambda: None))
    assert [words in what for what in found] == ([True] if words else [])


def test_what_cannot_be_known_of_the_clock_is_said(tmp_path: Path) -> None:
    for kept, words in ((True, "is synchronised"), (False, "nothing that keeps it"), (None, "cannot be known here")):
        assert words in clock(tmp_path, lambda: NOON, lambda folder: NOON, lambda kept=kept: kept).said  # type: ignore[misc]

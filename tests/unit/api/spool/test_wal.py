"""A log says whether SQLite would pass over any of it in silence."""

import shutil
import sqlite3
import struct
from contextlib import closing

import pytest
from game_events_api.spool.wal import Log, _sum, commits, fault_in
from unit.api.delivery.spool_maker import SpoolMaker, line


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Of three commits behind the one that made the tables."""
    root = tmp_path_factory.mktemp("log")
    maker = SpoolMaker(root)
    with closing(sqlite3.connect(maker.path)) as other:
        other.execute("SELECT * FROM blocks").fetchall()
        for number in range(3):
            maker.append([line(number)])
        shutil.copy(f"{maker.path}-wal", root / "log")
    return (root / "log").read_bytes()


def test_a_whole_log_has_no_fault(log: bytes) -> None:
    assert fault_in(log) == fault_in(b"") == ""
    frames = list(Log(log).frames())
    assert all(frame.whole for frame in frames)
    assert commits(frames) == len(frames) > 6


@pytest.mark.parametrize("offset", [0, 5, 9, 13, 17, 21, 25, 31, 32, 37, 41, 45, 49, 53, 60, 5000, 16400])
def test_a_byte_that_is_another_is_a_fault(log: bytes, offset: int) -> None:
    """In every field of the header and of the first frame."""
    damaged = bytearray(log)
    damaged[offset] ^= 0x5A

    assert "log is damaged" in fault_in(bytes(damaged))


def test_the_frames_behind_a_damaged_one_are_whole(log: bytes) -> None:
    whole = list(Log(log).frames())
    for offset in (32 + 5, 32 + 17, 32 + 24 + 500):  # a page's number, a checksum, a page
        damaged = bytearray(log)
        damaged[offset] ^= 0x5A
        frames = list(Log(bytes(damaged)).frames())
        assert [frame.whole for frame in frames] == [False] + [True] * (len(whole) - 1)


def test_what_is_behind_the_last_commit_is_no_fault(log: bytes) -> None:
    """A process that is killed leaves it."""
    for length in (len(log) - 1, len(log) - 16384 - 24, len(log) - 16384 - 20):
        assert fault_in(log[:length]) == ""


def test_what_a_failed_commit_left_behind_a_shorter_one_is_left_to_the_mark(log: bytes) -> None:
    """SQLite writes the next commit over its beginning; its end stays, with checksums of its own."""
    whole = list(Log(log).frames())
    last = max(number for number, frame in enumerate(whole[:-1]) if frame.commits)
    step = 24 + 16384
    kept = 32 + last * step
    other = bytearray(log)
    other[kept + 24] ^= 1  # a page of the shorter commit says something else, and its checksum agrees
    checksum = _sum("<", memoryview(other)[kept + 24 : kept + step], _before(other, kept))
    other[kept + 16 : kept + 24] = struct.pack(">2I", *checksum)

    assert "in its midst" in fault_in(bytes(other))
    assert fault_in(bytes(other), marked=True) == ""


def _before(data: bytearray, offset: int) -> tuple[int, int]:
    step = 24 + 16384
    first, second = struct.unpack_from(">2I", data, offset - step + 16)
    return _sum("<", memoryview(data)[offset : offset + 8], (first, second))

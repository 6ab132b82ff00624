"""SQLite's write-ahead log as bytes: whether it is whole, and what its frames hold.

The form is SQLite's, https://www.sqlite.org/fileformat2.html#walformat: a header of 32 bytes, then frames of 24 bytes
and a page. Checksums run on from frame to frame, so SQLite forgets whatever follows a frame that is damaged, without a
word. Each frame carries the running checksum, so those behind the damage can still be verified against it.
"""

import struct
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

HEADER = struct.Struct(">8I")  # magic, version, page size, checkpoint, two salts, two checksums
FRAME = struct.Struct(">6I")  # page, pages of the file after a commit, two salts, two checksums
BIG_ENDIAN = 0x377F0682 | 1
MAGIC = (0x377F0682, BIG_ENDIAN)


class Frame(NamedTuple):
    page: int
    commits: bool
    data: memoryview
    whole: bool


class Log:
    """`page_bytes` of the file is used where the log's own header is damaged."""

    def __init__(self, data: bytes, page_bytes: int = 16384) -> None:
        self._data = memoryview(data)
        self.fault = ""
        if len(data) < HEADER.size:
            self._frames = 0
            return
        magic, _version, size, _number, *salts, first, second = HEADER.unpack_from(data)
        order = ">" if magic == BIG_ENDIAN else "<"
        running = _sum(order, memoryview(data)[:24], (0, 0))
        self._order, self._salts, self._start = order, tuple(salts), (first, second)
        self.page_bytes = size
        self._frames = (len(data) - HEADER.size) // (FRAME.size + size) if _sensible(size) else 0
        if magic not in MAGIC or running != (first, second) or not self._frames:
            if len(data) > HEADER.size + FRAME.size:
                self.fault = "the header of its log is damaged"
            self._order, self.page_bytes, self._start = "<", page_bytes, (-1, -1)
            self._frames = (len(data) - HEADER.size) // (FRAME.size + page_bytes)
            if self._frames:
                self._salts = FRAME.unpack_from(data, HEADER.size)[2:4]

    def frames(self) -> Iterator[Frame]:
        """Those of this generation of the log, in the order written; one is whole if its checksum is right."""
        step = FRAME.size + self.page_bytes if self._frames else 1
        before = {self._start} if self._frames else set()
        for offset in range(HEADER.size, HEADER.size + self._frames * step, step):
            page, commit, *salts, first, second = FRAME.unpack_from(self._data, offset)
            head = self._data[offset : offset + 8]
            data = self._data[offset + FRAME.size : offset + step]
            stated = (first, second)
            if tuple(salts) == self._salts:
                reckoned = {_sum(self._order, data, _sum(self._order, head, one)) for one in before}
                yield Frame(page, commit > 0, data, stated in reckoned)
                before = {stated, *reckoned}  # where one of them is damaged, the next frame agrees with the other
                continue
            elif salts[0] == self._salts[0] or salts[1] == self._salts[1]:
                yield Frame(page, False, data, False)  # one of an older generation has neither
            before = {stated}

    def pages(self) -> Iterator[memoryview]:
        """Of every frame, those of generations before that nobody wrote over too; the last one may be cut."""
        step = FRAME.size + (self.page_bytes if self._frames else 16384)
        for offset in range(HEADER.size, len(self._data), step):
            yield self._data[offset + FRAME.size : offset + step]


def fault_in(data: bytes, *, marked: bool = False) -> str:
    """What SQLite would pass over in silence although it was committed; empty when nothing.

    What stands behind the last commit is that of a process which died while it wrote, or a commit that is damaged. A
    commit that failed, behind a shorter one that was written over its beginning, looks like damage in the log's midst.
    Only who knows what was acknowledged can tell: `marked` says that the file's mark will be asked.
    """
    log = Log(data)
    if log.fault or marked:
        return log.fault
    frames = list(log.frames())
    whole = all(frame.whole for frame in frames[: commits(frames)])
    return "" if whole else "its log is damaged in its midst"


def read_log(spool: Path, *, marked: bool) -> tuple[bytes, str]:
    """A spool file's log, and what is wrong with it. One that is begun anew while it is read seems so for a moment."""
    data, fault = b"", ""
    for pause in (0.0, 0.05, 0.2):
        time.sleep(pause)
        try:
            data = Path(f"{spool}-wal").read_bytes()
        except OSError:
            return b"", ""
        if not (fault := fault_in(data, marked=marked)):
            break
    return data, fault


def commits(frames: Sequence[Frame]) -> int:
    """How many of them stand up to the end of the last commit that is whole."""
    return max([number for number, frame in enumerate(frames, 1) if frame.commits and frame.whole], default=0)


def _sensible(size: int) -> bool:
    return 512 <= size <= 65536 and size & (size - 1) == 0


def _sum(order: str, data: memoryview, start: tuple[int, int]) -> tuple[int, int]:
    first, second = start
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for one, other in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return first, second

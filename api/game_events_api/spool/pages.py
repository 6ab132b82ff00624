"""The rows that the pages of a spool file still hold, whether or not SQLite can reach them. Pure.

A page at a time and without the tree above it: a record is complete by itself, and checksums say which blocks are what
was written. Form: https://www.sqlite.org/fileformat2.html. Where a page contradicts itself, its bytes are searched for
beginnings of a block's record.
"""

import re
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from game_events_api.spool.wal import Log, commits

PAGE_BYTES = 16384
MAX_RECORD = 64 * 1024 * 1024
TABLE_LEAF, INDEX_LEAF, INDEX_INTERIOR = 0x0D, 0x0A, 0x02
BLOCK_HEADER = re.compile(rb"[\x06-\x20]\x00[\x19\x1d][\x01-\x07]")
"""Of a record: its header's length, no value for the id, 6 or 8 letters of a stream, a moment."""

Buffer = bytes | memoryview


class FoundRow(NamedTuple):
    rowid: int | None
    values: list[Any]
    sure: bool
    """False where the page is free or contradicts itself: such a row may have been deleted."""


class Pages:
    """A file and its log; the log's word counts more, as far as it was committed."""

    def __init__(self, file: Buffer, log: bytes) -> None:
        self._file = file
        of_log = Log(log, PAGE_BYTES)
        frames = [frame for frame in of_log.frames() if len(frame.data) == PAGE_BYTES]
        committed = commits(frames)
        self._newest = {frame.page: frame.data for frame in frames[:committed] if frame.whole}
        self._tail = {frame.page: frame.data for frame in frames[committed:] if frame.whole}
        self._logged = list(of_log.pages())
        self._free = self._freed()

    def rows(self) -> Iterator[FoundRow]:
        """Those that are sure first."""
        searched: list[Buffer] = list(self._logged)
        for number in range(1, max([len(self._file) // PAGE_BYTES + 1, *self._newest]) + 1):
            page = self._page(number)
            if page is None:
                continue
            found = list(self._cells(page, 100 if number == 1 else 0))
            sure = bool(found) and None not in found and number not in self._free
            yield from (row._replace(sure=sure) for row in found if row is not None)
            if None in found or not found:
                searched.append(page)
            if number in self._newest and (before := self._in_file(number)) is not None:
                searched.append(before)
        for page in searched:
            yield from self._searched(page)
        self._newest |= self._tail  # what was never committed, or in a commit that is damaged
        for page in searched if self._tail else ():
            yield from self._searched(page)

    def _page(self, number: int) -> Buffer | None:
        return self._newest[number] if number in self._newest else self._in_file(number)

    def _in_file(self, number: int) -> Buffer | None:
        page = memoryview(self._file)[(number - 1) * PAGE_BYTES : number * PAGE_BYTES] if number else b""
        return page if len(page) > 100 else None

    def _freed(self) -> set[int]:
        free: set[int] = set()
        first = self._page(1)
        trunk = struct.unpack_from(">I", first, 32)[0] if first is not None else 0
        while trunk and trunk not in free and (page := self._page(trunk)) is not None and len(page) == PAGE_BYTES:
            following, number = struct.unpack_from(">II", page)
            if number > PAGE_BYTES // 4 - 2:
                break
            free.update((trunk, *struct.unpack_from(f">{number}I", page, 8)))
            trunk = following
        return free

    def _cells(self, page: Buffer, start: int) -> Iterator[FoundRow | None]:
        """None for a cell that is none."""
        kind = page[start]
        if kind not in (TABLE_LEAF, INDEX_LEAF, INDEX_INTERIOR) or len(page) < PAGE_BYTES:
            return
        (number,) = struct.unpack_from(">H", page, start + 3)
        pointers = start + (12 if kind == INDEX_INTERIOR else 8)
        if pointers + 2 * number > PAGE_BYTES:
            yield None
            return
        for (offset,) in struct.iter_unpack(">H", bytes(page[pointers : pointers + 2 * number])):
            yield self._cell(page, offset + (4 if kind == INDEX_INTERIOR else 0), table=kind == TABLE_LEAF)

    def _cell(self, page: Buffer, offset: int, *, table: bool, sure: bool = True) -> FoundRow | None:
        try:
            size, offset = _varint(page, offset)
            rowid = None
            if table:
                rowid, offset = _varint(page, offset)
            payload = self._payload(page, offset, size, table=table)
            values = None if payload is None else _record(payload)
        except (IndexError, struct.error, ValueError):
            return None
        return None if values is None else FoundRow(rowid, values, sure)

    def _payload(self, page: Buffer, offset: int, size: int, *, table: bool) -> bytes | None:
        if size > MAX_RECORD:
            return None
        local = _local(size, table=table)
        if offset + local > len(page):
            return None
        parts = [bytes(page[offset : offset + local])]
        left = size - local
        following = struct.unpack_from(">I", page, offset + local)[0] if left else 0
        while left:
            overflow = self._page(following)
            if following == 0 or overflow is None:
                return None
            part = bytes(overflow[4 : 4 + left])
            if not part:
                return None
            parts.append(part)
            left -= len(part)
            following = struct.unpack_from(">I", overflow)[0]
        return b"".join(parts)

    def _searched(self, page: Buffer) -> Iterator[FoundRow]:
        """Blocks whose record begins in the page: before it stand its length and its id, whose own lengths vary."""
        data = bytes(page)
        for match in BLOCK_HEADER.finditer(data):
            for of_both in range(2, 12):
                row = self._cell(page, match.start() - of_both, table=True, sure=False)
                if row is not None and row.values[:1] == [None] and _begins_at(page, match, of_both):
                    yield row


def _begins_at(page: Buffer, match: re.Match[bytes], before: int) -> bool:
    _, after_size = _varint(page, match.start() - before)
    return _varint(page, after_size)[1] == match.start()


def _local(size: int, *, table: bool) -> int:
    """Bytes of a record that stand in the page itself."""
    most = PAGE_BYTES - 35 if table else (PAGE_BYTES - 12) * 64 // 255 - 23
    if size <= most:
        return size
    least = (PAGE_BYTES - 12) * 32 // 255 - 23
    local = least + (size - least) % (PAGE_BYTES - 4)
    return local if local <= most else least


def _varint(data: Buffer, offset: int) -> tuple[int, int]:
    if offset < 0:
        raise IndexError(offset)
    value = 0
    for number in range(9):
        byte = data[offset]
        offset += 1
        if number == 8:
            return value << 8 | byte, offset
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value, offset


def _record(payload: bytes) -> list[Any] | None:
    """None where lengths do not add up."""
    end, position = _varint(payload, 0)
    body, values = end, []
    while position < end:
        kind, position = _varint(payload, position)
        value, size = _value(payload, body, kind)
        values.append(value)
        body += size
    return values if position == end and body == len(payload) else None


def _value(payload: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind >= 12:
        size = (kind - 12) // 2
        raw = payload[at : at + size]
        return (raw if kind % 2 == 0 else raw.decode("utf-8", "surrogateescape")), size
    if kind == 7:
        return struct.unpack_from(">d", payload, at)[0], 8
    if kind in (0, 8, 9):
        return {0: None, 8: 0, 9: 1}[kind], 0
    if kind in (10, 11):
        raise ValueError("a kind that is never written")
    size = (0, 1, 2, 3, 4, 6, 8)[kind]
    return int.from_bytes(payload[at : at + size], "big", signed=True), size

"""What delivery takes out of a spool file, and what it says of it. Pure.

A row carries two checksums: one of its data, and one of all its columns together. So a row in which a byte is another
than was written is never delivered, and it is known whether the lines or what is said of them suffered.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from isal import igzip, igzip_lib, isal_zlib

from game_events_api.ledger_key import OTHER_GAMES, TAKEN, LedgerKey, parse_counts
from game_events_api.spool.stored_line import counted_as, identity

PLAIN_BYTES = 2048
"""Up to here lines are kept as they are: packing saves no page, and costs as much as it does for ten times more."""
GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Block:
    """One row: NDJSON of `events` lines, and how many of them the ledger counts by each key."""

    id: int
    stream: str
    events: int
    keys: Counter[LedgerKey]
    data: bytes


class BlockRow(NamedTuple):
    """A row as the file has it: any value may stand in any column. Shapes of sound ones are those of `spool/ddl.py`.

    `size` and `checksum` are None in rows of the format before.
    """

    id: Any
    stream: Any
    created_at: Any
    events: Any
    counts: Any
    data: Any
    size: Any = None
    checksum: Any = None


@dataclass(frozen=True)
class DamagedBlock:
    """A row that is not what was written. `keys` is the best that is known of what it held."""

    row: BlockRow
    stream: str
    keys: Counter[LedgerKey]
    reason: str


class Waiting(NamedTuple):
    blocks: int
    bytes: int


@dataclass(frozen=True)
class DeadLetter:
    """One event that a sink will never take, word for word, with the reason."""

    line: bytes
    reason: str
    attempts: int


@dataclass(frozen=True)
class Intent:
    """A lake file announced before it is written, so that a crash neither loses nor doubles it."""

    path: str
    sink: str
    stream: str
    first_id: int
    last_id: int
    events: int
    bytes: int
    sha256: str
    counts: str

    @property
    def checksum(self) -> int:
        return isal_zlib.crc32(repr((*vars(self).values(),)).encode())


class Settled(NamedTuple):
    """A block whose every event is either stored by the sink or a dead letter."""

    block: Block
    dead: Sequence[DeadLetter] = ()


def pack(lines: bytes) -> bytes:
    """As a row keeps them: gzipped, a tenth of the bytes to write and to sync, unless they are few."""
    return lines if len(lines) <= PLAIN_BYTES else igzip.compress(lines, 1, mtime=0)


def unpack(data: bytes) -> bytes:
    """The lines; ValueError when it is not what `pack` gave."""
    if not data.startswith(GZIP):
        return data
    try:
        return bytes(igzip.decompress(data))  # type: ignore[no-untyped-call]
    except (EOFError, OSError, igzip_lib.IsalError) as error:  # type: ignore[misc]
        raise ValueError(str(error)) from error


def sealed(row: BlockRow) -> BlockRow:
    """With its checksums: those of the row in the upper 32 bits, of the data in the lower."""
    of_data = isal_zlib.crc32(row.data)
    both = _of_row(row, of_data) << 32 | of_data
    return row._replace(checksum=both - 2**64 if both >= 2**63 else both)


def block_of(row: BlockRow) -> Block | DamagedBlock:
    """What a row holds.

    Where only the columns around its lines suffered, what they said is found out from the lines.
    """
    lines = _lines(row)
    if lines is None:
        keys = _counted(row) if _columns_are_sound(row) else None
        stream = row.stream if row.stream in TAKEN else "events"
        return DamagedBlock(row, stream, keys or _unknown(row), "its lines are not those that were stored")
    if not isinstance(row.id, int):
        return DamagedBlock(row, "events", _unknown(row), "it has no id")
    if row.checksum is not None and _is_sound(row) and (keys := _counted(row)) is not None:
        return Block(row.id, row.stream, row.events, keys, lines)
    return _read_from_lines(row, lines)


def counted(row: BlockRow) -> Counter[LedgerKey] | None:
    """What a row holds by its columns alone, which may come without its data; None when they are not sound."""
    return _counted(row) if row.stream in TAKEN and _columns_are_sound(row) else None


def mended(block: Block, created_at: object) -> BlockRow:
    """The row of a block that was read from its lines."""
    size = len(block.data)
    counts = json.dumps([[*key, number] for key, number in sorted(block.keys.items())])
    moment = created_at if isinstance(created_at, float) else 0.0
    return sealed(BlockRow(block.id, block.stream, moment, block.events, counts, pack(block.data), size))


def _of_row(row: BlockRow, of_data: int) -> int:
    said = f"{row.id} {row.stream} {row.created_at!r} {row.events} {row.size} {row.counts} {of_data}"
    return isal_zlib.crc32(said.encode("utf-8", "surrogatepass"))


def _is_sound(row: BlockRow) -> bool:
    return bool(_of_row(row, isal_zlib.crc32(row.data)) == (row.checksum >> 32) & 0xFFFFFFFF)


def _columns_are_sound(row: BlockRow) -> bool:
    """Whatever became of its data."""
    if not isinstance(row.checksum, int):
        return False
    return _of_row(row, row.checksum & 0xFFFFFFFF) == (row.checksum >> 32) & 0xFFFFFFFF


def _lines(row: BlockRow) -> bytes | None:
    """None when they are not what was stored, by the checksum of the data or by that of the row."""
    if not isinstance(row.data, bytes) or not row.data:
        return None
    if row.checksum is not None:
        if not isinstance(row.checksum, int):
            return None
        if isal_zlib.crc32(row.data) != row.checksum & 0xFFFFFFFF and not _is_sound(row):
            return None
    elif row.data.startswith(GZIP):
        return None  # the format before had no packed lines: what is gone is the checksum
    try:
        return unpack(row.data)
    except ValueError:
        return None


def _counted(row: BlockRow) -> Counter[LedgerKey] | None:
    """None where the counts are no counts of its events."""
    try:
        keys = parse_counts(row.counts)
        for key, number in keys.items():
            "".join(key).encode()
            if not isinstance(number, int) or not 0 < number < 2**63:
                return None
    except (ValueError, TypeError, RecursionError):
        return None
    return keys if isinstance(row.events, int) and keys.total() == row.events else None


def _read_from_lines(row: BlockRow, data: bytes) -> Block | DamagedBlock:
    """A row of the format before, held to what can be seen of it, or one whose columns suffered."""
    lines = data.splitlines(keepends=True)
    stream = row.stream
    if stream not in TAKEN:
        stream = "events" if b'"event":{' in lines[0] else "rejected"
    said = _counted(row)
    left, keys = +(said or Counter()), Counter[LedgerKey]()
    try:
        if not data.endswith(b"\n"):
            raise ValueError("its last line has no end")
        if row.checksum is None and row.events != len(lines):
            raise ValueError(f"{row.events} events, {len(lines)} lines")
        for line in lines:
            named = identity(stream, line).named
            others = named._replace(game_id=OTHER_GAMES)
            if stream == "rejected":
                key = counted_as(named, left)
            else:
                key = others if left[others] > 0 >= left[named] else named
            "".join(key).encode()
            left[key] -= 1
            keys[key] += 1
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        reason = f"its lines are none that a worker writes: {error}"
        return DamagedBlock(row, stream, said or _unknown(row), reason)
    return Block(row.id, stream, len(lines), said if said and row.checksum is None else keys, data)


def _unknown(row: BlockRow) -> Counter[LedgerKey]:
    """So many events, of nobody knows which game."""
    number = row.events if isinstance(row.events, int) and 0 < row.events < 1_000_000 else 1
    return Counter({LedgerKey("", "", "", ""): number})

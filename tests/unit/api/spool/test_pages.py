"""Rows are found in a file's pages as SQLite finds them, and where it does not any more."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from game_events_api.spool.blocks import Block, BlockRow, block_of
from game_events_api.spool.pages import PAGE_BYTES, Pages
from unit.api.delivery.spool_maker import SpoolMaker, line


def filled(root: Path) -> Path:
    """Blocks of a line and of several pages, so many that their tree has two levels; a third is deleted."""
    maker = SpoolMaker(root)
    for number in range(60):
        noise = "".join(chr(48 + (number * position * 7919) % 73) for position in range(40_000))
        text = line(number).replace(b"player", noise.encode("ascii").replace(b"\\", b"-")) if number % 4 == 0 else b""
        maker.append([text or line(number)])
    with closing(sqlite3.connect(maker.path)) as db, db:
        db.execute("DELETE FROM blocks WHERE id % 3 = 0")
    return maker.path


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT * FROM blocks").fetchall()


def found(content: bytes) -> dict[int, bool]:
    """Of the sound blocks, by id, whether they are sure."""
    blocks: dict[int, bool] = {}
    for row in Pages(content, b"").rows():
        if row.rowid is not None and len(row.values) == 8:
            block = block_of(BlockRow(row.rowid, row.values[1], float(row.values[2]), *row.values[3:]))
            if isinstance(block, Block):
                blocks[row.rowid] = blocks.get(row.rowid, False) or row.sure
    return blocks


def test_the_sure_rows_are_those_that_sqlite_finds(tmp_path: Path) -> None:
    path = filled(tmp_path)
    sure = {block_id for block_id, is_sure in found(path.read_bytes()).items() if is_sure}

    assert sure == {row[0] for row in rows_of(path)}


def test_a_ledger_row_is_found(tmp_path: Path) -> None:
    path = filled(tmp_path)

    values = [row.values for row in Pages(path.read_bytes(), b"").rows() if row.rowid is None]
    assert ["accepted", "puzzle-quest", "install", "1-0-0", "2026-11-20T12", 60] in values


def test_what_a_torn_tree_led_to_is_found(tmp_path: Path) -> None:
    path = filled(tmp_path)
    content, rows = bytearray(path.read_bytes()), rows_of(path)
    content[:PAGE_BYTES] = bytes(PAGE_BYTES)  # the schema
    content[PAGE_BYTES : 2 * PAGE_BYTES] = b"\xff" * PAGE_BYTES  # the root of blocks

    assert found(bytes(content)).keys() >= {row[0] for row in rows}


def test_a_page_that_contradicts_itself_is_searched(tmp_path: Path) -> None:
    maker = SpoolMaker(tmp_path)
    for number in range(5):
        maker.append([line(number)])
    content = bytearray(maker.path.read_bytes())
    content[PAGE_BYTES + 8 : PAGE_BYTES + 12] = b"\xff\xff\x00\x01"  # where the first two cells are
    content[PAGE_BYTES] = 0x77  # what kind of page it is

    assert found(bytes(content)) == dict.fromkeys(range(1, 6), False)


def test_rubbish_has_no_rows(tmp_path: Path) -> None:
    for content in (b"", b"x" * 100, bytes(range(256)) * 256, b"\x0d\x00\x00\xff\xff" * 10_000):
        assert found(content) == {}

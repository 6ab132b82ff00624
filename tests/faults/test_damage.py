"""A spool that is damaged at rest: nothing is invented, nothing lost that its bytes still hold, all of it is named."""

import gzip
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from faults.damaged_spool import NAME, PAGE, DamagedSpool
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.stored_lines import event_id

Damage = Callable[[DamagedSpool], bool | None]
"""True where something must be named afterwards."""


def flip(path: Path, offset: int, rng: random.Random, length: int = 1) -> None:
    content = bytearray(path.read_bytes())
    for position in range(offset, min(offset + length, len(content))):
        content[position] ^= rng.randint(1, 255)
    path.write_bytes(content)


def in_header(spool: DamagedSpool) -> None:
    flip(spool.path, spool.rng.randrange(100), spool.rng)


def in_page_headers(spool: DamagedSpool) -> None:
    pages = spool.path.stat().st_size // PAGE
    flip(spool.path, spool.rng.randrange(max(pages, 1)) * PAGE + spool.rng.randrange(24), spool.rng)


def anywhere_in_file(spool: DamagedSpool) -> None:
    for _ in range(spool.rng.randint(1, 4)):
        flip(spool.path, spool.rng.randrange(spool.path.stat().st_size), spool.rng, spool.rng.choice((1, 2, 30)))


def anywhere_in_log(spool: DamagedSpool) -> None:
    for _ in range(spool.rng.randint(1, 3)):
        flip(spool.log, spool.rng.randrange(spool.log.stat().st_size), spool.rng, spool.rng.choice((1, 2, 30)))


def in_log_header(spool: DamagedSpool) -> None:
    flip(spool.log, spool.rng.randrange(32), spool.rng)


def in_frame_headers(spool: DamagedSpool) -> None:
    frames = (spool.log.stat().st_size - 32) // (PAGE + 24)
    flip(spool.log, 32 + spool.rng.randrange(frames) * (PAGE + 24) + spool.rng.randrange(24), spool.rng)


def zeroed_page(spool: DamagedSpool) -> None:
    content = bytearray(spool.path.read_bytes())
    page = spool.rng.randrange(len(content) // PAGE) * PAGE
    content[page : page + PAGE] = bytes(PAGE)
    spool.path.write_bytes(content)


def cut_file(spool: DamagedSpool) -> None:
    content = spool.path.read_bytes()
    spool.path.write_bytes(content[: spool.rng.choice((0, spool.rng.randrange(len(content)), len(content) - 1))])


def cut_log(spool: DamagedSpool) -> None:
    content = spool.log.read_bytes()
    spool.log.write_bytes(content[: spool.rng.randrange(len(content))])


def swapped_pages(spool: DamagedSpool) -> None:
    content = spool.path.read_bytes()
    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
    one, other = spool.rng.randrange(len(pages)), spool.rng.randrange(len(pages))
    pages[one], pages[other] = pages[other], pages[one]
    spool.path.write_bytes(b"".join(pages))


def without_log(spool: DamagedSpool) -> None:
    spool.log.unlink()


def without_file(spool: DamagedSpool) -> None:
    spool.path.unlink()


def rubbish(spool: DamagedSpool) -> None:
    spool.path.write_bytes(spool.rng.randbytes(spool.path.stat().st_size))


def in_ledger_pages(spool: DamagedSpool) -> bool:
    with closing(sqlite3.connect(f"file:{spool.path}?mode=ro&immutable=1", uri=True)) as db:
        pages = [page for (page,) in db.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'ledger'")]
    if pages:  # else all of it is in the log
        flip(spool.path, (spool.rng.choice(pages) - 1) * PAGE + spool.rng.randrange(PAGE), spool.rng, 400)
    return False  # those bytes may be free, or newer ones in the log


def in_ledger_rows(spool: DamagedSpool) -> bool:
    return _execute(
        spool, "UPDATE ledger SET count = count + ? WHERE stage = 'accepted'", spool.rng.choice((-2, -1, 1, 7))
    )


def lost_ledger_rows(spool: DamagedSpool) -> bool:
    return _execute(spool, "DELETE FROM ledger WHERE stage = ?", spool.rng.choice(("accepted", "delivered")))


def lost_manifest_row(spool: DamagedSpool) -> bool:
    _execute(spool, "DELETE FROM lake_files WHERE path IN (SELECT path FROM lake_files ORDER BY path LIMIT ?)", 1)
    return False  # the lake has it, and says what is in it


def _execute(spool: DamagedSpool, statement: str, given: object) -> bool:
    with closing(sqlite3.connect(spool.path)) as db, db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        return ("lake_files" in tables or "lake_files" not in statement) and db.execute(
            statement, (given,)
        ).rowcount > 0


def flipped(path: Path, rng: random.Random) -> None:
    flip(path, rng.randrange(path.stat().st_size), rng, rng.choice((1, 2, 30)))


def cut(path: Path, rng: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: rng.choice((0, rng.randrange(len(content)), len(content) - 1))])


def removed(path: Path, rng: random.Random) -> None:
    path.unlink()


def emptied(path: Path, rng: random.Random) -> None:
    path.write_bytes(gzip.compress(b""))


def shortened(path: Path, rng: random.Random) -> None:
    """A whole gzip with lines less than it had."""
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(lines[: rng.randrange(len(lines))])))


def scribbled(path: Path, rng: random.Random) -> None:
    path.write_bytes(rng.randbytes(path.stat().st_size))


def replaced(path: Path, rng: random.Random) -> None:
    """By another file of the lake."""
    others = [other for other in path.parents[4].rglob("*.gz") if other != path]
    path.write_bytes(rng.choice(others).read_bytes() if others else b"")


LAKE_DAMAGES: list[Callable[[Path, random.Random], None]] = [
    flipped,
    cut,
    removed,
    emptied,
    shortened,
    scribbled,
    replaced,
]
LEDGER_DAMAGES: list[Damage] = [in_ledger_pages, in_ledger_rows, lost_ledger_rows, lost_manifest_row]

DAMAGES: list[Damage] = [
    in_header,
    in_page_headers,
    anywhere_in_file,
    anywhere_in_log,
    in_log_header,
    in_frame_headers,
    zeroed_page,
    cut_file,
    cut_log,
    swapped_pages,
    without_log,
    without_file,
    rubbish,
]


def check(root: Path, damage: Damage, seed: int) -> None:
    spool = DamagedSpool(root, seed)
    to_be_named = damage(spool)
    held = spool.still_held()

    spool.start()

    arrived = set(spool.arrived)
    assert arrived <= spool.sent, "an event was invented"
    assert held - arrived == set(), "an acknowledged event is lost that the bytes still held"
    if lost := spool.sent - arrived:
        assert spool.differences(), f"{len(lost)} events are lost and nothing is named"
    assert spool.differences() or not to_be_named, "nothing is named"
    assert spool.delivered <= arrived


def check_lake(root: Path, damage: Callable[[Path, random.Random], None], seed: int) -> None:
    spool = DamagedSpool(root, seed)
    spool.start()
    assert spool.differences() == []
    hurt = spool.rng.choice(spool.lake_files)
    sound = {path: path.read_bytes() for path in spool.lake_files if path != hurt}
    damage(hurt, spool.rng)
    SpoolMaker(root, NAME).append([line(100_000)])

    spool.start()

    name = hurt.relative_to(root / "lake").as_posix()
    assert any(name in one for one in spool.differences()), "a damaged file is not named"
    now = {path: path.read_bytes() for path in spool.lake_files if path != hurt}
    assert sound == {path: now[path] for path in sound}
    assert [event_id(100_000) in str(gzip.decompress(now[path])) for path in now if path not in sound] == [True]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_what_is_damaged_at_rest(tmp_path: Path, damage: Damage) -> None:
    for seed in range(2):
        (tmp_path / str(seed)).mkdir()
        check(tmp_path / str(seed), damage, seed)


@pytest.mark.parametrize("damage", LEDGER_DAMAGES, ids=lambda damage: damage.__name__)
def test_what_is_damaged_of_the_ledger(tmp_path: Path, damage: Damage) -> None:
    check(tmp_path, damage, 3)


@pytest.mark.parametrize("damage", LAKE_DAMAGES, ids=lambda damage: damage.__name__)
def test_what_is_damaged_of_the_lake(tmp_path: Path, damage: Callable[[Path, random.Random], None]) -> None:
    check_lake(tmp_path, damage, 5)


@pytest.mark.parametrize("seed", [175, 215, 230, 246])
def test_a_page_that_is_damaged_out_of_sight_stops_no_worker(tmp_path: Path, seed: int) -> None:
    check(tmp_path, DAMAGES[seed % len(DAMAGES)], 1000 + seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(300))
def test_300_seeded_damages(tmp_path: Path, seed: int) -> None:
    check(tmp_path, DAMAGES[seed % len(DAMAGES)], 1000 + seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(150))
def test_300_seeded_damages_of_ledger_and_lake(tmp_path: Path, seed: int) -> None:
    for name in ("ledger", "lake"):
        (tmp_path / name).mkdir()
    check(tmp_path / "ledger", LEDGER_DAMAGES[seed % len(LEDGER_DAMAGES)], 2000 + seed)
    check_lake(tmp_path / "lake", LAKE_DAMAGES[seed % len(LAKE_DAMAGES)], 2000 + seed)

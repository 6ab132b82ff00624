"""A spool that is damaged at rest: nothing is invented, nothing lost that its bytes still hold, all of it is named."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.damaged_spool import PAGE, DamagedSpool

Damage = Callable[[DamagedSpool], None]


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
    damage(spool)
    held = spool.still_held()

    spool.start()

    arrived = set(spool.arrived)
    assert arrived <= spool.sent, "an event was invented"
    assert held - arrived == set(), "an acknowledged event is lost that the bytes still held"
    if lost := spool.sent - arrived:
        assert spool.differences(), f"{len(lost)} events are lost and nothing is named"
    assert spool.delivered <= arrived


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_what_is_damaged_at_rest(tmp_path: Path, damage: Damage) -> None:
    for seed in range(2):
        (tmp_path / str(seed)).mkdir()
        check(tmp_path / str(seed), damage, seed)


@pytest.mark.parametrize("seed", [175, 215, 230, 246])
def test_a_page_that_is_damaged_out_of_sight_stops_no_worker(tmp_path: Path, seed: int) -> None:
    check(tmp_path, DAMAGES[seed % len(DAMAGES)], 1000 + seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(300))
def test_300_seeded_damages(tmp_path: Path, seed: int) -> None:
    check(tmp_path, DAMAGES[seed % len(DAMAGES)], 1000 + seed)

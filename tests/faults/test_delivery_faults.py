"""Every fault, and two at once: acknowledged = delivered + dead-lettered, nothing stuck, facts exactly once."""

import random
import shutil
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from faults.delivery_simulation import World
from faults.fault_script import CALL_FAULTS, CRASHES, FAULTS, S3_FAULTS, Window
from game_events_api import ledger

SEEDS = 100
CHUNK = 25
LONG_SEEDS = 1_500
WRITING_S = 10.0
ALWAYS = 10**9
LAKE, FIREHOSE, S3 = ("lake",), ("firehose",), ("s3",)
TOGETHER: tuple[tuple[str, ...], ...] = (("lake", "firehose"), ("s3", "firehose"))
SINKS: tuple[tuple[str, ...], ...] = (LAKE, FIREHOSE, S3, *TOGETHER)
FILES = (LAKE, S3)
"""The sinks that write files announce them."""
FITTING = {
    **dict.fromkeys((*CALL_FAULTS, "poison-refused", "poison-failing"), (FIREHOSE,)),
    **dict.fromkeys(("lake-disk-full", "lake-io-error", "crash-half-written"), (LAKE,)),
    **dict.fromkeys(S3_FAULTS, (S3,)),
    **dict.fromkeys([crash for crash in CRASHES if crash.endswith(("call", "settling"))], (FIREHOSE,)),
    **dict.fromkeys([crash for crash in CRASHES if crash.endswith(("announcing", "fulfilling"))], FILES),
}
"""Which sinks must be there for a fault to happen; any where it is not named."""
ALONE = [(kind, sinks) for kind in FAULTS for sinks in FITTING.get(kind, TOGETHER)]


def check(world: World) -> None:
    """What must hold at the end of any schedule."""
    assert set(world.sinks) <= {"lake", "s3", "firehose"}, "say below what a new sink must have received"
    counts = ledger.read(world.root)
    acknowledged = set(world.acknowledged)
    dead = world.dead
    assert acknowledged
    assert counts.total("accepted") == len(acknowledged)
    assert counts.total("accepted") == counts.total("delivered") + counts.total("dead_lettered")
    assert ledger.waiting(world.root) == 0
    assert counts.total("dead_lettered") == len(dead)
    assert dead <= world.poison, "only an event that no sink takes may become a dead letter"
    if "lake" in world.sinks:
        assert set(world.lake_ids) == acknowledged
        assert set(world.lake_ids.values()) == {1}, "the lake sink doubles nothing"
        assert not list(world.root.rglob("*.tmp"))
    if "s3" in world.sinks:
        assert set(world.s3_ids) == acknowledged
        assert set(world.s3_ids.values()) == {1}, "the S3 sink doubles nothing"
    if "firehose" in world.sinks:
        assert set(world.firehose.ids) | dead == acknowledged
        assert not set(world.firehose.ids) & dead, "a dead letter was delivered nevertheless"


def window(kind: str, start: float, seconds: float) -> Window:
    if kind.startswith("poison"):  # an event is poisonous or it is not
        return Window(kind, 0.0, ALWAYS)
    return Window(kind, start, start + seconds)


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where the machine offers that: thousands of fsyncs that prove nothing here."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@pytest.mark.parametrize(
    ("kind", "sinks"), ALONE, ids=lambda value: value if isinstance(value, str) else "-".join(value)
)
def test_each_fault_alone(kind: str, sinks: tuple[str, ...], folder: Path) -> None:
    world = World(folder, 7, sinks, [window(kind, 3.0, 60.0)])
    try:
        world.run(writing_seconds=WRITING_S + 60.0)
        check(world)
    finally:
        world.close()
    assert world.faults.happened[kind] > 0, "the fault did not happen"
    if kind.startswith("poison"):
        assert world.dead, "nothing was poisonous"


def schedule(seed: int) -> tuple[tuple[str, ...], list[Window]]:
    rng = random.Random(seed)
    sinks = rng.choice(SINKS)
    pair = rng.sample([kind for kind in FAULTS if fits(kind, sinks)], 2)
    return sinks, [window(kind, rng.uniform(0.0, WRITING_S), rng.choice((0.5, 5.0, 60.0))) for kind in pair]


def fits(kind: str, sinks: tuple[str, ...]) -> bool:
    return any(set(fitting) <= set(sinks) for fitting in FITTING.get(kind, (sinks,)))


def play(seed: int, root: Path) -> World:
    sinks, windows = schedule(seed)
    world = World(root, seed, sinks, windows)
    try:
        world.run(writing_seconds=WRITING_S)
        check(world)
    except AssertionError as error:
        raise AssertionError(f"seed {seed}, sinks {sinks}, {windows}: {error}") from error
    finally:
        world.close()
    return world


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_two_faults_at_once_in_random_schedules(first: int, folder: Path) -> None:
    for seed in range(first, first + CHUNK):
        play(seed, folder / str(seed))


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_many_more_random_schedules(folder: Path) -> None:
    for seed in range(SEEDS, LONG_SEEDS):
        play(seed, folder / str(seed))
        shutil.rmtree(folder / str(seed))


def test_one_seed_is_one_course_of_events(folder: Path) -> None:
    first, second = (play(seed=3, root=folder / name) for name in ("first", "second"))

    assert first.firehose.records == second.firehose.records
    assert first.firehose.calls == second.firehose.calls
    assert first.acknowledged == second.acknowledged


def test_the_schedules_meet_every_fault() -> None:
    met = {one.kind for seed in range(SEEDS) for one in schedule(seed)[1]}

    assert met == set(FAULTS)


def test_an_endpoint_that_is_down_for_ten_minutes_is_only_probed_and_the_backlog_drains(folder: Path) -> None:
    world = World(folder, 5, ("firehose",), [Window("dns", 5.0, 605.0)])
    try:
        world.run(writing_seconds=300.0)
        check(world)
    finally:
        world.close()

    during = [moment for moment in world.firehose.calls if 5.0 <= moment < 605.0]
    recovery = [moment for moment in world.firehose.calls if moment >= 605.0]
    assert len(during) <= 5 + 6 + 600 / 30, "calls beyond the probe schedule"
    assert recovery[0] - 605.0 <= 60.1, "recovery took longer than the longest pause"
    assert len(recovery) < len(world.acknowledged) / 20, "the backlog goes out packed, not call by call"


def test_s3_that_hangs_holds_firehose_up_for_no_longer_than_its_own_time_out(folder: Path) -> None:
    world = World(folder, 5, ("s3", "firehose"), [Window("s3-hang", 5.0, 605.0)])
    try:
        world.run(writing_seconds=300.0)
        check(world)
    finally:
        world.close()

    calls = world.firehose.calls
    pauses = [later - earlier for earlier, later in pairwise(calls) if earlier < 300.0]
    assert max(pauses) < 13.0 + 5.0, "one call to S3, and what Firehose waits for by itself"

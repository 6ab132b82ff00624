"""Whatever a body holds, the edge is done with it soon, and never holds its loop for long."""

from collections.abc import Iterator
from random import Random

import pytest
from fuzz.slow_bodies import BATCH, KIB, KNOWN, SINGLE, UNITS, Genome, changed
from fuzz.slow_inputs import AIMS, MIB, Aim, TimedEdge, collecting_as_the_server_does, search, told, usual_milliseconds

EVENT, BODY, STEP = 50.0, 4_000.0, 50.0
"""In parsings of a usual event of 64 KiB: 20 ms, 1.5 s and 20 ms on the machine of the figures in docs/edge.md."""


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimedEdge]:
    with collecting_as_the_server_does():
        yield TimedEdge(tmp_path_factory.mktemp("slow"))


def bound(aim: Aim) -> float:
    return BODY if aim.name.startswith("a body") else STEP if aim.name.startswith("a step") else EVENT


@pytest.mark.parametrize("most", [20, pytest.param(80, marks=pytest.mark.long)])
@pytest.mark.parametrize("aim", AIMS, ids=lambda aim: aim.name)
def test_the_slowest_of_some_bodies_is_within_bounds(edge: TimedEdge, aim: Aim, most: int) -> None:
    usual = usual_milliseconds()
    found = search(edge, aim, Random(7), lambda tries: tries < most)
    print(f"\n{aim.name}:\n{told(found[0], usual)}")  # shown with -s, and when it is too slow
    assert aim.by(found[0].cost) / usual < bound(aim)
    assert max(one.cost.longest for one in found) / usual < STEP


@pytest.mark.parametrize("genome", KNOWN.values(), ids=KNOWN.keys())
def test_what_once_took_seconds_is_within_bounds(edge: TimedEdge, genome: Genome) -> None:
    usual = usual_milliseconds()
    most = 8 * MIB if genome.zipped else MIB if genome.path == BATCH else 128 * KIB
    cost = edge.cost(genome, most)
    assert cost.all / usual < (EVENT if genome.path == SINGLE and not genome.zipped else BODY)
    assert cost.longest / usual < STEP
    assert cost.answer_bytes < MIB


def test_every_unit_is_what_the_search_can_come_to() -> None:
    random = Random(1)
    genome = next(iter(KNOWN.values()))
    seen = set()
    for _ in range(2_000):
        genome = changed(genome, random)
        seen.add(genome.unit)
    assert seen == set(UNITS)

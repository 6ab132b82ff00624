"""A search for the bodies that take the edge longest: `make slow`.

It changes what was slowest so far, prints what stays slowest, and says how long the longest step held the event loop:
processor time, and beside it how often the parsing of a usual event of 64 KiB fits in, which is what a slower machine
does not change.
"""

import argparse
import contextlib
import gc
import json
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from fuzz.slow_bodies import BATCH, KIB, KNOWN, SINGLE, VALIDATE, Genome, any_genome, changed, zipped
from game_events_api.admission.admit import Admission, Arrival, Limits
from game_events_api.admission.budget import ByteBudget
from game_events_api.admission.games import GameFile, Games
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.keyring import Keyring
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.contract.catalog import Catalog
from game_events_api.edge.answers import Answer
from game_events_api.edge.collector import Collector
from game_events_api.edge.decisions import Decider
from game_events_api.edge.long_work import LongWork
from game_events_api.ingest.dedup import DedupWindow
from game_events_api.ingest.judge import Judge
from game_events_api.ingest.rejected_quota import RejectedQuota
from game_events_api.metrics import Metrics
from unit.api.edge.played_edge import NOW, ManualSpool

MIB = 1 << 20
KEPT = 12
"""As many of the slowest are changed further."""
TRIES = 3


@dataclass(frozen=True)
class Cost:
    """Processor milliseconds."""

    all: float
    longest: float
    status: int
    answer_bytes: int


@dataclass(frozen=True)
class Found:
    genome: Genome
    cost: Cost


@dataclass(frozen=True)
class Aim:
    """What is searched: the slowest body of a kind, by all it takes or by its longest step."""

    name: str
    start: Mapping[str, object]
    most: int
    by: Callable[[Cost], float]


AIMS = (
    Aim("an event of 64 KiB", {"path": SINGLE}, 128 * KIB, lambda cost: cost.all),
    Aim("a question about an event", {"path": VALIDATE}, 128 * KIB, lambda cost: cost.all),
    Aim("a body of 1 MiB", {"path": BATCH}, MIB, lambda cost: cost.all),
    Aim("a step of a body of 1 MiB", {"path": BATCH}, MIB, lambda cost: cost.longest),
    Aim("a body of 8 MiB", {"path": BATCH, "zipped": True}, 8 * MIB, lambda cost: cost.all),
    Aim("a step of a body of 8 MiB", {"path": BATCH, "zipped": True}, 8 * MIB, lambda cost: cost.longest),
)


class Steps(LongWork):
    """Hands the work out instead of doing it in turns."""

    work: Generator[None, None, None] | None = None

    def add(self, owner: str, work: Generator[None, None, None]) -> None:
        self.work = work


class TimedEdge:
    """The collector with a spool that keeps nothing, and a clock beside every step."""

    def __init__(self, scratch: Path) -> None:
        keys = KeyFile(scratch / "keys.json")
        self._key = keys.create("slow").encode()
        self._keyring = Keyring(keys)
        self._games = Games(GameFile(scratch / "games.json"), self._keyring, 10)
        self._catalog = Catalog()

    def _edge(self) -> tuple[Collector, ManualSpool, Steps]:
        window, spool, steps = DedupWindow(1_000), ManualSpool(), Steps()
        spool.automatic = False
        key_rate = RateLimiter(1e12, 1.0, lambda: 0.0)
        decider = Decider(
            key_rate,
            Judge(self._catalog, 64 * KIB, "slow", self._games),
            window,
            RejectedQuota(10**12, lambda: 0.0),
        )
        collector = Collector(
            admission=Admission(self._keyring, Limits(2 * MIB, 8 * MIB + KIB, 10), key_rate, now=lambda: NOW),
            budget=ByteBudget(64 * MIB),
            decider=decider,
            window=window,
            spool=spool,  # type: ignore[arg-type]
            metrics=Metrics(),
        )
        collector._long_work = steps
        return collector, spool, steps

    def cost(self, genome: Genome, most: int) -> Cost:
        """The least of some tries, each on an edge that has seen nothing: others use the machine too."""
        body = genome.body(most)
        sent = zipped(body) if genome.zipped else body
        costs = [self._cost(genome, sent)]
        while len(costs) < TRIES and costs[-1].all > 1.0:
            costs.append(self._cost(genome, sent))
        best = min(costs, key=lambda cost: cost.all)
        return replace(best, longest=min(cost.longest for cost in costs))

    def _cost(self, genome: Genome, sent: bytes) -> Cost:
        collector, spool, handed = self._edge()
        headers = {b"authorization": b"Bearer " + self._key, b"content-type": b"application/json"}
        if genome.zipped:
            headers[b"content-encoding"] = b"gzip"
        arrival = collector.begin(genome.path, b"POST", headers, None)
        assert isinstance(arrival, Arrival), arrival
        answers: list[Answer] = []
        steps: list[float] = []

        def timed(step: Callable[[], object]) -> bool:
            began = time.thread_time()
            try:
                step()
            except StopIteration:
                return False
            finally:
                steps.append((time.thread_time() - began) * 1_000)
            return True

        timed(lambda: collector.take(arrival, sent, answers.append))
        work = handed.work
        while work is not None and timed(work.__next__):
            pass
        timed(spool.commit)
        (answer,) = answers
        assert answer.status < 500, answer
        return Cost(sum(steps), max(steps), answer.status, len(answer.body))


def search(edge: TimedEdge, aim: Aim, random: Random, goes_on: Callable[[int], bool]) -> list[Found]:
    """The slowest first; `goes_on` is asked before each try, with its number."""
    best: list[Found] = []
    tries = 0
    while goes_on(tries):
        if tries < len(KNOWN):
            genome = tuple(KNOWN.values())[tries]
        elif random.random() < 0.8:
            genome = changed(random.choice(best).genome, random)
        else:
            genome = any_genome(random)
        genome = replace(genome, **aim.start)  # type: ignore[arg-type]
        tries += 1
        best.append(Found(genome, edge.cost(genome, aim.most)))
        best.sort(key=lambda found: aim.by(found.cost))
        kinds = {(found.genome.unit, found.genome.place): found for found in best}
        best = sorted(kinds.values(), key=lambda found: aim.by(found.cost), reverse=True)[:KEPT]
    return best


@contextlib.contextmanager
def collecting_as_the_server_does() -> Iterator[None]:
    """Garbage: seldom, and never what was there before."""
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def before(until: float) -> Callable[[int], bool]:
    """Until a monotonic second."""
    return lambda tries: time.monotonic() < until


def usual_milliseconds() -> float:
    """The parsing of a usual event of 64 KiB by the standard library, in processor time: the least of some."""
    text = json.dumps([{"name": f"value {number}", "level": number, "ok": True} for number in range(1_400)])
    took = []
    for _ in range(20):
        began = time.thread_time()
        json.loads(text)
        took.append((time.thread_time() - began) * 1_000)
    return min(took)


def told(one: Found, usual: float) -> str:
    cost = one.cost
    return (
        f"  {cost.all:8.1f} ms ({cost.all / usual:5.0f} usual), longest step {cost.longest:5.1f} ms"
        f" ({cost.longest / usual:3.0f}), answered {cost.status} in {cost.answer_bytes:,} bytes: {one.genome}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    usual = usual_milliseconds()
    print(f"parsing a usual event of 64 KiB: {usual:.2f} ms")
    with tempfile.TemporaryDirectory() as scratch, collecting_as_the_server_does():
        edge = TimedEdge(Path(scratch))
        for number, aim in enumerate(AIMS):
            until = time.monotonic() + arguments.seconds / len(AIMS)
            found = search(edge, aim, Random(arguments.seed * 100 + number), before(until))
            print(f"\n{aim.name}:")
            for one in found[:5]:
                print(told(one, usual))


if __name__ == "__main__":
    main()

"""The fuzzer's harness over its seeds, over changes of them, and over everything it ever found."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from fuzz import edge_request
from fuzz.edge_request import BATCH_PATH, PATHS
from fuzz.edge_seeds import seeds
from fuzz.edge_target import EdgeTarget
from fuzz.independent_judges import same, strictly_parsed
from fuzz.json_mutations import JsonMutator
from game_events_api.admission.admit import Limits

FINDINGS = Path(__file__).parent / "findings"
SEEDS = dict(seeds())
MIB = 1 << 20


@pytest.fixture
def target(tmp_path: Path) -> Iterator[EdgeTarget]:
    target = EdgeTarget(tmp_path)
    yield target
    target.close()


def failures(target: EdgeTarget, inputs: dict[str, bytes]) -> list[str]:
    wrong = []
    for name, data in inputs.items():
        try:
            target(data)
        except Exception as error:
            wrong.append(f"{name}: {type(error).__name__}: {error} · {data[:300]!r}")
    return wrong


def test_every_seed_keeps_the_promises(target: EdgeTarget) -> None:
    assert failures(target, SEEDS) == []
    assert target.executions == len(SEEDS)
    assert target.accepted > 100, "most of the valid examples"


def test_every_seed_keeps_the_promises_under_the_default_limits(tmp_path: Path) -> None:
    target = EdgeTarget(tmp_path, Limits(MIB, 8 * MIB, 2_000), 64 << 10)
    assert failures(target, SEEDS) == []
    target.close()


def test_two_thousand_changes_of_the_seeds_keep_the_promises(target: EdgeTarget) -> None:
    mutator, random, pool = JsonMutator(SEEDS.values()), Random(4), list(SEEDS.values())

    def changed(data: bytes, max_size: int) -> bytes:
        at = random.randrange(len(data) + 1)
        return (data[:at] + random.randbytes(random.randrange(4)) + data[at + random.randrange(3) :])[:max_size]

    inputs = {}
    for number in range(2_000):
        data = mutator.mutate(random.choice(pool), 20_000, number, changed)
        inputs[f"change {number}"] = data
        pool.append(data)
    assert failures(target, inputs) == []


def test_what_the_fuzzer_found_stays_mended(target: EdgeTarget) -> None:
    assert failures(target, {path.name: path.read_bytes() for path in sorted(FINDINGS.glob("*.bin"))}) == []


@pytest.mark.parametrize("path", PATHS)
def test_a_request_is_read_as_it_was_written(path: str) -> None:
    data = edge_request.write(path, b'{"a":\n1}', sent_at="2026-11-21T09:30:05+00:00", encoding="gzip")
    request = edge_request.read(data)
    assert (request.path, request.body, request.encoding) == (path, b'{"a":\n1}', "gzip")
    assert request.sent_at == "2026-11-21T09:30:05+00:00"


class Forgetful(EdgeTarget):
    """An edge that loses the last event of a request on its way to the spool."""

    def _stored(self):  # type: ignore[no-untyped-def]
        events, rejected = super()._stored()
        return events[:-1], rejected


def test_the_harness_notices_a_lost_event(tmp_path: Path) -> None:
    target = Forgetful(tmp_path)
    assert len(failures(target, {name: data for name, data in SEEDS.items() if name.startswith("examples: batch")})) > 3
    target.close()


def test_the_harness_tells_values_apart_that_python_calls_equal() -> None:
    assert not same({"a": [True]}, {"a": [1]})
    assert same({"a": [1.0, "x"]}, {"a": [1, "x"]})
    for body in (b'{"a":1,"a":1}', b"NaN", b"1e999", b'"\\ud800"', b"\xef\xbb\xbf1"):
        with pytest.raises(ValueError):  # noqa: PT011 each parser's own
            strictly_parsed(body)
    assert strictly_parsed(b'{"events":[1.5]}') == {"events": [1.5]}
    assert BATCH_PATH in PATHS

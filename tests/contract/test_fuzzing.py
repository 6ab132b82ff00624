"""schemathesis generates requests from the contract; the server keeps it, and a server that does not is noticed."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import RunningServer, wait_until
from contract.fuzzing import configure, fuzz_app, fuzz_url
from contract.mutants import MUTANTS, Mutant, judged_by, rewriting, with_request
from contract.stack import Stack, running_stack
from fuzz.independent_judges import allowed
from game_events_api import ledger
from game_events_devtools.firehose_emulator import DirectoryDestination, FirehoseEndpoint
from game_events_models import contract
from integration.test_delivery_process import delivery, firehose_settings

pytestmark = [pytest.mark.timeout(900), pytest.mark.filterwarnings("default")]
EVERYTHING = {f"{method.upper()} {path}" for path, item in contract.openapi()["paths"].items() for method in item}
# schemathesis runs no checks on the document it was loaded from; test_routes.py looks at that one.
FUZZED = EVERYTHING - {"GET /openapi.json"}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with running_stack(tmp_path) as running:
        yield running


LIKE_OTHERS = ("sendInstallEvent", "sendRefundEvent", "sendAdRevenueEvent", "validateEvent")
"""Judged as purchases, sessions and a batch's events are, by the same code: each keyword of those is covered every day,
of these before a release."""


@pytest.mark.parametrize("uncovered", [LIKE_OTHERS, pytest.param((), marks=pytest.mark.long)], ids=["some", "every"])
def test_the_application_keeps_its_contract_and_stores_only_what_it_may(
    stack: Stack, uncovered: tuple[str, ...]
) -> None:
    report = fuzz_app(stack.whole, configure(key=stack.key, seed=20261121, examples=10, uncovered=uncovered))
    assert not report.failures, "\n\n".join(report.failures)
    assert report.requests >= 1_500
    assert set(report.phases) == {"examples", "coverage", "fuzzing", "stateful"}
    assert set(report.operations) == FUZZED
    stored = list(stack.stored())
    assert len(stored) == report.accepted > 500
    delivered = list(through_firehose(stack.data_dir))
    assert sorted(map(repr, delivered)) == sorted(map(repr, stored))
    assert [line["event"] for line in delivered if not allowed(line["event"])] == []


def through_firehose(data_dir: Path) -> Iterator[dict[str, Any]]:
    """What delivery gives to Firehose of the spool, by boto3 over a socket, and Firehose puts into the lake."""
    lake = data_dir / "firehose"
    with FirehoseEndpoint(DirectoryDestination(lake)) as endpoint:
        with delivery(data_dir, **firehose_settings(endpoint.url)):
            wait_until(lambda: ledger.waiting(data_dir) == 0, 120, (data_dir / "delivery.log").read_text)
        endpoint.flush()
    for path in (lake / "events").rglob("*.gz"):
        yield from map(json.loads, gzip.decompress(path.read_bytes()).splitlines())


@pytest.mark.long
@pytest.mark.timeout(2400)
def test_a_live_server_keeps_its_contract_for_long_at_random(server: RunningServer) -> None:
    report = fuzz_url(server.url, server.admin_url, configure(key=server.key, seed=None, examples=150))
    assert not report.failures, "\n\n".join(report.failures)
    assert report.requests >= 5_000
    assert set(report.operations) == EVERYTHING, "the document comes from elsewhere, so its own path is asked too"


EVERY_DAY = MUTANTS[::3]  # of each kind some; what the fuzzer notices changes with its version and its hooks
BEFORE_A_RELEASE = [pytest.param(mutant, marks=pytest.mark.long) for mutant in MUTANTS if mutant not in EVERY_DAY]


@pytest.mark.parametrize("mutant", [*EVERY_DAY, *BEFORE_A_RELEASE], ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_a_faulty_server_is_noticed(mutant: Mutant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if mutant.judge is not None:
        monkeypatch.setattr(contract, "judging_schema", judged_by(contract.judging_schema, mutant.judge))
    with running_stack(tmp_path) as stack:
        app: Any = stack.whole
        if mutant.rewrite is not None:
            app = rewriting(app, mutant.rewrite)
        if mutant.request is not None:
            app = with_request(app, mutant.request)
        config = configure(key=stack.key, seed=1, examples=60, stop_early=True)
        report = fuzz_app(app, config, only=mutant.operation)
    assert report.failed_checks, f"{report.requests} requests noticed nothing"

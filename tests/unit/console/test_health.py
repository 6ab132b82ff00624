"""Health: what of the server's own figures a person is shown, and what they are called."""

import asyncio
import math
from pathlib import Path

import duckdb
import pytest
from contract.stack import running_stack
from game_events_api.metrics import Metrics, SnapshotFile
from game_events_api.metrics import definitions as named
from game_events_console.condition import condition_of
from game_events_console.pages.health import parts
from game_events_console.rendering import size, took
from game_events_console.scrapes import Reading, Scrape
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.console.test_pages import browser, sign_in


def report(data_dir: Path, *, seconds: float = 0.0015, lag: float = 0.75, breaker: float = 0.0) -> None:
    """What a worker and delivery write of themselves."""
    worker, delivery = Metrics("worker-0"), Metrics("delivery")
    worker.observe(named.REQUEST_SECONDS, "event", seconds, times=100)
    worker.read(named.SPOOL_BYTES, lambda: 3 * 1024.0, "worker-0")
    delivery.observe(named.DELIVERY_SECONDS, "lake", lag, times=10)
    delivery.read(named.BREAKER_OPEN, lambda: breaker, "lake")
    for one in (worker, delivery):
        SnapshotFile(data_dir, one.process).write(one.snapshot())


def rates(data_dir: Path) -> None:
    (data_dir / "warehouse").mkdir()
    with duckdb.connect(str(data_dir / "warehouse" / "warehouse.duckdb")) as connection:
        connection.execute(
            "create table exchange_rates as select * from (values"
            " ('EUR', 'ecb', date '2026-11-26', date '2026-10-30', false),"
            " ('EUR', 'ecb', date '2026-11-27', date '2026-10-30', true),"
            " ('JPY', 'ecb', date '2026-11-27', date '2026-11-27', false),"
            " ('KES', 'monthly', date '2026-11-27', date '2026-11-01', false),"
            " ('USD', 'identity', date '2026-11-27', date '2026-11-27', false)"
            ") as t(currency, rate_source, rate_date, observed_on, is_stale)"
        )


def test_health_shows_pace_latency_lag_breaker_spool_balance_rates_and_versions(tmp_path: Path) -> None:
    report(tmp_path)
    rates(tmp_path)

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            SpoolMaker(tmp_path).append([line(1), line(2)])
            SpoolMaker(tmp_path).append([rejected_line(3, {"event_type": "install"})], stream="rejected")
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                page = (await client.get("/console/health")).text
                for part in (
                    "<dd>1.8 ms<small>half of them; 99 % in 2.5 ms; of all so far",
                    "<dd>0.8 s<small>half of them; 99 % in 1.0 s; lake, of all so far",
                    "<dd>3.0 KiB<small>3 wait, oldest 12:00:00; ",
                    "<dd>closed<small>lake</small>",
                    "every number agrees",
                    "0 delivered, 2 waiting",
                    "0 delivered, 1 waiting",
                    "Exchange rates are stale: 1 of 3 currencies",
                    "27 November 2026",
                    "1 stale",
                    "in force",
                    "worker-0",
                    "DuckDB",
                    "look again in a few seconds",
                ):
                    assert part in page, part

    asyncio.run(look())


def test_health_says_what_is_wrong(tmp_path: Path) -> None:
    report(tmp_path, seconds=11.0, breaker=1.0)

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                page = (await client.get("/console/health")).text
                assert "<dd>over 10 s<small>half of them; 99 % in over 10 s" in page
                assert "<dd>open<small>lake</small>" in page
                assert "There is no warehouse yet: run <code>game-events warehouse build</code>." in page

    asyncio.run(look())


def test_a_folder_without_a_server_is_not_one_whose_workers_died() -> None:
    checks = {"workers": {"status": "fail"}, "keys": {"status": "pass"}, "delivery": {"status": "warn"}}
    assert parts(checks, beside_a_server=True) == (checks, "Look at: workers, delivery.")
    shown, said = parts(checks, beside_a_server=False)
    assert list(shown) == ["keys"]
    assert said.startswith("No server runs on this folder")
    wrong = checks | {"keys": {"status": "fail"}}
    assert parts(wrong, beside_a_server=False)[1] == "Look at: keys."
    one_runs = checks | {"workers": {"status": "pass"}}
    assert parts(one_runs, beside_a_server=False) == (one_runs, "Look at: delivery.")


def told(at: float, accepted: int, delivered: int, difference: int = 0) -> Reading:
    stages = {"accepted": accepted, "delivered": delivered, "rejected": 3, "rejected_delivered": 2, "damaged": 1}
    lines = [f'game_events_events_total{{stage="{name}"}} {number}' for name, number in stages.items()]
    text = "\n".join(
        (
            "# TYPE game_events_events_total counter",
            *lines,
            "# TYPE game_events_waiting_events gauge",
            f'game_events_waiting_events{{stream="events"}} {accepted - delivered - 1 - difference}',
            'game_events_waiting_events{stream="rejected"} 1',
            "# TYPE game_events_ledger_difference gauge",
            f"game_events_ledger_difference {difference}",
            "# TYPE game_events_request_seconds histogram",
            f'game_events_request_seconds_bucket{{kind="event",le="0.1"}} {accepted}',
            f'game_events_request_seconds_bucket{{kind="event",le="+Inf"}} {accepted}\n',
        )
    )
    return Reading(at, Scrape(text))


def test_the_balance_holds_what_was_taken_against_what_became_of_it() -> None:
    condition = condition_of([told(10.0, 9, 4)], {"events": 3})
    assert [one.is_built for one in condition.balances] == [False, False, True], "what may wait for a build"
    assert [(one.name, one.events, one.against, one.difference) for one in condition.balances] == [
        ("Accepted", 9, "4 delivered, 1 damaged, 4 waiting", 0),
        ("Rejected, kept", 3, "2 delivered, 1 waiting", 0),
        ("Counted in facts", 3, "4 delivered", 1),
    ]
    lost = condition_of([told(10.0, 9, 4, difference=2)], None)
    assert (lost.difference, lost.balances[0].difference) == (2, 2)


def test_pace_and_latency_are_of_the_time_between_the_looks_and_else_of_all() -> None:
    busy = condition_of([told(10.0, 9, 4), told(20.0, 29, 4)], None)
    assert (busy.per_second, busy.over_seconds, busy.answered.since) == (2.0, 10.0, 10.0)
    quiet = condition_of([told(10.0, 9, 4), told(20.0, 9, 4)], None)
    assert (quiet.per_second, quiet.answered.since) == (0.0, None)
    assert quiet.answered.half == pytest.approx(0.05)
    nothing = condition_of([Reading(1.0, Scrape(""))], None)
    assert (nothing.per_second, nothing.answered.half, nothing.slowest, nothing.free_bytes) == (None, None, None, None)
    assert nothing.breaker == "none yet"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "–"),
        (0.00142, "1.4 ms"),
        (0.62, "0.6 s"),
        (28.4, "28 s"),
        (180, "3 min"),
        (26 * 3600, "26 h"),
        (5 * 86400, "5 days"),
    ],
)
def test_a_span_of_time_is_told_in_its_unit(seconds: float | None, said: str) -> None:
    assert took(seconds) == said


def test_bytes_are_told_in_their_unit() -> None:
    assert [size(one) for one in (None, 0, 1536, 8 * 1024**3, 2 * 1024**4)] == [
        *("–", "0 B", "1.5 KiB", "8.0 GiB", "2.0 TiB")
    ]
    assert math.isfinite(float(size(1024**5).split()[0].replace(",", "")))

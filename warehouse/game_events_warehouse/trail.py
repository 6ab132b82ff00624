"""The trail: what each build knew of every day, game and currency, and why it is another figure than before.

It is in the studio's books; the database holds a copy of what was published last, to compare with.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from game_events_warehouse import books
from game_events_warehouse.closings import MART, measures
from game_events_warehouse.filling import fill
from game_events_warehouse.loader import Loaded

STATE = "trail"
LIVE = "int_daily_revenue"

Key = tuple[str, str, str]
Figures = dict[str, str | None]
"""By column of daily_revenue, as text; money as decimals."""


@dataclass(frozen=True)
class Change:
    """Figures of a day, game and currency that are others than before. None: there was, or is, no revenue."""

    event_date: str
    game_id: str
    currency: str
    before: Figures | None
    after: Figures | None
    reasons: dict[str, int]
    """Why, each with how many of them: late event, event, rate, refund, repaired, models."""
    booked_on: str | None
    """Of a closed day, the open day on which the change is booked."""
    built_at: str = ""

    @property
    def differences(self) -> Figures:
        """The figures that differ, as `before → after`."""
        before, after = self.before or {}, self.after or {}
        return {
            name: f"{before.get(name) or '-'} → {after.get(name) or '-'}"
            for name in {**before, **after}
            if before.get(name) != after.get(name)
        }


@dataclass(frozen=True)
class Published:
    """What is to be written into the books once a build is published."""

    base_currency: str
    changes: list[Change]
    adjustments: list[tuple[Any, ...]]
    build: int
    built_at: str


def prepare(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Let the database know what was published last, also one that was deleted, or restored from a backup."""
    last = last_build(path)
    known = connection.execute("select value from warehouse_state where name = ?", [STATE]).fetchone()
    if known is not None and known[0] == str(last):
        return
    rows = []
    if path.exists():
        with books.opened(path) as kept:
            rows = kept.execute(
                "select event_date, game_id, currency, figures, max(build) from published group by 1, 2, 3"
            ).fetchall()
    fill(
        connection,
        "published_revenue",
        {"event_date": "date", "game_id": "varchar", "currency": "varchar", "figures": "varchar"},
        [row[:4] for row in rows if row[3] is not None],
    )


def last_build(path: Path) -> int:
    """The number of the last build in the books; 0 where there was none."""
    if not path.exists():
        return 0
    with books.opened(path) as kept:
        return int(kept.execute("select coalesce(max(build), 0) from builds").fetchone()[0])


def compare(
    connection: duckdb.DuckDBPyConnection, path: Path, *, loaded: Loaded, base: str, now: datetime, from_anew: bool
) -> Published:
    """What this build changed of what was published, and why. `from_anew`: the models are others than before."""
    figures = ", ".join(f"'{name}', cast(sum({name}) as varchar)" for name in measures(connection, LIVE))
    connection.execute(
        "create or replace temp table published_now as select event_date, game_id, currency,"  # noqa: S608
        f" cast(json_object({figures}) as varchar) as figures from {LIVE} group by all"
    )
    connection.execute(
        "create or replace temp table changed as select event_date, game_id, currency, old.figures as before,"
        " new.figures as after from published_now as new full join published_revenue as old"
        " using (event_date, game_id, currency)"
        " where old.figures is distinct from new.figures"
    )
    rows = connection.execute(
        "select changed.*, closed.month is not null from changed"
        " left join raw_closed_months as closed on date_trunc('month', event_date) = closed.month order by all"
    ).fetchall()
    why = _reasons(connection, loaded) if rows else {}
    fallback = "models" if from_anew else "late event" if loaded.rows else "repaired"
    changes = [
        Change(
            str(day),
            game,
            currency,
            _read(before),
            _read(after),
            why.get((str(day), game, currency), {fallback: 1}),
            now.astimezone(UTC).date().isoformat() if is_closed else None,
        )
        for day, game, currency, before, after, is_closed in rows
    ]
    connection.execute("delete from published_revenue")
    connection.execute("insert into published_revenue from published_now")
    build = last_build(path) + 1
    connection.execute("insert or replace into warehouse_state values (?, ?)", [STATE, str(build)])
    moment = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Published(base, changes, _new_adjustments(connection), build, moment)


def _read(figures: str | None) -> Figures | None:
    return None if figures is None else json.loads(figures)


def _written(figures: Figures | None) -> str | None:
    """As DuckDB writes it, because figures are compared as text."""
    return None if figures is None else json.dumps(figures, separators=(",", ":"))


def _reasons(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> dict[Key, dict[str, int]]:
    found: dict[Key, dict[str, int]] = {}
    over = connection.execute("select value::date from warehouse_state where name = 'build_date_before'").fetchone()
    for sql in _questions(connection):
        parameters = {"loaded_at": loaded.loaded_at, "repaired": loaded.repaired or [""], "over": over and over[0]}
        used = {name: value for name, value in parameters.items() if f"${name}" in sql}
        for day, game, currency, reason, count in connection.execute(sql, used).fetchall():
            found.setdefault((str(day), game, currency), {})[reason] = count
    return found


NEW_FACT = (
    "case when list_contains($repaired, facts.source_file) then 'repaired'"
    " when changed.event_date < $over then 'late event' else 'event' end"
)


def _questions(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Each answers with day, game, currency, reason and count."""
    tables = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    fresh = "inner join loaded_files as files on {}.source_file = files.source_file and files.loaded_at = $loaded_at"
    yield (
        f"select changed.event_date, changed.game_id, changed.currency, {NEW_FACT} as reason, count(*)"  # noqa: S608
        f" from fct_purchases as facts inner join changed using (event_date, game_id, currency) {fresh.format('facts')}"
        " where facts.environment = 'production' group by all"
    )
    if "fct_refunds" in tables:
        yield (
            "select changed.event_date, changed.game_id, changed.currency, 'refund', count(*)"  # noqa: S608
            f" from fct_refunds as refunds {fresh.format('refunds')} inner join fct_purchases as facts"
            " on refunds.purchase_game_id = facts.game_id and refunds.purchase_event_id = facts.event_id"
            " and refunds.purchase_fingerprint = facts.fingerprint"
            " inner join changed on facts.event_date = changed.event_date and facts.game_id = changed.game_id"
            " and facts.currency = changed.currency group by all"
        )
    yield (
        "select changed.event_date, changed.game_id, changed.currency, 'rate', 1 from changed"
        " inner join changed_exchange_rates as rates"
        " on changed.currency = rates.currency and changed.event_date = rates.rate_date and rates.is_another"
        " where changed.before is not null"
    )


def _new_adjustments(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """What this build books for closed days: the mart's adjustments but for those that the books have."""
    figures = ", ".join(f"'{name}', cast({name} as varchar)" for name in measures(connection, MART))
    return connection.execute(
        "select cast(booked_on as varchar), cast(event_date as varchar), game_id, platform, currency, figures"  # noqa: S608
        " from (select event_date as booked_on, adjusts_date as event_date, game_id, platform, currency,"
        f" cast(json_object({figures}) as varchar) as figures from {MART} where adjusts_date is not null"
        " except all select booked_on, event_date, game_id, platform, currency, figures from raw_adjustments)"
        " order by all"
    ).fetchall()


def record(path: Path, published: Published) -> None:
    """Write it into the books, whole."""
    with books.opened(path) as kept:
        kept.execute(
            "insert or replace into builds values (?, ?, ?)",
            [published.build, published.built_at, published.base_currency],
        )
        kept.executemany(
            "insert into published values (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    published.build,
                    change.event_date,
                    change.game_id,
                    change.currency,
                    _written(change.after),
                    json.dumps(change.reasons),
                    change.booked_on,
                )
                for change in published.changes
            ],
        )
        kept.executemany(
            "insert into adjustments (build, booked_on, event_date, game_id, platform, currency, figures)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            [(published.build, *row) for row in published.adjustments],
        )


CHANGES = """
with trail as (
  select
    published.*,
    builds.built_at,
    lag(figures) over one as before,
    (select max(earlier.built_at) from builds as earlier where earlier.build < published.build) as built_before
  from published
  inner join builds using (build)
  window one as (partition by event_date, game_id, currency order by build)
)

select event_date, game_id, currency, before, figures, reasons, booked_on, built_at
from trail
where built_at >= ? and event_date < substr(built_before, 1, 10)
order by build, event_date, game_id, currency
"""


def changes(path: Path, since: date) -> list[Change]:
    """What builds since that day changed of days that were over when the build before had published them."""
    if not path.exists():
        return []
    with books.opened(path) as kept:
        rows = kept.execute(CHANGES, [since.isoformat()]).fetchall()
    return [
        Change(day, game, currency, _read(before), _read(after), json.loads(reasons), booked_on, built_at)
        for day, game, currency, before, after, reasons, booked_on, built_at in rows
    ]

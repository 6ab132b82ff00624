"""snowduck: a server that speaks Snowflake's protocol, translates its SQL to DuckDB's and runs it there.

It has no pipes, streams, tasks, roles or policies, and answers one statement at a time. It needs an environment of its
own, because it takes one version of sqlglot only.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import snowflake.connector
from game_events_devtools.demo import stack
from integration.environments import served

PACKAGES = ("snowduck[server]==0.3.0", "sqlglot==30.20.0", "sqlglotc==30.20.0", "duckdb==1.5.5")
RAW = (
    *("raw_events", "raw_rejected_events", "raw_malformed_lines", "loaded_files", "raw_exchange_rates"),
    *("raw_closed_months", "raw_closed_figures", "raw_adjustments", "changed_exchange_rates", "warehouse_state"),
)
JSON = ("record", "figures")
"""Columns that are VARIANT on Snowflake."""
DATABASE = "GAME_EVENTS"


class Emulator:
    """A running server, with the raw tables of a local warehouse if it was given one."""

    def __init__(self, port: int) -> None:
        self.port = port

    def connect(self) -> Any:
        return snowflake.connector.connect(
            account="test", user="dbt", password="any", host="127.0.0.1", port=self.port, protocol="http",
            database=DATABASE, login_timeout=20, network_timeout=60,
        )  # fmt: skip

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Columns as text only: of a timestamp that may be NULL the server makes an error without end."""
        with self.connect() as connection, connection.cursor() as cursor:
            return list(cursor.execute(sql, timeout=60).fetchall())

    def take(self, warehouse: Path, folder: Path) -> None:
        """The raw tables as they are in the local warehouse; by files, for each value as a literal takes minutes."""
        with duckdb.connect(str(warehouse), read_only=True) as local, self.connect() as connection:
            cursor = connection.cursor()
            for statement in ("database", "schema"):
                cursor.execute(f"create {statement} if not exists {DATABASE}{'.RAW' if statement == 'schema' else ''}")
            cursor.execute(f"create schema if not exists {DATABASE}.ANALYTICS")
            for table in RAW:
                names = [str(row[0]) for row in local.execute(f"describe {table}").fetchall()]
                file = folder / f"{table}.parquet"
                told = ", ".join(f"{name}::varchar as {name}" if name in JSON else name for name in names)
                rows = "where name = 'build_date'" if table == "warehouse_state" else ""  # as the view on Snowflake
                local.execute(f"copy (select {told} from {table} {rows}) to '{file}'")
                kept = ", ".join(f"parse_json({name}) as {name}" if name in JSON else name for name in names)
                cursor.execute(f"create or replace table RAW.{table} as select {kept} from read_parquet('{file}')")


@contextmanager
def emulator(folder: Path) -> Iterator[Emulator]:
    port = stack.free_port()
    command = ("python", "-m", "snowduck.server.server", "--port", str(port))
    with served(PACKAGES, port, folder / "server.log", *command, SNOWDUCK_DB_PATH=str(folder / "emulated.duckdb")):
        yield Emulator(port)


def texts(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column.upper()}"::varchar as column_{place}' for place, column in enumerate(columns))

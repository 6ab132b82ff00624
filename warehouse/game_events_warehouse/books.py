"""The studio's books: what of the warehouse cannot be made again from the lake, in a file of its own beside it.

`warehouse.duckdb` may be deleted and built anew; the books may not. They are appended to, and changed only where a
player is erased.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from game_events_warehouse.errors import BooksError
from game_events_warehouse.publish import make_folder

BUSY_TIMEOUT_S = 30.0
DDL = """
-- One entry a rate that the studio gave; of those for one currency, day and base the last is in force.
create table if not exists studio_rates (
  entry integer primary key,
  currency text not null,
  rate_date text not null,
  base_currency text not null,
  rate text, -- NULL: withdrawn
  given_by text not null,
  given_at text not null,
  origin text not null
);
-- The trail: of each build, the figures of a day that differ from those before it, and why.
create table if not exists builds (
  build integer primary key,
  built_at text not null,
  base_currency text not null
);
create table if not exists published (
  build integer not null,
  event_date text not null,
  game_id text not null,
  currency text not null,
  figures text, -- JSON, by column; NULL: there is no revenue any more
  reasons text not null, -- JSON, with how many of them
  booked_on text, -- of a closed day, the open one on which it is booked
  primary key (event_date, game_id, currency, build)
);
create table if not exists closings (
  month text primary key,
  closed_by text not null,
  closed_at text not null,
  base_currency text not null
);
create table if not exists closed_figures (
  month text not null,
  event_date text not null,
  game_id text not null,
  platform text,
  currency text not null,
  figures text not null
);
-- What became known of a closed day, and the open day on which it is booked.
create table if not exists adjustments (
  entry integer primary key,
  build integer not null,
  booked_on text not null,
  event_date text not null,
  game_id text not null,
  platform text,
  currency text not null,
  figures text not null
);
-- What a malformed line of the lake is to say. Erasing a player changes it, and nothing else does.
create table if not exists repaired_lines (
  source_file text not null,
  source_row integer not null,
  stream text not null,
  line text not null,
  given_by text not null,
  given_at text not null,
  primary key (source_file, source_row)
);
"""


def books_of(database: Path) -> Path:
    """Where the books of a warehouse lie."""
    return database.with_name("books.db")


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The books, made where there are none; one transaction, and nothing is written when the block raises.

    Raises BooksError where the file cannot be used.
    """
    try:
        make_folder(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as connection:
            connection.execute("pragma synchronous = full")
            connection.executescript(DDL)
            with connection:
                yield connection
    except (sqlite3.Error, OSError) as error:
        raise BooksError(f"the studio's books {path} cannot be used: {error}; restore them from a backup") from error


def state(path: Path) -> str:
    """Another one whenever something was given, withdrawn or closed."""
    if not path.exists():
        return "none"
    with opened(path) as kept:
        tables = ("studio_rates", "closings", "repaired_lines")
        counts = [kept.execute(f"select count(*) from {table}").fetchone()[0] for table in tables]  # noqa: S608
        return "-".join(map(str, counts))

"""What a build rests on: when none of it has changed, the published warehouse is what a build would make."""

import hashlib
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version as version_of
from pathlib import Path

import duckdb

from game_events_warehouse import books, ecb, hmrc
from game_events_warehouse.exchange_rate_files import version
from game_events_warehouse.lake import Lake

STATE = "grounds"


def fingerprint(project: Path) -> str:
    """Changes with the models, and so with the schemas: the staged events are then read from raw again.

    So it does with the descriptions of events, which an incremental build does not write beside their columns.
    """
    digest = hashlib.sha256()
    models = [file for folder in ("macros", "models") for file in (project / folder).rglob("*.sql")]
    for path in sorted([*models, *(project / "models" / "events").rglob("*.yml")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def grounds(projects: Iterable[Path], base: str, today: date, kept: Path, ecb_history: Path | None = None) -> str:
    """Everything but the lake's files: models, tests and descriptions, base currency, UTC day, rates, closings."""
    digest = hashlib.sha256()
    for folder in (project / name for project in projects for name in ("macros", "models", "tests")):
        for path in sorted(file for file in folder.rglob("*") if file.is_file()):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return " ".join(
        (
            digest.hexdigest(),
            *(base, today.isoformat()),
            *(version(ecb.PUBLISHER, ecb_history or ecb.packaged_history()), hmrc.packaged_version()),
            *(books.state(kept), version_of("game-events-warehouse"), duckdb.__version__),
        )
    )


def stand(database: Path, lake: Lake, on: str) -> bool:
    """Whether the published warehouse was built on these grounds, and of every file that the lake has now."""
    if not database.exists():
        return False
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute("select 1 from duckdb_tables() where table_name = 'warehouse_state'").fetchall()
        if not tables:
            return False
        row = connection.execute("select value from warehouse_state where name = ?", [STATE]).fetchone()
        if row is None or row[0] != on:
            return False
        known = set(connection.execute("select source_file, size, etag from loaded_files").fetchall())
    return all((file.path, file.size, file.etag) in known for file in lake.files())

"""The ledger over all spool files of a data directory, those of dead workers too."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from game_events_api.spool.reading import opened, spool_files, tables
from game_events_api.spool.rows import Key, parse_counts

Stage = Literal[
    "accepted",
    "duplicate",
    "rejected",
    "rejected_dropped",
    "delivered",
    "dead_lettered",
    "rejected_delivered",
    "rejected_dead_lettered",
]
STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True)
class Ledger:
    stages: Mapping[str, Counter[Key]]
    waiting: Mapping[str, Counter[Key]]
    """Per stream (`events`, `rejected`), what the spool still holds."""

    def total(self, stage: str) -> int:
        return self.counts(stage).total()

    def counts(self, stage: str) -> Counter[Key]:
        return self.stages.get(stage, Counter())


def read(data_dir: Path) -> Ledger:
    """Every row of every spool file, each file read in one snapshot."""
    stages: defaultdict[str, Counter[Key]] = defaultdict(Counter)
    held: dict[str, Counter[Key]] = {"events": Counter(), "rejected": Counter()}
    for path in spool_files(data_dir):
        with opened(path) as connection:
            if not {"blocks", "ledger"} <= tables(connection):
                continue
            connection.execute("BEGIN")
            for stage, *key, count in connection.execute(
                "SELECT stage, game_id, event_type, schema_version, hour, count FROM ledger"
            ):
                stages[stage][Key(*key)] += count
            for stream, counts in connection.execute("SELECT stream, counts FROM blocks"):
                held[stream].update(parse_counts(counts))
            connection.execute("COMMIT")
    return Ledger(stages, held)


def waiting(data_dir: Path) -> int:
    """Events, accepted and rejected, that are on disk here and not delivered yet."""
    total = 0
    for path in spool_files(data_dir):
        with opened(path) as connection:
            if "blocks" in tables(connection):
                total += connection.execute("SELECT coalesce(sum(events), 0) FROM blocks").fetchone()[0]
    return total

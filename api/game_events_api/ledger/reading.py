"""The ledger over all spool files of a data directory, those of dead workers too."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from game_events_api.ledger_key import LedgerKey, parse_counts
from game_events_api.spool.reading import opened, spool_files, tables

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
    stages: Mapping[str, Counter[LedgerKey]]
    waiting: Mapping[str, Counter[LedgerKey]]
    """Per stream (`events`, `rejected`), what the spool still holds."""

    def total(self, stage: str) -> int:
        return self.counts(stage).total()

    def counts(self, stage: str) -> Counter[LedgerKey]:
        return self.stages.get(stage, Counter())


def read(data_dir: Path) -> Ledger:
    """Every row of every spool file, each file read in one snapshot."""
    stages: defaultdict[str, Counter[LedgerKey]] = defaultdict(Counter)
    held: dict[str, Counter[LedgerKey]] = {"events": Counter(), "rejected": Counter()}
    for path in spool_files(data_dir):
        with opened(path) as connection:
            if not {"blocks", "ledger"} <= tables(connection):
                continue
            connection.execute("BEGIN")
            for stage, *key, count in connection.execute(
                "SELECT stage, game_id, event_type, schema_version, hour, count FROM ledger"
            ):
                stages[stage][LedgerKey(*key)] += count
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

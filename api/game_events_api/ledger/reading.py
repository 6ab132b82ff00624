"""The ledger over all spool files of a data directory, those of dead workers too."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from game_events_api.ledger_key import LedgerKey
from game_events_api.spool import ManifestFile, readers


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
    for spool in readers(data_dir):
        counts = spool.counts()
        for stage, by_key in counts.stages.items():
            stages[stage].update(by_key)
        for stream, by_key in counts.waiting.items():
            held[stream].update(by_key)
    return Ledger(stages, held)


def waiting(data_dir: Path) -> int:
    """Events, accepted and rejected, that are on disk here and not delivered yet."""
    return sum(spool.waiting() for spool in readers(data_dir))


def lake_files(data_dir: Path) -> dict[str, ManifestFile]:
    """By path, what the sinks lake and s3 wrote; empty when all went to Firehose, which names its files itself."""
    return {file.path: file for spool in readers(data_dir) for file in spool.manifest()}


def dead_lettered(data_dir: Path) -> Counter[LedgerKey]:
    """Accepted events that are dead letters now."""
    found: Counter[LedgerKey] = Counter()
    for spool in readers(data_dir):
        found.update(spool.dead_lettered())
    return found

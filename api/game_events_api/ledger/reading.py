"""The ledger over all spool files of a data directory, those of dead workers too."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from game_events_api.ledger_key import LedgerKey
from game_events_api.spool import ManifestFile, Note, SpoolReader, letter_files_in, look_at_each, notes, readers


@dataclass(frozen=True)
class Ledger:
    stages: Mapping[str, Counter[LedgerKey]]
    waiting: Mapping[str, Counter[LedgerKey]]
    """Per stream (`events`, `rejected`), what the spool still holds."""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """Spool files that were left out, with the reason."""

    def total(self, stage: str) -> int:
        return self.counts(stage).total()

    def counts(self, stage: str) -> Counter[LedgerKey]:
        return self.stages.get(stage, Counter())


def read(data_dir: Path) -> Ledger:
    """Every row of every spool file, each file read in one snapshot."""
    stages: defaultdict[str, Counter[LedgerKey]] = defaultdict(Counter)
    held: dict[str, Counter[LedgerKey]] = {"events": Counter(), "rejected": Counter()}
    unreadable: dict[str, str] = {}
    for counts in look_at_each(data_dir, SpoolReader.counts, unreadable):
        for stage, by_key in counts.stages.items():
            stages[stage].update(by_key)
        for stream, by_key in counts.waiting.items():
            held[stream].update(by_key)
    return Ledger(stages, held, unreadable)


def waiting(data_dir: Path) -> int:
    """Events, accepted and rejected, that are on disk here and not delivered yet."""
    return sum(spool.waiting() for spool in readers(data_dir))


def lake_files(data_dir: Path) -> dict[str, ManifestFile]:
    """By path, what the sinks lake and s3 wrote; empty when all went to Firehose, which names its files itself."""
    manifests = look_at_each(data_dir, lambda spool: list(spool.manifest()))
    return {file.path: file for manifest in manifests for file in manifest}


def dead_lettered(data_dir: Path) -> Counter[LedgerKey]:
    """Accepted events that are dead letters now."""
    found: Counter[LedgerKey] = Counter()
    for letters in look_at_each(data_dir, SpoolReader.dead_lettered):
        found.update(letters)
    return found


def letter_faults(data_dir: Path) -> dict[str, str]:
    """Of files with dead letters, by path below `spool/`: what is wrong with those that are not what was written."""
    faults: dict[str, str] = {}
    known: set[str] = set()
    for names, files in look_at_each(data_dir, lambda spool: (spool.letter_file_names(), spool.letter_files())):
        known.update(names)
        faults.update({file.lies_in: fault for file in files if (fault := file.fault()) is not None})
    for path in letter_files_in(data_dir / "spool"):
        if path not in known:
            faults[path] = "no spool file tells of it: its dead letters are in no list"
    return faults


def damage(data_dir: Path) -> list[Note]:
    """What was found damaged and set aside, and is kept until somebody moves it away."""
    return notes(data_dir)

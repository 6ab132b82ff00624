"""Which files the lake sink wrote, and which events are dead letters, as the spool files remember it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from game_events_api.ledger_key import LedgerKey, parse_counts
from game_events_api.spool.reading import opened, spool_files, tables


@dataclass(frozen=True)
class ManifestFile:
    """One lake file: its path below the lake, what it held when it was written."""

    path: str
    stream: str
    events: int
    sha256: str
    counts: Counter[LedgerKey]


def lake_files(data_dir: Path) -> dict[str, ManifestFile]:
    """By path; empty when everything went to Firehose, which names its files itself."""
    found: dict[str, ManifestFile] = {}
    for spool in spool_files(data_dir):
        with opened(spool) as connection:
            if "lake_files" not in tables(connection):
                continue
            for path, stream, events, sha256, counts in connection.execute(
                "SELECT path, stream, events, sha256, counts FROM lake_files"
            ):
                found[path] = ManifestFile(path, stream, events, sha256, parse_counts(counts))
    return found


def dead_letters(data_dir: Path) -> Counter[LedgerKey]:
    """Accepted events that are dead letters now, each once, however many sinks refused it."""
    found: Counter[LedgerKey] = Counter()
    for spool in spool_files(data_dir):
        with opened(spool) as connection:
            if "dead_letters" not in tables(connection):
                continue
            for *key, _line in connection.execute(
                "SELECT DISTINCT game_id, event_type, schema_version, hour, line FROM dead_letters"
                " WHERE stream = 'events' AND counted = 1 AND replayed_at IS NULL"
            ):
                found[LedgerKey(*key)] += 1
    return found

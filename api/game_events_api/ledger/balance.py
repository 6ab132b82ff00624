"""Whether what the ledger says is what there is. Pure: the lake and the warehouse come in as numbers."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from game_events_api.ledger.reading import Ledger
from game_events_api.ledger_key import DELIVERED, GONE, OTHER_GAMES, TAKEN, LedgerKey, Stage
from game_events_api.spool import ManifestFile, Note
from game_events_api.spool.stored_line import identity


@dataclass(frozen=True)
class FoundFile:
    """A lake file as it is now."""

    path: str
    stream: str
    sha256: str
    lines: int
    counts: Counter[LedgerKey]
    events: frozenset[tuple[str, str | None, str]]
    """What the events in it are known by."""

    @classmethod
    def of(cls, path: str, stream: str, stored: bytes, text: bytes) -> "FoundFile":
        """`stored` are the file's bytes, `text` is the NDJSON in them; a line that is no event counts as a line."""
        counts: Counter[LedgerKey] = Counter()
        events: set[tuple[str, str | None, str]] = set()
        lines = [line for line in text.splitlines() if line.strip()]
        for line in lines:
            try:
                found = identity(stream, line)
            except (ValueError, KeyError, TypeError):
                continue
            counts[found.named] += 1
            events.add(found.known_by)
        return cls(path, stream, hashlib.sha256(stored).hexdigest(), len(lines), counts, frozenset(events))


class WarehouseCounts(Protocol):
    """What the warehouse holds; rows per source file and the fates of the deduplicated events."""

    @property
    def rows(self) -> Mapping[str, int]: ...
    @property
    def distinct_events(self) -> int: ...
    @property
    def staged(self) -> int: ...
    @property
    def fates(self) -> int: ...


@dataclass(frozen=True)
class Difference:
    kind: str
    name: str
    detail: str


def compare(
    ledger: Ledger,
    manifest: Mapping[str, ManifestFile],
    dead: Counter[LedgerKey],
    lake: Mapping[str, FoundFile],
    warehouse: WarehouseCounts | None,
    damage: Sequence[Note] = (),
    letter_faults: Mapping[str, str] | None = None,
) -> list[Difference]:
    """Everything that does not agree, each with the name of what is wrong."""
    return [
        *map(_damaged, damage),
        *(Difference("spool-unreadable", name, reason) for name, reason in ledger.unreadable.items()),
        *(Difference("dead-letter-file", name, fault) for name, fault in sorted((letter_faults or {}).items())),
        *balance(ledger, dead),
        *_files(manifest, lake),
        *_contents(ledger, manifest, lake),
        *(_loaded(lake, warehouse) if warehouse else ()),
    ]


def _damaged(note: Note) -> Difference:
    """Named until what was set aside is moved away."""
    lost = f"; {note.events} events can be read nowhere" if note.events else ""
    match note:
        case Note(about="file", salvaged=None):
            lost = "; not salvaged yet: delivery does that within seconds"
        case Note(about="file", salvaged=dict(said)):
            lost = f"; {said.get('events')} waiting events were salvaged into {said.get('into')}{lost}"
    return Difference(f"damaged-{note.about}", note.path.stem, f"{note.spool}: {note.reason}{lost}")


def balance(ledger: Ledger, dead: Counter[LedgerKey]) -> Iterator[Difference]:
    """Between what was taken and what became of it, without the lake."""
    for stream, taken in TAKEN.items():
        into, held = ledger.counts(taken), ledger.waiting[stream]
        gone = {stages[stream]: ledger.counts(stages[stream]) for stages in GONE}
        for key in sorted({*into, *held, *(key for counts in gone.values() for key in counts)}):
            parts: dict[str, int] = {stage: counts[key] for stage, counts in gone.items()} | {"waiting": held[key]}
            if into[key] != sum(parts.values()):
                told = " + ".join(f"{stage} {number}" for stage, number in parts.items())
                detail = f"{taken} {into[key]}, but {told} = {sum(parts.values())}"
                yield Difference("ledger", "/".join(key), detail)
    counted = ledger.counts("dead_lettered")
    for key in sorted({*counted, *dead}):
        if counted[key] != dead[key]:
            yield Difference(
                "dead-letters", "/".join(key), f"the ledger counts {counted[key]}, {dead[key]} are kept as dead letters"
            )


def _files(manifest: Mapping[str, ManifestFile], lake: Mapping[str, FoundFile]) -> Iterator[Difference]:
    for path, written in sorted(manifest.items()):
        found = lake.get(path)
        if found is None:
            yield Difference("lake-file-missing", path, f"delivered with {written.events} events, not in the lake")
        elif found.sha256 != written.sha256:
            yield Difference("lake-file-changed", path, f"delivered with {written.events} lines, holds {found.lines}")
    for copy, original in sorted(_copies(manifest, lake).items()):
        yield Difference("lake-file-duplicated", copy, f"byte for byte the same as {original}")


def _copies(manifest: Mapping[str, ManifestFile], lake: Mapping[str, FoundFile]) -> dict[str, str]:
    """Each file that is a copy, with its original: the one in the manifest, else the first by name."""
    originals: dict[str, str] = {}
    for path in sorted(lake, key=lambda path: (path not in manifest, path)):
        originals.setdefault(lake[path].sha256, path)
    return {path: originals[file.sha256] for path, file in lake.items() if originals[file.sha256] != path}


def _contents(
    ledger: Ledger, manifest: Mapping[str, ManifestFile], lake: Mapping[str, FoundFile]
) -> Iterator[Difference]:
    """Lines per key against the ledger, files named above set aside, so that each cause shows once.

    Firehose may hold an event twice (a timeout is ambiguous), so there the ledger's figure must lie between
    the distinct events and the lines; where every file is a sink's own, of lake or s3, lines are exact.
    """
    copies = _copies(manifest, lake)
    unsound = {path for path, written in manifest.items() if path not in lake or lake[path].sha256 != written.sha256}
    for stream, stage in DELIVERED.items():
        files = [
            file for path, file in lake.items() if file.stream == stream and path not in copies and path not in unsound
        ]
        lost = [manifest[path].counts for path in unsound if manifest[path].stream == stream]
        lines: Counter[LedgerKey] = Counter()
        for counts in (*(file.counts for file in files), *lost):
            lines.update(_comparable(stream, counts))
        delivered = _comparable(stream, ledger.counts(stage))
        lines, delivered = _folded(lines, delivered)
        exact = all(file.path in manifest for file in files)
        yield from _lines(stage, delivered, lines, exact)
        if stream == "events" and not exact and not unsound:
            distinct, total = len(frozenset().union(*(file.events for file in files))), delivered.total()
            if distinct > total:
                yield Difference("lake", stream, f"the ledger counts {total} {stage}, the lake holds {distinct} events")


def _lines(stage: Stage, delivered: Counter[LedgerKey], lines: Counter[LedgerKey], exact: bool) -> Iterator[Difference]:
    for key in sorted({*lines, *delivered}):
        if lines[key] < delivered[key] or (exact and lines[key] != delivered[key]):
            detail = f"the ledger counts {delivered[key]} {stage}, the lake {lines[key]}"
            yield Difference("lake", "/".join(key), detail)


def _folded(lines: Counter[LedgerKey], delivered: Counter[LedgerKey]) -> tuple[Counter[LedgerKey], Counter[LedgerKey]]:
    """Where the ledger counts some games together, all games are compared together: the lake names each."""
    together = {key[1:] for key in delivered if key.game_id == OTHER_GAMES}
    folded: list[Counter[LedgerKey]] = []
    for counts in (lines, delivered):
        folded.append(Counter())
        for key, number in counts.items():
            folded[-1][key._replace(game_id=OTHER_GAMES) if key[1:] in together else key] += number
    return folded[0], folded[1]


def _comparable(stream: str, counts: Counter[LedgerKey]) -> Counter[LedgerKey]:
    """A rejected document's names are the sender's word: the ledger counts only those it knows, so only by hour."""
    if stream == "events":
        return counts
    by_hour: Counter[LedgerKey] = Counter()
    for key, number in counts.items():
        by_hour[LedgerKey("", "", "", key.hour)] += number
    return by_hour


def _loaded(lake: Mapping[str, FoundFile], warehouse: WarehouseCounts) -> Iterator[Difference]:
    for path, rows in sorted(warehouse.rows.items()):
        if path not in lake:
            yield Difference("loaded-file-missing", path, f"{rows} rows are loaded, the lake lost it")
        elif lake[path].lines != rows:
            yield Difference("loaded-rows", path, f"holds {lake[path].lines} lines, {rows} rows are loaded")
    for path, file in sorted(lake.items()):
        if path not in warehouse.rows and file.lines:
            yield Difference("not-loaded", path, f"{file.lines} lines wait for `game-events warehouse build`")
    if warehouse.staged != warehouse.distinct_events:
        yield Difference(
            "staging",
            "stg_events",
            f"{warehouse.distinct_events} events are loaded, {warehouse.staged} staged",
        )
    if warehouse.fates != warehouse.staged:
        yield Difference(
            "facts", "int_event_dispositions", f"{warehouse.staged} events are staged, {warehouse.fates} have a fate"
        )

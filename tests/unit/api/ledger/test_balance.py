"""What `reconcile` names when numbers do not agree."""

import gzip
import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from game_events_api import ledger
from game_events_api.delivery.spools import Spools
from game_events_api.ledger import FoundFile, Ledger, WarehouseCounts, compare
from game_events_api.ledger_key import LedgerKey
from game_events_api.recovery import DeadLetters, Recheck
from game_events_api.spool import ManifestFile
from game_events_api.spool.blocks import DeadLetter, Settled
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.api.recovery.kept_events import at_edge, install
from unit.stored_lines import event_id

KEY = LedgerKey("puzzle-quest", "install", "1-0-0", "2026-11-20T12")
TEXT = line(1) + line(2)
STORED = gzip.compress(TEXT)
FILE = FoundFile.of("events/a.gz", "events", STORED, TEXT)
WRITTEN = ManifestFile("events/a.gz", "events", 2, FILE.sha256, Counter({KEY: 2}))


@dataclass(frozen=True)
class Counts:
    rows: dict[str, int] = field(default_factory=lambda: {"events/a.gz": 2})
    distinct_events: int = 2
    staged: int = 2
    fates: int = 2


def books(accepted: int = 2, delivered: int = 2, waiting: int = 0, dead: int = 0) -> Ledger:
    stages = {"accepted": accepted, "delivered": delivered, "dead_lettered": dead}
    return Ledger(
        {stage: Counter({KEY: number}) for stage, number in stages.items()},
        {"events": Counter({KEY: waiting}), "rejected": Counter()},
    )


def test_a_lake_file_is_counted_by_key_and_what_is_no_event_as_a_line() -> None:
    text = TEXT + b"\n  \n[]\n" + line(1) + b"no JSON"

    found = FoundFile.of("events/b", "events", text, text)

    assert (found.lines, found.counts) == (5, {KEY: 3})
    assert {(game, known) for game, known, _ in found.events} == {
        ("puzzle-quest", event_id(1)),
        ("puzzle-quest", event_id(2)),
    }
    assert len(found.events) == 2
    assert found.sha256 == hashlib.sha256(text).hexdigest()


def test_numbers_that_agree_differ_in_nothing() -> None:
    assert compare(books(), {WRITTEN.path: WRITTEN}, Counter(), {FILE.path: FILE}, Counts()) == []
    assert compare(books(), {WRITTEN.path: WRITTEN}, Counter(), {FILE.path: FILE}, None) == []


@pytest.mark.parametrize(
    ("kind", "counts", "dead", "lake", "warehouse"),
    [
        ("ledger", books(accepted=3), 0, [FILE], Counts()),
        ("dead-letters", books(accepted=3, dead=1), 0, [FILE], Counts()),
        ("dead-letters", books(), 1, [FILE], Counts()),
        ("lake-file-missing", books(), 0, [], None),
        ("lake-file-changed", books(), 0, [replace(FILE, sha256="other")], None),
        ("lake-file-duplicated", books(), 0, [FILE, replace(FILE, path="events/copy.gz")], None),
        ("lake", books(accepted=3, delivered=3), 0, [FILE], None),
        ("loaded-rows", books(), 0, [FILE], Counts(rows={"events/a.gz": 1})),
        ("not-loaded", books(), 0, [FILE], Counts(rows={})),
        ("loaded-file-missing", books(), 0, [FILE], Counts(rows={"events/a.gz": 2, "events/lost.gz": 1})),
        ("staging", books(), 0, [FILE], Counts(distinct_events=3)),
        ("facts", books(), 0, [FILE], Counts(fates=1)),
    ],
)
def test_each_cause_has_one_name(
    kind: str, counts: Ledger, dead: int, lake: list[FoundFile], warehouse: WarehouseCounts | None
) -> None:
    found = {file.path: file for file in lake}

    differences = compare(counts, {WRITTEN.path: WRITTEN}, Counter({KEY: dead} if dead else {}), found, warehouse)

    assert [difference.kind for difference in differences] == [kind]


def test_games_that_the_ledger_counts_together_are_compared_together() -> None:
    """The lake names each of them. One line too few is noticed still, and so is one of another type."""
    together, other = KEY._replace(game_id="*"), KEY._replace(event_type="refund")
    stages = {
        "accepted": Counter({together: 1, KEY: 1, other: 1}),
        "delivered": Counter({together: 1, KEY: 1, other: 1}),
    }
    counted = Ledger(stages, {"events": Counter(), "rejected": Counter()})

    def differences(counts: Counter[LedgerKey]) -> list[str]:
        file = replace(FILE, counts=counts, lines=counts.total())
        return [
            difference.name for difference in compare(counted, {FILE.path: WRITTEN}, Counter(), {FILE.path: file}, None)
        ]

    invented = KEY._replace(game_id="invented")
    assert differences(Counter({KEY: 1, invented: 1, other: 1})) == []
    assert differences(Counter({KEY: 1, other: 1})) == ["/".join(together)]
    assert differences(Counter({KEY: 1, invented: 1})) == ["/".join(other)]


def test_firehose_may_store_an_event_twice_but_none_that_was_not_delivered() -> None:
    """Its files are in no manifest, so the lines may be more than the ledger's and the distinct events may not."""
    text = line(1) + line(1) + line(2)
    twice = FoundFile.of("events/f.gz", "events", text, text)
    assert compare(books(), {}, Counter(), {twice.path: twice}, None) == []

    text += line(3)
    strange = FoundFile.of("events/f.gz", "events", text, text)
    (difference,) = compare(books(), {}, Counter(), {strange.path: strange}, None)
    assert (difference.kind, difference.name) == ("lake", "events")
    assert difference.detail == "the ledger counts 2 delivered, the lake holds 3 events"


def test_rejected_events_that_a_sink_would_not_take_balance(tmp_path: Path) -> None:
    """The sender's names are on the lines; the ledger counts by those that its API key and the contract know."""
    verdicts = [
        at_edge(install(number, game_id="chess", **faults), games=games)
        for number, (games, faults) in enumerate(
            [
                (("*",), {"platform": "abacus"}),
                (("chess",), {"platform": "abacus"}),
                (("chess",), {"schema_version": "9-9-9"}),
                (("*",), {"event_type": "invented"}),
            ]
            * 2
        )
    ]
    lines = [verdict.line for verdict in verdicts]
    assert len({verdict.ledger for verdict in verdicts}) == 4
    SpoolMaker(tmp_path).append_counted("rejected", lines, [verdict.ledger for verdict in verdicts])
    spools = Spools(tmp_path / "spool", ("firehose",), SimulatedClock())
    (spool,) = spools.refresh()
    (block,) = spool.read("firehose", "rejected", max_bytes=10**6)

    spool.settle("firehose", [Settled(block, [DeadLetter(text, "no", 3) for text in lines[:7]])])
    spools.close()

    counts, waiting = ledger.read(tmp_path), ledger.waiting(tmp_path)
    assert (counts.total("rejected"), counts.total("rejected_dead_lettered")) == (8, 7)
    assert (counts.total("rejected_delivered"), waiting) == (1, 0)
    (difference,) = compare(counts, {}, Counter(), {}, None)
    assert difference.kind == "lake", "only that the one delivered is in no lake here"

    letters = DeadLetters(tmp_path)
    assert letters.replay(letters.waiting(), Recheck()).passed == 7
    counts = ledger.read(tmp_path)
    assert (counts.total("rejected_dead_lettered"), counts.waiting["rejected"].total()) == (0, 7)
    assert [one.kind for one in compare(counts, {}, Counter(), {}, None)] == ["lake"]

"""Dead letters are listed, counted, tried and sent again once."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from game_events_api import ledger
from game_events_api.recovery import DeadLetters, Recheck, Selection, Where
from game_events_api.spool import SpoolReader
from unit.api.delivery.spool_maker import line
from unit.api.recovery.kept_events import audit_log, bury, install
from unit.stored_lines import event_id


def test_a_dry_run_sends_nothing_and_a_replay_sends_what_it_said(tmp_path: Path) -> None:
    bury(tmp_path, range(5), "InvalidArgumentException: no")
    letters = DeadLetters(tmp_path)

    foreseen = letters.replay(letters.waiting(), Recheck(), dry_run=True)
    assert (foreseen.passed, ledger.waiting(tmp_path)) == (5, 0)
    one = Selection(Where.parse([f"event_id={event_id(3)}"]))
    assert letters.replay(letters.waiting(one), Recheck()).passed == 1
    assert letters.replay(letters.waiting(), Recheck()).passed == 4
    assert letters.replay(letters.waiting(), Recheck()).events == 0

    counts = ledger.read(tmp_path)
    assert (counts.total("accepted"), counts.total("dead_lettered"), ledger.waiting(tmp_path)) == (5, 0, 5)
    began, ended = audit_log(tmp_path)[::2], audit_log(tmp_path)[1::2]
    assert [entry["events"] for entry in began] == [entry["passed"] for entry in ended] == [1, 4, 0]


def test_a_replayed_mark_and_its_block_are_one_transaction(tmp_path: Path) -> None:
    bury(tmp_path, range(1), "x")
    letters = DeadLetters(tmp_path)
    letters.replay(letters.waiting(), Recheck())

    with closing(sqlite3.connect(tmp_path / "spool" / "worker-0.db")) as db:
        assert db.execute("SELECT count(*) FROM dead_letters").fetchone() == (0,), "what is sent again goes"
        assert db.execute("SELECT bytes FROM dead_letter_bytes").fetchone() == (0,)
    with SpoolReader(tmp_path / "spool" / "worker-0.db") as spool:
        assert list(spool.lines("events")) == [line(0).rstrip()]


def test_two_lists_of_the_same_letters_send_each_once(tmp_path: Path) -> None:
    bury(tmp_path, range(3), "x")
    letters = DeadLetters(tmp_path)
    first, second = list(letters.waiting()), list(letters.waiting())

    letters.replay(first, Recheck())
    letters.replay(second, Recheck())

    assert ledger.waiting(tmp_path) == 3


def test_a_letter_that_fails_todays_schemas_stays(tmp_path: Path) -> None:
    bury(tmp_path, range(2), "x")
    wrong = json.dumps({"event": install(0, platform="abacus")}).encode()
    with closing(sqlite3.connect(tmp_path / "spool" / "worker-0.db")) as db, db:
        db.execute("UPDATE dead_letters SET line = ?, checksum = NULL WHERE id = 1", (wrong,))
        db.execute("UPDATE dead_letters SET line = '[]', checksum = NULL WHERE id = 2")
    letters = DeadLetters(tmp_path)

    report = letters.replay(letters.waiting(), Recheck())

    assert {fails.rule for fails in report.failed} == {"enum", "unreadable"}
    assert len(list(letters.waiting())) == 2


def test_what_is_discarded_is_counted_and_on_record(tmp_path: Path) -> None:
    bury(tmp_path, range(5), "x")
    letters = DeadLetters(tmp_path)

    report = letters.discard(Selection(Where.parse([f"event_id={event_id(3)}"])), by="somebody")

    assert report == {"events": 1, "discarded": 1, "gone": 0}
    counts = ledger.read(tmp_path)
    assert (counts.total("dead_lettered"), counts.total("discarded")) == (4, 1)
    assert ledger.compare(counts, {}, ledger.dead_lettered(tmp_path), {}, None) == []
    assert [(entry["action"], entry["by"]) for entry in audit_log(tmp_path)] == [
        ("dead-letters discard begins", "somebody"),
        ("dead-letters discard", "somebody"),
    ]


def test_a_line_that_is_not_what_was_put_away_is_not_sent(tmp_path: Path) -> None:
    bury(tmp_path, range(1), "x")
    with closing(sqlite3.connect(tmp_path / "spool" / "worker-0.db")) as db, db:
        db.execute("UPDATE dead_letters SET line = replace(line, 'player', 'slayer')")
    letters = DeadLetters(tmp_path)

    report = letters.replay(letters.waiting(), Recheck())

    assert [(fails.rule, number) for fails, number in report.failed.items()] == [("damaged", 1)]
    assert ledger.waiting(tmp_path) == 0


def test_a_spool_file_that_vanished_is_not_made_anew(tmp_path: Path) -> None:
    bury(tmp_path, range(1), "x")
    letters = DeadLetters(tmp_path)
    chosen = list(letters.waiting())
    for path in (tmp_path / "spool").iterdir():
        path.unlink()

    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        letters.replay(chosen, Recheck())
    assert not list((tmp_path / "spool").glob("*.db"))


@pytest.mark.parametrize("statement", ["settle", "replay"])
def test_no_statement_under_the_files_lock_looks_at_every_dead_letter(tmp_path: Path, statement: str) -> None:
    bury(tmp_path, range(1), "x")
    where = {"settle": "block_id = ? AND counted = 0", "replay": "replayed_at IS NULL AND block_id = ? AND line = ?"}
    with closing(sqlite3.connect(tmp_path / "spool" / "worker-0.db")) as db:
        plan = db.execute(
            f"EXPLAIN QUERY PLAN SELECT * FROM dead_letters WHERE {where[statement]}",
            (1, b"")[: where[statement].count("?")],
        )
        assert ["USING INDEX dead_letters_of_block" in row[3] for row in plan] == [True]

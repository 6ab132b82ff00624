"""Dead letters are listed, counted, tried and sent again once."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

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
        assert db.execute("SELECT count(*) FROM dead_letters WHERE replayed_at IS NOT NULL").fetchone() == (1,)
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
        db.execute("UPDATE dead_letters SET line = ? WHERE id = 1", (wrong,))
        db.execute("UPDATE dead_letters SET line = '[]' WHERE id = 2")
    letters = DeadLetters(tmp_path)

    report = letters.replay(letters.waiting(), Recheck())

    assert {fails.rule for fails in report.failed} == {"enum", "unreadable"}
    assert len(list(letters.waiting())) == 2

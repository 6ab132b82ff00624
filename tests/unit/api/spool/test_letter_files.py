"""Dead letters above a bound move into compressed files, and stay what they were."""

import gzip
import json
import sqlite3
import stat
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from game_events_api import ledger
from game_events_api.delivery.letter_keeping import LetterKeeping
from game_events_api.private_files import write_durably
from game_events_api.recovery import DeadLetters, Recheck, Selection, Where
from game_events_api.spool import letter_files
from game_events_api.spool.damaged import set_aside
from game_events_api.spool.ddl import open_for_writing
from game_events_api.spool.letter_files import FOLDER, move_out
from game_events_api.spool.own_file import OwnFile
from game_events_api.spool.salvage import salvage
from game_events_api.spool.spool_file import SpoolFile
from unit.api.delivery.simulation import SimulatedClock
from unit.api.recovery.kept_events import bury
from unit.stored_lines import event_id


class Died(BaseException):
    pass


def spool(root: Path) -> Path:
    return root / "spool" / "worker-0.db"


def files(root: Path) -> list[Path]:
    return sorted((root / "spool" / FOLDER).glob("*"))


def move(root: Path, keep_bytes: int = 0) -> int:
    with closing(sqlite3.connect(spool(root), isolation_level=None)) as db:
        return move_out(db, spool(root), keep_bytes)


def move_all(root: Path) -> None:
    while move(root):
        pass


def names(root: Path) -> list[str]:
    return [letter.name for letter in DeadLetters(root).waiting()]


def reconciled(root: Path) -> list[ledger.Difference]:
    faults = ledger.letter_faults(root)
    return ledger.compare(ledger.read(root), {}, ledger.dead_lettered(root), {}, None, (), faults)


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_files, "LETTERS", 4)


@pytest.mark.usefixtures("small_files")
def test_above_the_bound_the_oldest_move_and_below_it_none(tmp_path: Path) -> None:
    bury(tmp_path, range(10), "x")
    with closing(sqlite3.connect(spool(tmp_path))) as db:
        ((held,),) = db.execute("SELECT bytes FROM dead_letter_bytes")
        length = held // 10
    keeping, clock = LetterKeeping(6 * length, clock=(clock := SimulatedClock())), clock
    opened = SpoolFile(spool(tmp_path), ("firehose",), clock.wall)
    for _ in range(5):
        keeping.step([opened])
        clock.advance(2)
    opened.close()

    (file,) = files(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    moved = [json.loads(text) for text in gzip.decompress(file.read_bytes()).splitlines()]
    assert [letter["event_id"] for letter in moved] == [event_id(number) for number in range(4)]
    lies_in = [letter.fields["lies_in"] for letter in DeadLetters(tmp_path).waiting()]
    assert lies_in == [f"{FOLDER}/{file.name}"] * 4 + ["worker-0.db"] * 6


def test_a_file_takes_no_more_memory_than_its_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_files, "BYTES", 100_000)
    bury(tmp_path, range(1), "x")
    with closing(sqlite3.connect(spool(tmp_path))) as db, db:
        columns = "sink, stream, dead_at, reason, attempts, game_id, event_type, schema_version, hour, counted"
        db.execute(
            f"INSERT INTO dead_letters (block_id, line, {columns}) WITH RECURSIVE"
            " n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
            f" SELECT i, zeroblob(16384), {columns} FROM n, dead_letters"
        )
    tracemalloc.start()
    try:
        assert 0 < move(tmp_path) < 10
        assert tracemalloc.get_traced_memory()[1] < 3_000_000  # all of them are 6,500,000
    finally:
        tracemalloc.stop()


@pytest.mark.usefixtures("small_files")
def test_what_was_moved_is_listed_found_and_counted_as_before(tmp_path: Path) -> None:
    bury(tmp_path, range(10), "InvalidArgumentException: no")
    letters = DeadLetters(tmp_path)
    before = [letter.document for letter in letters.waiting()]
    counts, page = letters.counts(), letters.page(Selection(), 3, after=names(tmp_path)[2])

    move_all(tmp_path)

    assert len(files(tmp_path)) == 3
    after = [letter.document for letter in letters.waiting()]
    assert [letter | {"lies_in": ""} for letter in after] == [letter | {"lies_in": ""} for letter in before]
    assert letters.counts() == counts
    again = letters.page(Selection(), 3, after=names(tmp_path)[2])
    assert ([one.name for one in again.waiting], again.following) == (
        [one.name for one in page.waiting],
        page.following,
    )
    assert letters.find(before[7]["name"]).line == before[7]["line"].encode()
    one = Selection(Where.parse([f"event_id={event_id(5)}"]))
    assert [letter.name for letter in letters.waiting(one)] == [before[5]["name"]]
    assert reconciled(tmp_path) == []
    with closing(OwnFile(spool(tmp_path), open_for_writing)) as own:
        assert own.dead_letter_bytes() == 0


@pytest.mark.usefixtures("small_files")
def test_what_was_moved_is_sent_again_once_and_its_file_goes(tmp_path: Path) -> None:
    bury(tmp_path, range(6), "x")
    letters = DeadLetters(tmp_path)
    from_table, stale = list(letters.waiting()), list(letters.waiting())
    move(tmp_path)

    assert letters.replay(from_table[:5], Recheck()).passed == 5
    letters.replay(stale, Recheck())
    letters.replay(letters.waiting(), Recheck())

    assert (ledger.waiting(tmp_path), names(tmp_path), reconciled(tmp_path)) == (6, [], [])
    assert len(files(tmp_path)) == 1
    move(tmp_path)
    assert files(tmp_path) == []


@pytest.mark.usefixtures("small_files")
def test_what_was_moved_is_discarded_and_counted(tmp_path: Path) -> None:
    bury(tmp_path, range(6), "x")
    move_all(tmp_path)
    letters = DeadLetters(tmp_path)

    report = letters.discard(Selection(Where.parse([f"event_id={event_id(1)}"])))

    assert report == {"events": 1, "discarded": 1, "gone": 0}
    counts = ledger.read(tmp_path)
    assert (counts.total("dead_lettered"), counts.total("discarded"), len(names(tmp_path))) == (5, 1, 5)
    assert reconciled(tmp_path) == []


@pytest.mark.parametrize("step", ["write_durably", "mark_taken", "sync_folder"])
@pytest.mark.usefixtures("small_files")
def test_a_process_that_dies_in_between_loses_and_doubles_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """In the writing, in the transaction after it, and while a file that holds nothing more is removed."""
    bury(tmp_path, range(6), "x")
    before, letters = names(tmp_path), DeadLetters(tmp_path)
    sound: Callable[..., object] = getattr(letter_files, step)

    def die(*given: object, **named: object) -> None:
        if step == "write_durably":
            sound(*given, **named)
        raise Died

    if step == "mark_taken":
        stale = list(letters.waiting())[:1]

        def and_replay(path: Path, data: bytes, *, partial: Path) -> None:
            write_durably(path, data, partial=partial)
            letters.replay(stale, Recheck())

        monkeypatch.setattr(letter_files, "write_durably", and_replay)
        before = before[1:]
    if step == "sync_folder":
        move(tmp_path)
        letters.replay(list(letters.waiting())[:4], Recheck())
        before = before[4:]
    with monkeypatch.context() as patch:
        patch.setattr(letter_files, step, die)
        with pytest.raises(Died):
            move(tmp_path)
    assert names(tmp_path) == before
    assert reconciled(tmp_path) == []

    monkeypatch.undo()
    move_all(tmp_path)
    assert names(tmp_path) == before
    assert reconciled(tmp_path) == []
    assert letters.replay(letters.waiting(), Recheck()).passed == len(before)
    assert ledger.waiting(tmp_path) == 6


def test_a_letter_that_was_sent_while_its_file_was_written_is_not_in_it_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bury(tmp_path, range(3), "x")
    letters = DeadLetters(tmp_path)

    def and_replay(path: Path, data: bytes, *, partial: Path) -> None:
        write_durably(path, data, partial=partial)
        letters.replay(list(letters.waiting())[:1], Recheck())

    monkeypatch.setattr(letter_files, "write_durably", and_replay)
    assert move(tmp_path) == 3
    assert (len(names(tmp_path)), ledger.waiting(tmp_path), reconciled(tmp_path)) == (2, 1, [])


@pytest.mark.parametrize("damage", ["flipped", "cut", "removed", "replaced"])
def test_a_file_that_is_damaged_is_named_and_gives_what_it_still_holds(tmp_path: Path, damage: str) -> None:
    bury(tmp_path, range(200), "x")
    move_all(tmp_path)
    (file,) = files(tmp_path)
    data = file.read_bytes()
    match damage:
        case "flipped":
            file.write_bytes(data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :])
        case "cut":
            file.write_bytes(data[: len(data) // 2])
        case "removed":
            file.unlink()
        case "replaced":
            file.write_bytes(gzip.compress(b"[]\n"))

    left = list(DeadLetters(tmp_path).waiting())
    differences = reconciled(tmp_path)

    assert [one.kind for one in differences][:1] == ["dead-letter-file"]
    assert file.name in differences[0].name
    assert (len(left) > 20) == (damage in ("flipped", "cut"))
    sent = DeadLetters(tmp_path).replay(left, Recheck())
    assert sent.passed == ledger.waiting(tmp_path)
    assert sent.passed + sent.failed.total() == len(left)


def test_a_file_that_no_spool_file_tells_of_is_named(tmp_path: Path) -> None:
    bury(tmp_path, range(2), "x")
    move_all(tmp_path)
    with closing(sqlite3.connect(spool(tmp_path))) as db, db:
        db.execute("DELETE FROM letter_files")

    assert "no spool file tells of it" in reconciled(tmp_path)[0].detail


@pytest.mark.parametrize("statement", ["", "DELETE FROM letter_files"])
@pytest.mark.usefixtures("small_files")
def test_a_spool_file_that_is_salvaged_goes_on_with_its_files(tmp_path: Path, statement: str) -> None:
    """Also where the row that told of a file was lost: the file says itself whose it is."""
    bury(tmp_path, range(10), "x")
    move(tmp_path)
    move(tmp_path)
    letters = DeadLetters(tmp_path)
    letters.replay(list(letters.waiting())[:1], Recheck())
    with closing(sqlite3.connect(spool(tmp_path))) as db, db:
        db.execute(statement)
    salvage(set_aside(spool(tmp_path), "a test", 0.0))

    left = [letter.row.event_id for letter in letters.waiting()]
    assert left == [event_id(number) for number in range(1, 10)]
    assert reconciled(tmp_path) == []


@pytest.mark.usefixtures("small_files")
def test_what_dies_in_a_salvaged_file_is_no_letter_of_its_files(tmp_path: Path) -> None:
    """Ids go on after theirs: one replay of the new letter would take an old one with it."""
    bury(tmp_path, range(8), "x")
    move_all(tmp_path)
    note, letters = salvage(set_aside(spool(tmp_path), "a test", 0.0)), DeadLetters(tmp_path)
    old = set(names(tmp_path))
    assert note.salvaged is not None

    bury(tmp_path, range(20, 21), "x", Path(note.salvaged["into"]).stem)
    new = [letter for letter in letters.waiting() if letter.name not in old]
    assert letters.replay(new, Recheck()).passed == len(new) == 1
    assert set(names(tmp_path)) == old

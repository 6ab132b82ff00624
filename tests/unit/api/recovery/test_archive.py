"""What lists, counts and pages show, of either kind."""

from pathlib import Path
from typing import Any

import pytest
from game_events_api.recovery import (
    Archive,
    DeadLetters,
    NotKept,
    Recheck,
    RejectedEvents,
    Selection,
    UnknownField,
    Where,
)
from unit.api.delivery.spool_maker import SpoolMaker, rejected_line
from unit.api.recovery.kept_events import bury, install

PUZZLES = Selection(may_see=lambda game_id, event_type: game_id == "puzzle-quest")
CHESS = Selection(may_see=lambda game_id, event_type: game_id == "chess")


@pytest.fixture(params=["dead-letters", "rejected"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive[Any]:
    """Seven of puzzle-quest."""
    if request.param == "dead-letters":
        bury(tmp_path, range(7), "InvalidArgument: no")
        return DeadLetters(tmp_path)
    SpoolMaker(tmp_path).append([rejected_line(number, install(number)) for number in range(7)], stream="rejected")
    return RejectedEvents(tmp_path)


def test_pages_hold_everything_once(archive: Archive[Any]) -> None:
    names: list[str] = []
    after = None
    while True:
        page = archive.page(Selection(), 3, after)
        names += [one.name for one in page.waiting]
        if page.following is None:
            break
        after = page.following

    assert names == [one.name for one in archive.waiting()]
    assert len(set(names)) == 7


def test_a_page_begins_after_a_name_that_is_there(archive: Archive[Any]) -> None:
    with pytest.raises(NotKept):
        archive.page(Selection(), 3, "gone")


def test_counts_are_by_game_event_type_and_reason(archive: Archive[Any]) -> None:
    (row,) = archive.counts()
    assert (row["game_id"], row["event_type"], row["events"]) == ("puzzle-quest", "install", 7)
    assert row["reason"] in ("InvalidArgument", "enum /store")


def test_only_a_whole_name_finds_one(archive: Archive[Any]) -> None:
    name = next(archive.waiting()).name
    assert archive.find(name).name == name
    with pytest.raises(NotKept):
        archive.find(f"{name[:-1]}*")


def test_games_that_may_not_be_seen_are_not_there(archive: Archive[Any]) -> None:
    name = next(archive.waiting(PUZZLES)).name
    assert list(archive.waiting(CHESS)) == archive.page(CHESS, 3).waiting == archive.counts(CHESS) == []
    with pytest.raises(NotKept):
        archive.find(name, CHESS)


def test_a_condition_on_a_field_that_is_none_names_those_that_are(archive: Archive[Any]) -> None:
    with pytest.raises(UnknownField, match="'price'; known are name, "):
        list(archive.waiting(Selection(Where.parse(["price=1"]))))


def test_a_page_goes_on_behind_a_letter_that_was_sent_again(tmp_path: Path) -> None:
    bury(tmp_path, range(4), "x")
    letters = DeadLetters(tmp_path)
    first = letters.page(Selection(), 2)

    letters.replay(first.waiting, Recheck())

    assert len(letters.page(Selection(), 2, first.following).waiting) == 2
    with pytest.raises(NotKept):
        letters.find(str(first.following))

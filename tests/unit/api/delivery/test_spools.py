"""The states of one path in spool/."""

from pathlib import Path
from typing import Any

from game_events_api.delivery.spools import (
    CALM_SECONDS,
    CREATION_SECONDS,
    LAST_TRIES_SECONDS,
    NOWHERE,
    RETRY_SECONDS,
    SETTLE_SECONDS,
    Slot,
    Spools,
)
from game_events_api.spool.spool_file import SpoolFile
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import SpoolMaker, line

PATH = Path("a.db")


def opened() -> tuple[Slot, SpoolFile]:
    spool: Any = object.__new__(SpoolFile)
    spool.fault = None
    slot = Slot(PATH, "settling", 0.0)
    slot.opened(spool, NOWHERE)
    return slot, spool


def states(slot: Slot) -> tuple[str, str | None]:
    """Its own, and its file's fault."""
    return slot.state, slot.spool.fault if slot.spool else None


def test_a_new_file_is_unfinished_before_it_is_unusable() -> None:
    slot = Slot(PATH, "settling", 0.0)
    slot.not_opened("no table", 0.0)
    assert states(slot) == ("unfinished", None)
    assert slot.trouble is None
    assert slot.may_be_opened(0.1)

    slot.not_opened("no table", CREATION_SECONDS)
    assert states(slot) == ("unusable", None)
    assert slot.trouble is not None
    assert not slot.may_be_opened(CREATION_SECONDS + RETRY_SECONDS - 0.1)
    assert slot.may_be_opened(CREATION_SECONDS + RETRY_SECONDS)


def test_an_open_file_that_fails_is_set_aside_and_given_back() -> None:
    slot, spool = opened()
    spool.fault = "locked"
    slot.revisit(1.0)
    assert states(slot) == ("set aside", "locked")

    slot.revisit(1.0 + RETRY_SECONDS)
    assert states(slot) == ("open", None)
    assert slot.trouble is not None, "not yet calm"
    slot.revisit(1.1 + CALM_SECONDS)
    assert slot.trouble is None


def test_what_a_moved_file_holds_is_open_until_it_is_opened_where_it_is_now(tmp_path: Path) -> None:
    clock = SimulatedClock()
    maker = SpoolMaker(tmp_path, "before")
    maker.append([line(1)])
    spools = Spools(tmp_path / "spool", ("lake",), clock)
    (first,) = spools.refresh()
    maker.path.rename(maker.path.with_name("after.db"))

    assert spools.refresh() == [], "its worker may still bring the log"
    assert first.closed
    clock.advance(SETTLE_SECONDS)
    (second,) = spools.refresh()
    assert second.path.name == "after.db"
    spools.close()


def test_what_a_deleted_file_holds_is_open_until_it_is_delivered(tmp_path: Path) -> None:
    clock = SimulatedClock()
    maker = SpoolMaker(tmp_path)
    maker.append([line(1)])
    spools = Spools(tmp_path / "spool", ("lake",), clock)
    (spool,) = spools.refresh()
    for path in (tmp_path / "spool").iterdir():
        path.unlink()

    assert spools.refresh() == [spool]
    assert spools.waiting() == 1
    spool.fault = "database is locked"
    assert spools.refresh() == []
    clock.advance(RETRY_SECONDS)
    spools.refresh()
    assert spools.refresh() == [spool], "a lock passes"
    spool.fault = "disk I/O error"
    clock.advance(SETTLE_SECONDS + LAST_TRIES_SECONDS)
    assert spools.refresh() == []
    assert spools.waiting() == 0
    assert spool.closed
    spools.close()

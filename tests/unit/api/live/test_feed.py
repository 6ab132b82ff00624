"""What comes in is seen once, whatever delivery takes meanwhile, and personal data only by those who may."""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from game_events_api.live.described import event_place
from game_events_api.live.feed import KEPT, TEXT_BYTES, Feed
from game_events_api.live.masking import mask, masked
from game_events_api.live.sampling import WINDOW_EVENTS, WINDOW_SECONDS, Sampling
from game_events_api.live.seen import Filter, Seen
from game_events_api.spool import spool_files
from game_events_api.spool.ddl import DELIVERY_DDL
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line

EVENT = {
    "event_id": "019ab1c2-7f00-7abc-8def-0123456789ab",
    "event_type": "install",
    "schema_version": "1-0-0",
    "user_id": "player-000126",
    "session_id": "s-9",
    "game_id": "puzzle-quest",
    "app_version": "2.1.0",
}


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def rejected(event: object, message: str = "wrong") -> Seen:
    names = event if isinstance(event, dict) else {}
    raw = event if isinstance(event, str) else json.dumps(event)
    said = {name: names.get(name) for name in ("event_id", "event_type", "schema_version", "game_id")}
    reasons = [{"pointer": "/user_id", "rule": "pattern", "message": message}]
    stored = {"received_at": "2026-11-20T12:00:00Z", **said, "reasons": reasons, "raw": raw, "raw_bytes": len(raw)}
    return Seen(1, "rejected", json.dumps(stored).encode())


def deliver(maker: SpoolMaker, path: str) -> None:
    with closing(sqlite3.connect(maker.path)) as db:
        db.executescript(DELIVERY_DDL)
        db.execute("INSERT INTO lake_files VALUES (?, 'events', 2, 100, '', '[]')", (path,))
        db.execute("DELETE FROM blocks")
        db.commit()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def feed(tmp_path: Path, clock: Clock) -> Iterator[Feed]:
    with closing(Feed(tmp_path, clock)) as feed:
        yield feed


def lines(feed: Feed) -> list[bytes]:
    return [seen.line + b"\n" for seen in feed.after(0)]


def test_what_waits_when_somebody_looks_is_shown_and_then_what_comes(tmp_path: Path, feed: Feed) -> None:
    maker = SpoolMaker(tmp_path)
    maker.append([line(1)], [line(2)])
    assert feed.look() == 2
    assert feed.look() == 0
    maker.append([line(3)])
    SpoolMaker(tmp_path).append([rejected_line(4, "{")], stream="rejected")
    assert feed.look() == 2
    assert lines(feed) == [line(1), line(2), line(3), rejected_line(4, "{")]
    assert [seen.fields["verdict"] for seen in feed.after(2)] == ["accepted", "rejected"]


def test_what_delivery_took_before_the_look_comes_from_the_lake_and_once(tmp_path: Path, feed: Feed) -> None:
    maker = SpoolMaker(tmp_path)
    feed.look()
    maker.append([line(1)])
    feed.look()
    maker.append([line(2)])
    deliver(maker, "events/2026/11/20/12/file.gz")
    target = tmp_path / "lake" / "events" / "2026" / "11" / "20" / "12" / "file.gz"
    target.parent.mkdir(parents=True)
    target.write_bytes(gzip.compress(line(1) + line(2)))
    maker.append([line(3)])
    feed.look()
    assert lines(feed) == [line(1), line(2), line(3)]


def test_a_lake_file_that_unpacks_to_more_than_any_is_passed_by(tmp_path: Path, feed: Feed) -> None:
    maker = SpoolMaker(tmp_path)
    feed.look()
    for name, padding in (("bomb.gz", TEXT_BYTES), ("full.gz", TEXT_BYTES - len(line(2)))):
        number = 1 if name == "bomb.gz" else 2
        maker.append([line(number)])
        deliver(maker, f"events/{name}")
        target = tmp_path / "lake" / "events" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.compress(line(number) + b" " * padding))
    maker.append([line(3)])
    feed.look()
    assert lines(feed) == [line(2), line(3)]


def test_the_newest_are_kept_and_a_file_that_is_made_anew_is_followed(tmp_path: Path, feed: Feed) -> None:
    maker = SpoolMaker(tmp_path)
    maker.append([line(number) for number in range(KEPT * 2)])
    feed.look()
    assert len(feed.after(0)) == KEPT
    for path in spool_files(tmp_path):
        path.unlink()
    SpoolMaker(tmp_path).append([line(9999)])
    feed.look()
    assert lines(feed)[-1] == line(9999)


def test_a_file_that_is_no_spool_hides_no_other(tmp_path: Path, feed: Feed) -> None:
    SpoolMaker(tmp_path).append([line(1)])
    (tmp_path / "spool" / "worker-9.db").write_bytes(b"no database" * 50)
    assert feed.look() == 1


def test_too_many_are_sampled_and_who_looks_for_one_player_misses_none(
    tmp_path: Path, feed: Feed, clock: Clock
) -> None:
    maker = SpoolMaker(tmp_path)
    maker.append([line(0)])
    feed.look()
    sought = line(1).replace(b"player-1", b"player-sought")
    maker.append([line(number) for number in range(2, 2 * WINDOW_EVENTS + 1)], [sought])
    taken = feed.look([b"player-sought"])
    assert feed.one_in == {"events": 2, "rejected": 1}
    assert WINDOW_EVENTS <= taken <= WINDOW_EVENTS + 2
    assert sought in lines(feed)
    clock.now += WINDOW_SECONDS
    feed.look()
    assert (feed.one_in["events"], feed.per_second) == (1, 0.0)


@pytest.mark.parametrize(("events", "one_in"), [(1, 1), (500, 1), (501, 2), (5_000, 10), (5_001, 20), (49_000, 100)])
def test_sampling_says_how_many_are_left_out(events: int, one_in: int) -> None:
    sampling = Sampling()
    sampling.came(events, 0.0)
    chosen = sampling.chosen(events)
    assert (sampling.one_in, len(chosen)) == (one_in, -(-events // one_in))
    assert sampling.per_second == events / WINDOW_SECONDS


def test_sampling_goes_on_over_blocks_of_one_event() -> None:
    sampling = Sampling()
    sampling.came(5_000, 0.0)
    assert sum(len(sampling.chosen(1)) for _ in range(100)) == 10


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("player-000126", "player-••••26"),
        ("auth0|5f7c82", "••••82"),
        ("john-smith", "••••th"),
        ("me", "••••"),
        (7, "••••"),
    ],
)
def test_a_personal_value_keeps_no_more_than_tells_two_apart(value: object, shown: str) -> None:
    assert mask(value) == shown


def test_personal_data_is_masked_also_of_versions_that_were_published_before_it_was_marked() -> None:
    shown = masked(EVENT, event_place("install", "1-0-0"))
    assert shown == EVENT | {"user_id": "player-••••26", "session_id": "••••"}


def test_a_sentence_does_not_tell_what_the_document_hides() -> None:
    seen = rejected(EVENT, "'player-000126' is not allowed")
    assert seen.fields["reasons"][0]["message"] == "'player-000126' is not allowed"
    assert "000126" not in json.dumps(seen.masked_fields, ensure_ascii=False)


def test_of_what_is_no_json_nothing_is_shown_to_those_who_see_no_personal_data() -> None:
    seen = rejected("player-000126 {")
    assert seen.fields["text"] == "player-000126 {"
    assert (seen.masked_fields["text"], seen.masked_fields["document"]) == (None, None)


@pytest.mark.parametrize(
    ("wanted", "sees_all", "matches"),
    [
        (Filter(), False, True),
        (Filter(game="puzzle-quest", verdict="rejected", build="2.1.0"), True, True),
        (Filter(game="sky-racer"), True, False),
        (Filter(player="player-000126"), False, True),
        (Filter(q="0001"), True, True),
        (Filter(q="0001"), False, False),
        (Filter(q="player-000126"), False, True),
        (Filter(q="PUZZLE"), False, True),
    ],
)
def test_who_sees_no_personal_data_cannot_search_for_parts_of_it(wanted: Filter, sees_all: bool, matches: bool) -> None:
    assert wanted.matches(rejected(EVENT), sees_all=sees_all) is matches

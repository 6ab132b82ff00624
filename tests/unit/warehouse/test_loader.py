"""The loader takes each file once and drops no line in silence."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from game_events_models.identity import fingerprint
from game_events_warehouse import loader
from game_events_warehouse.errors import LakeError
from game_events_warehouse.lake import DirectoryLake, LakeFile, unpacked
from unit.warehouse.lake_writer import NOON, LakeWriter, encode, install, rejected


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        loader.create_tables(connection)
        yield connection


@pytest.fixture
def lake(tmp_path: Path) -> LakeWriter:
    return LakeWriter(tmp_path / "lake")


def load(connection: duckdb.DuckDBPyConnection, lake: LakeWriter) -> loader.Loaded:
    return loader.load(connection, DirectoryLake(lake.root))


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def malformed(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return rows(connection, "select source_row, reason from raw_malformed_lines order by source_file, source_row")


def test_each_file_is_loaded_once(connection: duckdb.DuckDBPyConnection, lake: LakeWriter) -> None:
    first = lake.write([install(1), install(2)])
    assert load(connection, lake) == loader.Loaded(files=1, rows=2, malformed=0)
    assert load(connection, lake) == loader.Loaded(files=0, rows=0, malformed=0)
    second = lake.write([install(3)])
    assert load(connection, lake) == loader.Loaded(files=1, rows=1, malformed=0)
    assert rows(connection, "select source_file, source_row from raw_events order by all") == [
        (first, 1),
        (first, 2),
        (second, 1),
    ]
    assert rows(connection, "select source_file, rows_loaded from loaded_files order by all") == [
        (first, 2),
        (second, 1),
    ]


def test_both_streams_go_to_their_tables(connection: duckdb.DuckDBPyConnection, lake: LakeWriter) -> None:
    lake.write([install(1)])
    lake.write([rejected("{}"), rejected("[]")], stream="rejected")
    load(connection, lake)
    assert rows(connection, "select count(*) from raw_events") == [(1,)]
    assert rows(connection, "select record ->> '$.raw' from raw_rejected_events order by source_row") == [
        ("{}",),
        ("[]",),
    ]


def test_a_record_is_kept_word_for_word(connection: duckdb.DuckDBPyConnection, lake: LakeWriter) -> None:
    line = install(1, user_id="日本🎮", campaign='a"b\\c, \t d')
    lake.write([line])
    load(connection, lake)
    assert rows(connection, "select record::varchar from raw_events") == [(encode([line]).decode().rstrip("\n"),)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{bad", "not valid JSON"),
        ('{"received_at":"2026-10-20T12:00:00Z"', "not valid JSON"),
        ('{"a":1}{"a":2}', "not valid JSON"),
        ("[1]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('{"event":[]}', "no object at /event"),
        ('{"event":{}}', "no /event/event_id"),
        ('{"event":{"event_id":""}}', "no /event/event_id"),
        ('{"event":{"event_id":5}}', "no /event/event_id"),
        ('{"event":{"event_id":{"a":1}}}', "no /event/event_id"),
        ('{"event":{"event_id":"x","event_type":["install"]}}', "no /event/event_type"),
        ('{"event":{"event_id":"x"}}', "no /event/event_type"),
        ('{"event":{"event_id":"x","event_type":"install"}}', "no /event/game_id"),
        ('{"event":{"event_id":"x","event_type":"install","game_id":null}}', "no /event/game_id"),
        ('{"event":{"event_id":"x","event_type":"install","game_id":"g"}}', "no usable /received_at"),
        (
            '{"received_at":"2026-10-20T12:00:00Z","effective_time":"soon",'
            '"event":{"event_id":"x","event_type":"y","game_id":"g"}}',
            "no usable /effective_time",
        ),
        ("\udcff\udcfe", "not valid JSON"),  # bytes that are no UTF-8
    ],
)
def test_a_malformed_line_is_quarantined_with_its_place(
    connection: duckdb.DuckDBPyConnection, lake: LakeWriter, line: str, reason: str
) -> None:
    file = lake.write([install(1), line, install(2)])
    assert load(connection, lake) == loader.Loaded(files=1, rows=2, malformed=1)
    assert malformed(connection) == [(2, reason)]
    assert rows(connection, "select source_file, source_row from raw_events order by all") == [(file, 1), (file, 3)]


def test_a_bad_byte_spoils_only_its_own_line(connection: duckdb.DuckDBPyConnection, lake: LakeWriter) -> None:
    lake.write_bytes(gzip.compress(encode([install(1, user_id="é")]) + b'{"x":"\xff"}\n' + encode([install(2)])))
    load(connection, lake)
    assert rows(connection, "select record ->> '$.event.user_id' from raw_events order by source_row") == [
        ("é",),
        ("player-2",),
    ]
    assert rows(connection, "select line from raw_malformed_lines") == [('{"x":"\\xff"}',)]


def test_a_broken_gzip_is_reported_and_does_not_stop_the_load(
    connection: duckdb.DuckDBPyConnection, lake: LakeWriter
) -> None:
    whole = gzip.compress(encode([install(1), install(2)]))
    lake.write_bytes(whole[:-9])
    lake.write_bytes(b"not gzip at all")
    lake.write([install(3)])
    assert load(connection, lake) == loader.Loaded(files=3, rows=1, malformed=2)
    assert [(row, "cannot be unpacked" in reason) for row, reason in malformed(connection)] == [(0, True), (0, True)]


def test_a_file_that_holds_too_much_is_reported_and_does_not_stop_the_load(
    connection: duckdb.DuckDBPyConnection, lake: LakeWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "unpacked", partial(unpacked, largest=10_000))
    lake.write_bytes(gzip.compress(encode([install(1)]) + b"\n" * 10_000))
    lake.write([install(2)])
    assert load(connection, lake) == loader.Loaded(files=2, rows=1, malformed=1)
    assert [(row, "holds over 10,000 bytes" in reason) for row, reason in malformed(connection)] == [(0, True)]


def test_a_file_that_was_broken_is_loaded_when_it_comes_whole(
    connection: duckdb.DuckDBPyConnection, lake: LakeWriter
) -> None:
    whole = gzip.compress(encode([install(1), install(2)]))
    for broken in (whole[:-9], whole[:-9] + bytes(9)):  # of the same size, too
        path = lake.root / lake.write_bytes(broken)
        for _ in range(2):
            assert load(connection, lake) == loader.Loaded(files=1, rows=0, malformed=1)
            assert len(malformed(connection)) == 1
        path.write_bytes(whole)
        assert load(connection, lake) == loader.Loaded(files=1, rows=2, malformed=0)
        assert malformed(connection) == []


def test_blank_lines_and_carriage_returns_are_no_data(connection: duckdb.DuckDBPyConnection, lake: LakeWriter) -> None:
    lines = encode([install(1)]).rstrip(b"\n") + b"\r\n\r\n\n" + encode([install(2)]).rstrip(b"\n")
    lake.write_bytes(gzip.compress(lines))
    assert load(connection, lake) == loader.Loaded(files=1, rows=2, malformed=0)
    assert rows(connection, "select source_row from raw_events order by all") == [(1,), (4,)]


def test_uncompressed_files_load_too_and_unfinished_ones_wait(
    connection: duckdb.DuckDBPyConnection, lake: LakeWriter
) -> None:
    hour = lake.root / "events/2026/10/20/12"
    hour.mkdir(parents=True)
    (hour / "plain.ndjson").write_bytes(encode([install(1)]))
    (hour / "half.gz.tmp").write_bytes(b"\x1f\x8b")
    (hour / ".half.gz").write_bytes(b"\x1f\x8b")
    assert load(connection, lake) == loader.Loaded(files=1, rows=1, malformed=0)


def test_the_fingerprint_is_the_lines_own_and_of_older_lines_made(
    connection: duckdb.DuckDBPyConnection, lake: LakeWriter
) -> None:
    """However often it is loaded: the word of the server stands, and is what an older line of the event gets too."""
    older = install(1, device={"os": "iOS", "model": "é"}, properties={"score": 2})
    content = json.loads(json.dumps(older["event"]), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    made = fingerprint(content, datetime.fromisoformat(content["event_time"])).hex()
    spelled = older | {"event": older["event"] | {"properties": {"score": 2.0}, "schema_version": "1-1-0"}}
    lake.write([older, spelled, older | {"fingerprint": made}, older | {"fingerprint": "of-the-server"}])
    load(connection, lake)
    stored = "select fingerprint from raw_events order by source_row"
    assert rows(connection, stored) == [(made,), (made,), (made,), ("of-the-server",)]


def test_a_database_of_an_earlier_release_gets_its_fingerprints(
    connection: duckdb.DuckDBPyConnection, lake: LakeWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "OLDER_LINES", 2)
    lake.write([install(number) for number in range(5)])
    load(connection, lake)
    made = rows(connection, "select source_row, fingerprint from raw_events order by 1")
    connection.execute("alter table raw_events drop column fingerprint")
    loader.create_tables(connection)
    load(connection, lake)
    assert rows(connection, "select source_row, fingerprint from raw_events order by 1") == made
    assert len({fingerprint for _, fingerprint in made}) == 5


def test_several_gzip_members_in_one_file_are_all_read(connection: duckdb.DuckDBPyConnection, lake: LakeWriter) -> None:
    lake.write_bytes(gzip.compress(encode([install(1)])) + gzip.compress(encode([install(2)])))
    assert load(connection, lake).rows == 2


def test_a_line_that_is_older_than_the_server_takes_does_not_say_how_far_back_rates_reach(
    connection: duckdb.DuckDBPyConnection, lake: LakeWriter
) -> None:
    old = datetime(1970, 1, 1, tzinfo=UTC)
    lake.write([install(1), install(2, effective=NOON - timedelta(days=31)), install(3, effective=old)])
    assert load(connection, lake).rows == 3
    assert rows(connection, "select first_event_date from loaded_files") == [((NOON - timedelta(days=31)).date(),)]


def test_loaded_at_grows_although_the_clock_goes_back(connection: duckdb.DuckDBPyConnection, lake: LakeWriter) -> None:
    for moment in (NOON, NOON - timedelta(days=1), NOON):
        lake.write([install(1)])
        loader.load(connection, DirectoryLake(lake.root), now=lambda moment=moment: moment)  # type: ignore[misc]
    stamps = [row[0] for row in rows(connection, "select loaded_at from loaded_files order by source_file")]
    assert stamps == sorted(set(stamps))
    assert stamps[0] == datetime(2026, 10, 20, 12)  # noqa: DTZ001 -- a naive UTC column
    assert stamps[2] < NOON.astimezone(UTC).replace(tzinfo=None) + timedelta(seconds=1)


def test_a_load_that_fails_half_way_keeps_whole_files_only(
    connection: duckdb.DuckDBPyConnection, lake: LakeWriter
) -> None:
    class Breaking(DirectoryLake):
        reads = 0

        def read(self, file: LakeFile) -> bytes:
            self.reads += 1
            if self.reads == 2:
                raise LakeError("the lake went away")
            return super().read(file)

    for number in range(3):
        lake.write([install(number)])
    with pytest.raises(LakeError, match="went away"):
        loader.load(connection, Breaking(lake.root))
    assert rows(connection, "select count(*) from raw_events") == [(1,)]
    assert load(connection, lake) == loader.Loaded(files=2, rows=2, malformed=0)


def test_deep_nesting_does_not_bring_the_loader_down(connection: duckdb.DuckDBPyConnection, lake: LakeWriter) -> None:
    deep = '{"event":{"event_id":"x","event_type":"y","game_id":"g","p":' + "[" * 100_000 + "]" * 100_000 + "}}"
    lake.write([deep, install(1)])
    assert load(connection, lake).rows == 1

"""What the warehouse says of itself and of one event."""

from itertools import chain, repeat
from pathlib import Path

import duckdb
import pytest
from game_events_warehouse import loader, reader

LOADED = "2026-11-20 12:30:00"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Two events, one of them sent twice, three under one id, and a rejected one; as a build would leave them."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        loader.create_tables(connection)
        connection.execute(
            f"""
            insert into loaded_files by name select unnest(['events/a', 'events/empty', 'rejected/a']) as source_file,
              'events' as stream, 1 as size, '' as etag, 3 as rows_loaded, 0 as rows_malformed,
              timestamp '{LOADED}' as loaded_at;
            insert into raw_events values
              ('{{"event": {{"event_id": "e-1", "game_id": "a"}}}}', 'events/a', 1, '{LOADED}', 'f1'),
              ('{{"event": {{"event_id": "e-1", "game_id": "a"}}}}', 'events/a', 2, '{LOADED}', 'f1'),
              ('{{"event": {{"event_id": "e-2", "game_id": "a", "p": {{"friend": "e-1"}}}}}}',
               'events/a', 3, '{LOADED}', 'f2'),
              ('{{"event": {{"event_id": "e-4", "game_id": "a"}}}}', 'events/a', 4, '{LOADED}', 'f4'),
              ('{{"event": {{"event_id": "e-4", "game_id": "a"}}}}', 'events/a', 5, '{LOADED}', 'f5'),
              ('{{"event": {{"event_id": "e-4", "game_id": "b"}}}}', 'events/a', 6, '{LOADED}', 'f5');
            insert into raw_rejected_events values ('{{"event_id": "e-3"}}', 'rejected/a', 1, '{LOADED}');
            create table stg_events as select unnest(['e-1', 'e-2', 'e-4', 'e-4', 'e-4']) as event_id,
              unnest(['a', 'a', 'a', 'a', 'b']) as game_id, unnest(['f1', 'f2', 'f4', 'f5', 'f5']) as fingerprint,
              'install' as event_type, 'events/a' as source_file, unnest([1, 3, 4, 5, 6]) as source_row;
            create table int_event_dispositions as select game_id, event_id, fingerprint, event_type,
              if(event_id = 'e-2', 'quarantined', 'fact') as disposition,
              if(event_id = 'e-2', 'late', null) as reason from stg_events;
            create table event_types as select 'install' as event_type, unnest([1, 2]) as schema_model,
              'fct_installs' as fact;
            create table fct_installs as select game_id, event_id, fingerprint, date '2026-11-20' as event_date,
              timestamp '2026-11-20 12:00:00' as received_at from stg_events where event_id <> 'e-2';
            """
        )
    return path


def test_contents_are_rows_by_file_and_what_became_of_the_events(database: Path) -> None:
    rows = {"events/a": 6, "events/empty": 0, "rejected/a": 1}
    assert reader.contents(database) == reader.Contents(rows, distinct_events=5, staged=5, fates=5)


def test_an_event_is_seen_from_raw_to_its_fact(database: Path) -> None:
    found, elsewhere, complete = reader.whereabouts(database, "e-1")

    assert [(one.seen_in, one.details.get("row"), one.details.get("table")) for one in found] == [
        ("raw", 1, None),
        ("raw", 2, None),
        ("staged", 1, None),
        ("fact", None, "fct_installs"),
    ]
    assert found[0].details["loaded_at"] == "2026-11-20T12:30:00Z"
    assert found[3].details["received_at"] == "2026-11-20T12:00:00Z"
    assert (elsewhere, complete) == ({"events/empty", "rejected/a"}, True)


def test_in_bounded_time_that_suffices_the_same_is_found_and_ruled_out(database: Path) -> None:
    for wanted in ("e-1", "e-3", "e-4"):
        assert reader.whereabouts(database, wanted, seconds=60) == reader.whereabouts(database, wanted)


def test_a_copy_in_another_file_than_the_one_that_counts_is_found_and_its_file_not_ruled_out(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        copy = '{"event": {"event_id": "e-1", "game_id": "a"}}'
        connection.execute("insert into raw_events values (?, 'events/empty', 1, ?, 'f1')", [copy, LOADED])
    found, elsewhere, complete = reader.whereabouts(database, "e-1", seconds=60)
    assert [one.details["file"] for one in found if one.seen_in == "raw"] == ["events/a", "events/a", "events/empty"]
    assert (elsewhere, complete) == ({"rejected/a"}, True)


def test_what_was_found_when_the_time_is_over_is_kept_and_nothing_unread_is_ruled_out(database: Path) -> None:
    whole = [one.seen_in for one in reader.whereabouts(database, "e-1")[0]]
    for questions, length in ((0, 0), (4, 1), (5, 2), (7, 4), (9, 4)):
        clock = chain([0.0], repeat(0.0, questions), repeat(61.0))
        found, elsewhere, complete = reader.whereabouts(database, "e-1", seconds=60, monotonic=clock.__next__)
        assert (len(found), complete) == (length, questions == 9)
        assert complete or not elsewhere
        assert [seen for seen in whole if seen in {one.seen_in for one in found}] == [one.seen_in for one in found]


def test_a_question_begun_behind_the_first_interruption_is_ended_too(database: Path) -> None:
    endless = "select count(*) from range(1000000000000) a, range(1000000) b"
    with duckdb.connect(str(database)) as connection:
        connection.execute("drop table raw_rejected_events")
        connection.execute(
            f"create view raw_rejected_events as select '{{}}'::json as record, '' as source_file, ({endless}) as"
            " source_row, now()::timestamp as loaded_at"
        )
    _, elsewhere, complete = reader.whereabouts(database, "e-1", seconds=0.0, monotonic=lambda: -1.0)
    assert (elsewhere, complete) == (set(), False)


def test_an_event_that_is_no_fact_is_seen_with_the_reason(database: Path) -> None:
    *_, last = reader.whereabouts(database, "e-2")[0]
    assert (last.seen_in, last.details["reason"], "table" in last.details) == ("quarantined", "late", False)
    assert [one.seen_in for one in reader.whereabouts(database, "e-3")[0]] == ["raw-rejected"]


def test_events_that_share_an_id_are_told_apart(database: Path) -> None:
    found, *_ = reader.whereabouts(database, "e-4")
    known_by = [("a", "f4"), ("a", "f5"), ("b", "f5")]
    for stage in ("raw", "staged", "fact"):
        seen = [one.details for one in found if one.seen_in == stage]
        assert [(details["game_id"], details["fingerprint"]) for details in seen] == known_by
    assert all(one.details["table"] == "fct_installs" for one in found if one.seen_in == "fact")


def test_an_unknown_event_is_in_none_of_the_loaded_files(database: Path) -> None:
    assert reader.whereabouts(database, "e-9") == ([], {"events/a", "events/empty", "rejected/a"}, True)


def test_without_a_warehouse_there_is_nothing_to_see(tmp_path: Path) -> None:
    nowhere = tmp_path / "warehouse.duckdb"
    assert reader.contents(nowhere) is None
    assert reader.whereabouts(nowhere, "e-1") == ([], set(), True)
    with pytest.raises(reader.QueryError, match="game-events warehouse build"):
        reader.ask(nowhere, "select 1")


def test_a_file_that_is_no_warehouse_is_an_error_of_the_query(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").write_text("no database " * 1000)
    with pytest.raises(reader.QueryError):
        reader.contents(tmp_path / "warehouse.duckdb")


def test_a_warehouse_of_an_earlier_release_is_read_too(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("drop table event_types")
    found, *_ = reader.whereabouts(database, "e-1")
    assert [(one.seen_in, one.details.get("table")) for one in found][-1] == ("fact", None)

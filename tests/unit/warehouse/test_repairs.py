"""Malformed lines that a person repairs count once, in every warehouse that is made of the lake."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from game_events_cli.main import app
from game_events_warehouse import loader, repairs
from game_events_warehouse.books import books_of, state
from game_events_warehouse.errors import RepairError
from game_events_warehouse.lake import DirectoryLake
from typer.testing import CliRunner
from unit.stored_lines import event_id
from unit.warehouse.lake_writer import NOON, LakeWriter, install, purchase

runner = CliRunner()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Loaded, with three lines that are none: torn, without an id, and of the rejected."""
    data_dir = tmp_path / "data"
    nameless = install(2)
    del nameless["event"]["event_id"]
    lake = LakeWriter(data_dir / "lake")
    lake.write([install(1), json.dumps(purchase(3, "5.00"))[:-1], nameless])
    lake.write(["torn"], stream="rejected")
    (data_dir / "warehouse").mkdir()
    load(data_dir)
    return data_dir


def database(data_dir: Path) -> Path:
    return data_dir / "warehouse" / "warehouse.duckdb"


def load(data_dir: Path) -> loader.Loaded:
    with duckdb.connect(str(database(data_dir))) as connection:
        loader.create_tables(connection)
        kept = repairs.kept(books_of(database(data_dir)))
        return loader.load(connection, DirectoryLake(data_dir / "lake"), repairs=kept)


def rows(data_dir: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database(data_dir)), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def run(data_dir: Path, *arguments: str | Path) -> Any:
    return runner.invoke(app, ["warehouse", "malformed", *map(str, arguments), "--data-dir", str(data_dir)])


def edited(data_dir: Path, **lines: Any) -> Path:
    """The list with these lines, by stream and row."""
    listed = [json.loads(text) for text in run(data_dir, "list", "--json").stdout.splitlines()]
    for one in listed:
        one["line"] = lines.get(f"{one['stream']}_{one['source_row']}", one["line"])
    file = data_dir / "lines.ndjson"
    file.write_text("".join(json.dumps(one) + "\n" for one in listed))
    return file


def test_a_repaired_line_counts_once_and_again_when_the_warehouse_is_made_anew(data_dir: Path) -> None:
    assert len(json.loads(run(data_dir, "list", "--json").stdout.splitlines()[0])) == 5
    before = state(books_of(database(data_dir)))
    answer = run(data_dir, "load", edited(data_dir, events_2=json.dumps(purchase(3, "5.00")), events_3=install(2)))
    assert (answer.exit_code, answer.stdout) == (0, "2 lines kept for the next `warehouse build`, 1 are as they were\n")
    assert state(books_of(database(data_dir))) != before, "else no build would begin"
    (place,) = {one.source_file for one in repairs.malformed(database(data_dir)) if one.stream == "events"}
    assert load(data_dir).repaired == (place,)
    assert load(data_dir).repaired == ()
    ids = (
        "select record ->> '$.event.event_id', source_row, fingerprint is not null from raw_events order by source_row"
    )
    expected = [(event_id(1), 1, True), (event_id(3), 2, True), (event_id(2), 3, True)]
    assert rows(data_dir, ids) == expected
    files = "select rows_loaded, rows_malformed from loaded_files where stream = 'events'"
    assert rows(data_dir, files) == [(3, 0)]
    assert [one.stream for one in repairs.malformed(database(data_dir))] == ["rejected"]
    database(data_dir).unlink()
    load(data_dir)
    assert rows(data_dir, ids) == expected
    assert rows(data_dir, files) == [(3, 0)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"events_2": "still torn"}, "still no stored event: not valid JSON"),
        ({"events_3": {"event": {}}}, "still no stored event: no /event/event_id"),
        ({"events_3": ""}, "still no stored event: it is empty"),
        ({"events_3": json.dumps(install(2)) + "\n" + json.dumps(install(4))}, "more than one line"),
    ],
)
def test_one_that_cannot_be_taken_is_named_and_none_is_kept(data_dir: Path, change: dict[str, Any], said: str) -> None:
    good = {"events_2": json.dumps(purchase(3, "5.00")), "events_3": install(2)}
    answer = run(data_dir, "load", edited(data_dir, **good | change))
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert "lines.ndjson:" in answer.stderr
    assert repairs.kept(books_of(database(data_dir))) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no json\n", "1: it is no JSON"),
        ("\n[]\n", "2: it is no object"),
        ('{"source_file": "x", "source_row": 1, "line": "{}"}\n', "no malformed line at 'x' row 1"),
        ('{"line": "{}"}\n', "no malformed line at None"),
    ],
)
def test_a_file_of_something_else_is_refused(data_dir: Path, text: str, said: str) -> None:
    file = data_dir / "lines.ndjson"
    file.write_text(text)
    with pytest.raises(RepairError, match=said):
        repairs.load(database(data_dir), file, by="ada", now=NOON)


def test_a_line_is_repaired_once(data_dir: Path) -> None:
    file = edited(data_dir, events_3=install(2))
    assert run(data_dir, "load", file).exit_code == 0
    again = run(data_dir, "load", file)
    assert (again.exit_code, "was repaired before" in again.stderr) == (2, True)


def test_an_erased_player_goes_from_repaired_lines_too(data_dir: Path) -> None:
    run(data_dir, "load", edited(data_dir, events_3=install(2)))
    path = books_of(database(data_dir))
    assert b"player-2" in path.read_bytes()
    assert repairs.change(path, lambda stream, line: line.replace(b"player-2", b"erased-a")) == 1
    assert b"player-2" not in path.read_bytes()
    assert repairs.change(path, lambda stream, line: None) == 0

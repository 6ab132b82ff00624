"""Named queries: an analyst adds a page by two files, and nothing they write stops the others."""

import asyncio
import json
from pathlib import Path

import duckdb
import pytest
from contract.stack import running_stack
from documents import run_here
from game_events_api.admission.key_file import KeyFile
from game_events_console.heat import heat_of
from game_events_console.queries import asking
from game_events_console.queries.asking import CannotAsk, Warehouse
from game_events_console.queries.specifications import Unusable, queries
from unit.console.test_pages import browser, sign_in

SPECIFICATION = {
    "title": "Levels",
    "page": "levels",
    "columns": [{"name": "level", "title": "Level"}, {"name": "share", "title": "Reached", "unit": "percent"}],
    "chart": {"kind": "bars", "x": "level", "y": "share"},
}


def add(data_dir: Path, sql: str, specification: object = SPECIFICATION, name: str = "levels") -> None:
    folder = data_dir / "queries"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.sql").write_text(sql)
    (folder / f"{name}.json").write_text(json.dumps(specification))


def build(data_dir: Path, share: int = 40) -> None:
    """A warehouse of one table, published as a build does: by a rename."""
    folder = data_dir / "warehouse"
    folder.mkdir(exist_ok=True)
    with duckdb.connect(str(folder / "next.duckdb")) as connection:
        connection.execute(f"create table levels as select 'cave' as level, {share}::decimal(9, 2) as share")
    (folder / "next.duckdb").rename(folder / "warehouse.duckdb")


def test_a_page_is_added_by_one_query_and_one_specification(tmp_path: Path) -> None:
    build(tmp_path)
    add(tmp_path, "-- by level\nselect share, level from levels where $game = '' or level = $game;")
    bound = KeyFile(tmp_path / "keys.json").create("bound", scopes=("read",), games=("cave",))

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                page = await client.get("/console/q/levels")
                assert page.status_code == 200
                for part in ("Levels", "40.00 %", "-- by level", 'data-chart="d-levels"', "/console/csv/levels"):
                    assert part in page.text
                made = await client.get("/console/csv/levels")
                assert made.text.splitlines() == ["level,share", "cave,40.00"]
                build(tmp_path, 50)
                assert "50.00 %" in (await client.get("/console/q/levels")).text, "the build that stands"
                assert (await client.get("/console/q/nothing")).status_code == 404
                bearer = {"authorization": f"Bearer {bound}"}
                assert (await client.get("/v1/queries/levels", headers=bearer)).status_code == 422
                of_theirs = await client.get("/v1/queries/levels?game=cave", headers=bearer)
                assert of_theirs.json()["rows"] == [["cave", "50.00"]]
                for wrong in ("days=0", "days=x", "game=" + "g" * 200):
                    refused = await client.get(f"/v1/queries/levels?{wrong}", headers=bearer)
                    assert refused.status_code == 422
                await sign_in(client, bound)
                theirs = (await client.get("/console/q/levels")).text
                assert "50.00 %" in theirs
                assert "sees cave only" in theirs
                assert "All games" not in theirs
                assert "All games" in page.text

    asyncio.run(look())


def test_the_documented_page_is_added_as_it_stands(tmp_path: Path) -> None:
    (sql,) = run_here(__file__, "docs/console.md", "sql")
    (specification,) = run_here(__file__, "docs/console.md", "json")
    add(tmp_path, sql, json.loads(specification), "retention_by_level")
    (tmp_path / "warehouse").mkdir()
    with duckdb.connect(str(tmp_path / "warehouse" / "warehouse.duckdb")) as connection:
        connection.execute("create table fct_level_complete as select 3 as level, current_date as event_date")
    answer = Warehouse(tmp_path).answer(queries(tmp_path)["retention_by_level"], {"days": "7"})
    assert [[str(cell) for cell in row] for row in answer.rows] == [["3", "1"]]


def test_pages_say_what_to_do_while_there_is_no_warehouse(tmp_path: Path) -> None:
    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                await sign_in(client, stack.key)
                for page in ("revenue", "players"):
                    answer = await client.get(f"/console/{page}")
                    assert answer.status_code == 404
                    assert "game-events warehouse build" in answer.text
                for page in ("live", "health"):
                    assert "no warehouse here" in (await client.get(f"/console/{page}")).text

    asyncio.run(look())


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select 1 as level", "no column share"),
        ("select nothing from levels", "cannot be answered"),
        ("drop table levels", "asked, not changed"),
        ("select 1; select 2", "2 statements"),
        ("select * from read_csv('/etc/passwd')", "cannot be answered"),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(tmp_path: Path, sql: str, told: str) -> None:
    build(tmp_path)
    add(tmp_path, sql)

    async def look() -> None:
        with running_stack(tmp_path) as stack:
            async with browser(stack) as client:
                answer = await client.get("/v1/queries/levels", headers={"authorization": f"Bearer {stack.key}"})
                assert answer.status_code == 503
                assert told in answer.json()["detail"]

    asyncio.run(look())


def test_a_query_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "TIMEOUT_SECONDS", 0.1)
    build(tmp_path)
    add(tmp_path, "select count(*) as level, 1 as share from range(1000000) a, range(1000000) b")
    with pytest.raises(CannotAsk, match="takes longer than"):
        Warehouse(tmp_path).answer(queries(tmp_path)["levels"], {})


@pytest.mark.parametrize(
    ("name", "specification", "told"),
    [
        ("Levels", SPECIFICATION, "small letters"),
        ("levels", {**SPECIFICATION, "chart": {"kind": "bars", "x": "level", "y": "nothing"}}, "nothing, which is no"),
        ("levels", {**SPECIFICATION, "colour": "red"}, "colour"),
        ("levels", [], "levels.json"),
    ],
)
def test_a_specification_that_is_wrong_is_named(tmp_path: Path, name: str, specification: object, told: str) -> None:
    add(tmp_path, "select 1", specification, name)
    with pytest.raises(Unusable, match=told):
        queries(tmp_path)


def test_every_query_of_ours_has_its_specification(tmp_path: Path) -> None:
    known = queries(tmp_path)
    assert {"counted", "revenue_totals", "revenue_by_day", "players_totals", "rates_age"} <= known.keys()


def test_a_day_that_has_not_come_is_no_zero() -> None:
    chart = {"x": "since", "series": "installed", "y": "share", "size": "players"}
    columns = [{"name": name, "title": name} for name in ("installed", "players", "since", "share")]
    rows = [["11-01", 10, 1, "50.0"], ["11-01", 10, 2, "0.0"], ["11-02", 20, 1, "100.0"]]
    first, second = heat_of({"chart": chart, "columns": columns, "rows": rows})["rows"]
    assert [cell and cell["tint"] for cell in first["cells"]] == [3, 0]
    assert second["cells"][1] is None

"""Events of every schema that the lint lets in are rows of typed facts, and no event type changes another's."""

import shutil
from collections.abc import Iterator

import duckdb
import pytest
from contract.checkout import copy_checkout
from contract.corpus import WORKING, write
from game_events_contract.columns import event_columns
from game_events_contract.dbt_models import dbt_models
from game_events_contract.repository import SchemaFile, SchemaRepository
from game_events_warehouse import transform
from game_events_warehouse.build import build
from integration.typed_values import expected_row, readable
from unit.warehouse.lake_writer import NOON, LakeWriter, accepted, install, purchase

pytestmark = pytest.mark.long  # one build of two hundred models
TYPES = {"varchar": "VARCHAR", "timestamp": "TIMESTAMP", "bigint": "BIGINT", "double": "DOUBLE", "json": "JSON"}
TYPES |= {"boolean": "BOOLEAN", "date": "DATE"}


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> SchemaRepository:
    checkout = copy_checkout(tmp_path_factory.mktemp("corpus"))
    write(WORKING, checkout)
    return SchemaRepository(checkout / "schemas")


@pytest.fixture(scope="module")
def warehouse(
    schemas: SchemaRepository, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """One build of all of them together."""
    root = tmp_path_factory.mktemp("warehouse")
    project = shutil.copytree(transform.PROJECT, root / "dbt")
    for name, text in dbt_models(schemas, project).items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    lake = LakeWriter(root / "lake")
    lake.write([accepted(event, received=NOON) for case in WORKING for event in case.valid])
    lake.write([install(1), purchase(2, "4.99", "EUR")])
    database = root / "warehouse.duckdb"
    result = build(lake=str(lake.root), database=database, project=project, now=lambda: NOON)
    assert (result.quarantined, result.other_events, result.malformed_lines) == (0, 0, 0)
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def declared(versions: tuple[SchemaFile, ...]) -> dict[str, str]:
    """Column → type, as the schemas say; the table says by its name which event type it holds."""
    columns = (column for column in event_columns(versions) if column.name != "event_type")
    return {column.name: TYPES.get(column.type, column.type.upper()) for column in columns}


def columns_of(warehouse: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return {name: type_ for name, type_, *_ in warehouse.execute(f"describe {table}").fetchall()}


@pytest.mark.timeout(600)
def test_every_event_of_the_corpus_is_a_typed_fact(
    schemas: SchemaRepository, warehouse: duckdb.DuckDBPyConnection
) -> None:
    assert len(WORKING) >= 75
    wrong = []
    for case in WORKING:
        versions, table = schemas.events[case.event_type], f"fct_{case.event_type}"
        types = columns_of(warehouse, table)
        wrong += [
            (case.event_type, name, types[name]) for name, type_ in declared(versions).items() if types[name] != type_
        ]
        rows = warehouse.execute(f"select * from {table} order by source_row").fetchall()
        assert len(rows) == len(case.valid), case
        for event, values in zip(case.valid, rows, strict=True):
            row = {name: readable(value, types[name]) for name, value in zip(types, values, strict=True)}
            expected = expected_row(event, versions)
            wrong += [(case.event_type, name, row[name]) for name in row if row[name] != expected.get(name, row[name])]
    assert wrong == []


def test_they_change_no_column_of_the_other_events(warehouse: duckdb.DuckDBPyConnection) -> None:
    facts = dict(warehouse.execute("select distinct event_type, fact from event_types").fetchall())
    for event_type, versions in SchemaRepository().events.items():
        before = declared(versions)
        after = columns_of(warehouse, facts[event_type])
        changed = {name for name, type_ in before.items() if after.get(name) != type_}
        assert changed == ({"price"} if event_type == "purchase" else set())  # price is the fact's amount
        assert after.get("amount", "DECIMAL(18,4)") == "DECIMAL(18,4)"


def test_what_a_schema_says_of_a_field_stands_beside_its_column(warehouse: duckdb.DuckDBPyConnection) -> None:
    said = warehouse.execute(
        "select comment from duckdb_columns() where table_name = 'fct_words_braces' and column_name = 'value'"
    ).fetchone()
    assert said == ("A template: {{ nothing }} {% if %} {# and no comment #}",)
    missing = warehouse.execute(
        "select table_name, column_name from duckdb_columns() where table_name like 'fct_%' and comment is null"
    ).fetchall()
    assert missing == []

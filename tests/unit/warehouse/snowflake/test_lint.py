"""What the lint finds, and what it leaves alone."""

from importlib import resources
from pathlib import Path

import pytest
from game_events_warehouse.snowflake import lint_files, lint_text
from unit.warehouse.snowflake.mistakes import MISTAKES
from unit.warehouse.snowflake.valid import VALID


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_once_and_named(mistake: str) -> None:
    sql, word = MISTAKES[mistake]
    found = [str(finding) for finding in lint_text(f"{sql};\n")]
    assert len(found) == 1, found
    assert word.lower() in found[0].lower()


def test_what_snowflake_takes_is_not_alarmed() -> None:
    assert [str(finding) for finding in lint_text(VALID)] == []


def test_a_finding_names_the_line_of_its_mistake() -> None:
    sql = "-- one\ncreate role r;\n\ncreate warehouse w\n  auto_suspend = 60\n  warehouse_size = 'HUGE';\n"
    assert [finding.line for finding in lint_text(sql)] == [6]
    procedure = "create procedure p() returns varchar language sql as $$\nbegin\n  create table;\nend;\n$$;\n"
    assert [finding.line for finding in lint_text(procedure)] == [3]


def test_a_mistake_hides_no_other() -> None:
    sql = "create warehouse w auto_suspnd = 60 warehouse_size = 'HUGE';\ncreate task t warehouse = w as select 1;\n"
    assert len(lint_text(sql)) == 3


def test_a_file_knows_the_tables_and_roles_of_those_before_it(tmp_path: Path) -> None:
    first, second = tmp_path / "1.sql", tmp_path / "2.sql"
    first.write_text("create role reader; create table t (at timestamp_ntz, day date as (to_date(at)));")
    second.write_text("alter table t cluster by (day);\ngrant select on table t to role raeder;\n")
    found = [(path.name, finding.line) for path, finding in lint_files([first, second])]
    assert found == [("2.sql", 1), ("2.sql", 2)]


def test_a_template_is_looked_at_as_far_as_it_is_written() -> None:
    assert lint_text("create warehouse {{ name }}_W warehouse_size = '{{ size }}' auto_suspend = {{ seconds }};") == []
    assert len(lint_text("create warehouse {{ name }}_W warehouse_sze = '{{ size }}';")) == 1


@pytest.mark.parametrize(
    "mistake", ["a bracket never closed", "a comma missing between columns", "a semicolon missing"]
)
def test_nothing_that_is_cut_short_ends_in_an_error_of_ours(mistake: str) -> None:
    sql, _ = MISTAKES[mistake]
    for end in range(len(sql)):
        lint_text(sql[:end])


def test_every_statement_cut_anywhere_is_answered() -> None:
    for sql, _ in MISTAKES.values():
        words = sql.split()
        for end in range(1, len(words)):
            if "select" not in words[:end]:  # sqlfluff's part takes its time
                lint_text(" ".join(words[:end]))


def test_our_own_statements_are_not_alarmed() -> None:
    files = sorted(Path(str(resources.files("game_events_warehouse.snowflake"))).rglob("*.sql"))
    assert len(files) > 10
    assert [f"{path.name}:{finding}" for path, finding in lint_files(files)] == []

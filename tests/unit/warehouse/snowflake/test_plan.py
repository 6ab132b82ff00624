"""What would be applied to an account: in order, linted, parsed, and with nothing in it that is not meant."""

import re
from itertools import pairwise

import pytest
from game_events_warehouse.snowflake.erasure import erased_event, personal_places
from game_events_warehouse.snowflake.lint import lint_text
from game_events_warehouse.snowflake.lint.queries import unparsable
from game_events_warehouse.snowflake.plan import DeployError, Studio, planned
from game_events_warehouse.transform import PROJECT

STUDIO = Studio(lake_url="s3://studio-lake/prod/", lake_role_arn="arn:aws:iam::123456789012:role/snowflake")
PLACES = {"purchase": ["/user_id", "/email", "/device/id", "/device/os/na'me", "/friends/*/name"]}
SCRIPTS = planned(STUDIO, PLACES)
SQL = "\n".join(script.sql for script in SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_each_file_passes_our_lint_and_is_parsed(script: object) -> None:
    assert [str(finding) for finding in lint_text(script.sql)] == []  # type: ignore[attr-defined]
    assert list(unparsable(script.sql, 1)) == []  # type: ignore[attr-defined]


def test_files_come_in_the_order_of_their_versions_and_changeable_ones_last() -> None:
    names = [(script.level, script.name.startswith("R__"), script.name) for script in SCRIPTS]
    assert names == sorted(names)
    assert len({name for _, _, name in names}) == len(names)
    versions = [name.partition("__")[0] for _, repeatable, name in names if not repeatable]
    assert all(one < other for one, other in pairwise(versions))


def test_each_statement_can_be_applied_again() -> None:
    for script in SCRIPTS:
        for line in script.sql.lower().splitlines():
            if line.startswith("create "):
                again = "if not exists" in line or line.startswith(("create or replace task", "create or replace proc"))
                assert again, f"{script.name}: {line}"


def test_no_pipe_stream_or_table_is_ever_replaced() -> None:
    sql = SQL.lower()
    for kind in ("pipe", "stream", "table", "transient table", "stage", "file format"):
        assert f"create or replace {kind}" not in sql


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("database", "game_events"),
        ("database", "X; drop database Y"),
        ("lake_url", "s3://bucket/prefix"),
        ("lake_url", "s3://bucket/') credentials = (aws_key_id = 'x/"),
        ("lake_role_arn", "AKIAIOSFODNN7EXAMPLE"),
        ("transform_size", "HUGE"),
        ("credit_quota", "0"),
        ("retention_days", "365"),
        ("retention_days", "-1"),
    ],
)
def test_a_value_that_cannot_stand_in_sql_is_refused_by_name(field: str, value: str) -> None:
    given = {"lake_url": STUDIO.lake_url, "lake_role_arn": STUDIO.lake_role_arn, field: value}
    with pytest.raises(DeployError, match=field.replace("_", "-")):
        Studio(**given)


def test_erasure_takes_each_place_that_schemas_mark_and_nothing_else() -> None:
    left = erased_event(PLACES)
    assert "object_delete(lines.record:event::object, 'email', 'friends')" in left
    assert "object_delete(lines.record:event['device']::object, 'id')" in left
    assert "object_delete(lines.record:event['device']['os']::object, 'na''me')" in left
    assert left.count("'user_id', erasures.token") == 2


def test_erasure_without_a_mark_still_takes_the_player() -> None:
    assert erased_event({}) == "object_insert(lines.record:event::object, 'user_id', erasures.token, true)"


def test_a_place_within_another_goes_with_it() -> None:
    assert erased_event({"a": ["/device", "/device/id"]}).count("object_delete") == 1


def test_the_published_schemas_say_what_is_personal() -> None:
    assert "/user_id" in personal_places()["purchase"]


def test_every_table_that_the_models_read_is_made() -> None:
    models = [path.read_text(encoding="utf-8") for path in PROJECT.rglob("m*/**/*.sql")]
    read = {name for text in models for name in re.findall(r"source\('lake', '(\w+)'\)", text)}
    made = re.findall(r"create (?:transient )?(?:table|view) if not exists \w+\.RAW\.(\w+)", SQL)
    assert {"raw_events", "raw_exchange_rates"} <= read <= {name.lower() for name in made}

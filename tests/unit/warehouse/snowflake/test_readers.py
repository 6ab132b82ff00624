"""Who may read what on Snowflake: a table's personal columns are masked before SELECT is granted."""

from types import SimpleNamespace
from typing import Any

import jinja2
import yaml
from game_events_warehouse.snowflake import lint_text
from game_events_warehouse.transform import PROJECT

MACROS = (PROJECT / "macros/snowflake.sql").read_text(encoding="utf-8")
LISTED = (PROJECT / "macros/personal_columns.sql").read_text(encoding="utf-8")
PERSONAL = yaml.safe_load(LISTED[LISTED.index("return({") + 7 : LISTED.rindex("})") + 1])


class Table(str):
    """A relation as dbt's `this` is: its text is the whole name."""

    __slots__ = ()

    def __getattr__(self, _: str) -> str:
        """Its identifier."""
        return self.rpartition(".")[2]


def let_readers_in(table: str, privacy_schema: str = "PRIVACY", kind: str = "table", **columns: str) -> str:
    """What the hook behind a table of these columns, name and type, runs."""
    found = [SimpleNamespace(name=name.upper(), dtype=type_) for name, type_ in columns.items()]
    adapter = SimpleNamespace(get_columns_in_relation=lambda _: found, quote=lambda name: f'"{name}"')
    given: dict[str, Any] = {
        "adapter": adapter,
        "this": table,
        "target": SimpleNamespace(database="GAME_EVENTS"),
        "var": lambda name, default: privacy_schema,
        "execute": True,
        "personal_columns": lambda: PERSONAL,
    }
    module = jinja2.Environment(autoescape=False).from_string(MACROS, globals=given).make_module()  # noqa: S701
    return str(module.snowflake__let_readers_in(kind))  # type: ignore[attr-defined]


def test_personal_columns_are_masked_by_kind_and_type_and_then_readers_come_in() -> None:
    sql = let_readers_in(
        Table("GAME_EVENTS.ANALYTICS.fct_purchases"), user_id="VARCHAR", properties="VARIANT", amount="NUMBER"
    )
    assert lint_text(sql) == []
    statements = [" ".join(statement.split()) for statement in sql.split(";") if statement.strip()]
    assert statements == [
        'alter table GAME_EVENTS.ANALYTICS.fct_purchases modify column "USER_ID" set masking policy'
        " GAME_EVENTS.PRIVACY.PSEUDONYM force",
        'alter table GAME_EVENTS.ANALYTICS.fct_purchases modify column "PROPERTIES" set masking policy'
        " GAME_EVENTS.PRIVACY.HIDDEN_JSON force",
        "grant select on table GAME_EVENTS.ANALYTICS.fct_purchases to role GAME_EVENTS_ANALYTICS_READ",
    ]


def test_staging_is_for_nobody_and_without_policies_nothing_is_opened() -> None:
    assert let_readers_in(Table("GAME_EVENTS.ANALYTICS.stg_purchase"), user_id="VARCHAR").strip() == ""
    assert let_readers_in(Table("x"), "", user_id="VARCHAR").strip() == ""


def test_a_view_shows_what_its_tables_mask_and_events_whole_are_for_nobody() -> None:
    view = let_readers_in(Table("GAME_EVENTS.reporting.purchase_events"), kind="view", user_id="VARCHAR")
    assert lint_text(view) == []
    assert " ".join(view.split()) == (
        "grant select on view GAME_EVENTS.reporting.purchase_events to role GAME_EVENTS_ANALYTICS_READ;"
    )
    assert let_readers_in(Table("GAME_EVENTS.reporting.raw_events"), kind="view").strip() == ""

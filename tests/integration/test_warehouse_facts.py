"""What one build makes of a lake that holds everything a lake may hold."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from game_events_contract.columns import event_columns
from game_events_contract.repository import SchemaRepository
from game_events_warehouse import transform
from game_events_warehouse.errors import TransformError
from game_events_warehouse.rate_use import RateUse
from integration.built_warehouse import MANY, Built, built
from unit.stored_lines import event_id
from unit.warehouse.lake_writer import NOON

__all__ = ["built"]


@pytest.mark.parametrize(
    ("table", "event"),
    [
        *[("fct_installs", "install"), ("fct_purchases", "purchase"), ("fct_refunds", "refund")],
        *[("fct_session_start", "session_start"), ("fct_ad_revenue", "ad_revenue")],
    ],
)
def test_a_fact_has_a_column_for_every_field_of_its_schemas(built: Built, table: str, event: str) -> None:
    found = {name for (name, *_) in built.rows(f"describe {table}")}
    expected = {column.name for column in event_columns(SchemaRepository().events[event])} - {"event_type"}
    assert expected - found == ({"price"} if event == "purchase" else set())  # price is the fact's amount


def test_the_counts_add_up(built: Built) -> None:
    result = built.result
    assert result.raw_events == 3 + 3 + 2 + 7 + 3 + 5 + 10 + 10 + 3 + 5 + 1 + MANY
    assert result.duplicates_removed == 2
    facts = sum(result.facts.values())
    assert result.raw_events == facts + result.duplicates_removed + result.quarantined + result.other_events
    assert (result.quarantined, result.other_events, result.malformed_lines) == (6, 1, 2)
    assert result.reused_ids == 2
    assert (result.raw_rejected, result.files_loaded) == (3, len(built.files))


def test_the_earliest_received_copy_is_the_fact(built: Built) -> None:
    assert built.rows(
        "select received_at, source_file from fct_installs where event_id = ? and game_id = 'puzzle-quest'", event_id(1)
    ) == [(NOON.replace(tzinfo=None), built.files["early copy"])]


def test_an_id_that_another_game_sent_takes_nothing_from_a_game(built: Built) -> None:
    assert built.rows(
        "select game_id, is_id_reused from fct_installs where event_id = ? order by game_id", event_id(1)
    ) == [("puzzle-quest", False), ("space-miner", False)]


def test_an_id_that_a_game_sends_with_other_content_is_two_marked_events(built: Built) -> None:
    """Two copies of the one, in another spelling, and one of the other."""
    assert built.rows(
        "select product_id, amount, is_id_reused from fct_purchases where event_id = ? order by 1",
        event_id(33),
    ) == [("coins_1000", Decimal("1.00"), True), ("coins_9999", Decimal("1.00"), True)]
    assert built.rows("select count(*) from fct_purchases where is_id_reused") == [(2,)]


def test_the_event_date_is_the_utc_date_of_the_effective_time(built: Built) -> None:
    dates = built.rows(
        "select event_date::varchar from fct_installs where event_id in (?, ?) order by event_id",
        event_id(5),
        event_id(6),
    )
    assert dates == [("2026-10-19",), ("2026-10-20",)]


def test_times_of_devices_keep_their_offset(built: Built) -> None:
    assert built.rows("select event_time from fct_installs where event_id = ?", event_id(3)) == [
        (datetime(2026, 10, 20, 0, 0, 0, 123456),)  # noqa: DTZ001 -- a naive UTC column
    ]
    assert built.rows("select event_time from fct_installs where event_id = ?", event_id(4)) == [
        (datetime(2026, 10, 20, 12, 0, 59),)  # noqa: DTZ001
    ]


def test_nested_and_free_fields_are_columns(built: Built) -> None:
    assert built.rows(
        "select device_os, device_model, device_locale from fct_installs where event_id = ?", event_id(3)
    ) == [("Android", "P", None)]
    assert built.rows("select properties ->> '$.level' from fct_installs where event_id = ?", event_id(4)) == [("3",)]


def test_without_a_rate_the_amount_is_pending_never_zero(built: Built) -> None:
    assert built.rows(
        "select currency, amount_base, rate, rate_date, rate_age_days, rate_source, rates_version, rate_status"
        " from fct_purchases where event_id = ?",
        event_id(20),
    ) == [("AFN", None, None, None, None, None, None, "pending")]
    assert built.result.revenue["AFN"].gross_base is None
    assert built.rows("select gross_amount_base, pending_purchases from daily_revenue where currency = 'AFN'") == [
        (None, 1)
    ]


def test_every_rate_names_its_source_its_day_and_its_age(built: Built) -> None:
    """HMRC's of October is the market's of 16 September, and fills in for what the ECB does not have, or no longer."""
    sold = "select rate_source, rate_date, rate_age_days, rate_is_stale from fct_purchases where event_id = ?"
    hmrc = ("HMRC", date(2026, 9, 16), 34, False)
    assert built.rows(sold, event_id(25)) == built.rows(sold, event_id(26)) == [hmrc]
    assert built.rows(sold, event_id(23)) == [("studio", date(2026, 10, 20), 0, False)]
    assert built.rows(sold, event_id(22)) == [("identity", date(2026, 10, 20), 0, False)]
    assert built.rows("select distinct rates_version from fct_purchases where rate_source = 'studio'") == [
        ("studio-1",)
    ]


def test_the_report_of_rates_says_what_the_facts_say(built: Built) -> None:
    rates = built.result.rates
    assert rates.oldest["KWD"] == RateUse("HMRC", date(2026, 9, 16), 34)
    assert rates.oldest_of_all == ("RUB", rates.oldest["RUB"])
    assert (rates.pending, rates.pending_share) == (1, Decimal(1) / rates.purchases)
    assert sum(rates.by_source.values()) == rates.converted
    stale = built.rows("select sum(amount_base) from fct_purchases where environment = 'production' and rate_is_stale")
    assert rates.stale == (stale[0][0] or 0)


def test_sandbox_is_in_the_facts_and_in_no_revenue(built: Built) -> None:
    assert built.rows("select environment from fct_purchases where event_id = ?", event_id(21)) == [("sandbox",)]
    sandbox_free = built.rows(
        "select sum(amount) from fct_purchases where currency = 'USD' and environment = 'production'"
    )
    assert [(built.result.revenue["USD"].gross,)] == sandbox_free
    assert built.rows("select sum(purchases) from daily_revenue") == [(built.result.purchases - 3,)]


def test_a_sandbox_receipt_does_not_push_out_a_real_one_with_its_number(built: Built) -> None:
    assert built.rows("select count(*) from fct_purchases where transaction_id = 'T-1'") == [(2,)]


def test_what_the_warehouse_cannot_understand_yet_is_kept_and_named(built: Built) -> None:
    reasons = dict(
        built.rows("select event_id, reason from quarantined_events where reason not like '%-already-counted'")
    )
    assert reasons == {
        event_id(41): "unknown-schema-model",
        event_id(42): "unknown-schema-model",
        event_id(44): "unreadable-price",
        event_id(79): "no-amount",
    }
    assert built.rows("select event_type from stg_events where event_id = ?", event_id(43)) == [("level_up",)]


def test_an_unknown_addition_of_a_known_model_is_a_fact(built: Built) -> None:
    assert built.rows("select schema_version from fct_installs where event_id = ?", event_id(40)) == [("1-77-0",)]


def test_malformed_lines_are_quarantined_with_their_place(built: Built) -> None:
    assert built.rows("select reason, source_file, source_row from raw_malformed_lines order by reason") == [
        ("no /event/game_id", built.files["unknown"], 6),
        ("not valid JSON", built.files["malformed"], 2),
    ]


def test_every_rejected_event_is_a_row_with_its_reason(built: Built) -> None:
    assert built.rows("select first_rule, first_pointer, raw, raw_bytes from rejected_events order by source_row") == [
        ("enum", "/currency", '{"currency":"ZZZ"}', 18),
        ("enum", "/currency", '{"currency":"ZZZ"}', 18),
        ("malformed-json", "/currency", "\x00", 1),
    ]


def test_every_data_test_finds_the_damage_it_is_there_for(built: Built, tmp_path: Path) -> None:
    (path,) = built.rows("select path from duckdb_databases() where database_name = 'warehouse'")[0]
    damaged = tmp_path / "warehouse.duckdb"
    damaged.write_bytes(Path(path).read_bytes())
    damages = {
        "every_event_has_one_fate": "delete from fct_installs where campaign = 'early'",
        "no_event_lost_in_staging": f"delete from stg_events where event_id = '{event_id(40)}'",
        "no_event_staged_from_nowhere": f"update stg_events set source_row = 99 where event_id = '{event_id(43)}'",
        "loaded_files_account_for_every_raw_line": "update loaded_files set rows_loaded = rows_loaded + 1",
        "every_rejected_event_is_a_row": "delete from rejected_events where first_rule = 'enum'",
        "purchase_unique_by_transaction": "insert into fct_purchases from fct_purchases where currency = 'CLF'",
        "refund_unique": "insert into fct_refunds from fct_refunds where refund_status = 'orphan'",
        "refunds_stay_within_what_was_paid": "update fct_refunds set amount = 11 where refund_status = 'counted'",
        "pending_is_never_zero": "update fct_purchases set amount_base = 0 where rate_status = 'pending'",
        "one_rate_per_currency_and_day": "insert into exchange_rates from exchange_rates limit 1",
        "daily_revenue_reconciles": "update daily_revenue set net_amount_base = 7 where currency = 'JPY'",
        "every_event_once": "",
    }
    with duckdb.connect(str(damaged)) as connection:
        for statement in filter(None, damages.values()):
            connection.execute(statement)
        connection.execute("update fct_purchases set currency = null where currency = 'MXN'")
    with pytest.raises(TransformError) as caught:
        transform.run(["test"], database=damaged, state=Path(path).parent / "dbt")
    found = "\n".join(caught.value.failures)
    assert [name for name in damages if name not in found] == []
    assert [name for name in ("not_null", "accepted_values") if name in found] == [], "a test of the data warns"


def test_the_database_needs_no_name_and_no_other_file(built: Built, tmp_path: Path) -> None:
    """Tables only: a copy under another name answers as well."""
    (path,) = built.rows("select path from duckdb_databases() where database_name = 'warehouse'")[0]
    other = tmp_path / "other.duckdb"
    other.write_bytes(Path(path).read_bytes())
    with duckdb.connect(str(other), read_only=True) as connection:
        assert (
            connection.execute("select count(*) from daily_revenue").fetchone()
            == built.rows("select count(*) from daily_revenue")[0]
        )
        views = connection.execute("select schema_name, view_name from duckdb_views() where not internal").fetchall()
        assert {schema for schema, _ in views} == {"reporting"}
        for schema, view in views:
            assert connection.execute(f"select count(*) from {schema}.{view}").fetchone(), view


def test_every_column_of_every_table_is_described(built: Built) -> None:
    """By dbt's own account of its project, held against the tables that are there."""
    (path,) = built.rows("select path from duckdb_databases() where database_name = 'warehouse'")[0]
    manifest = json.loads((Path(path).parent / "dbt" / "target" / "manifest.json").read_text())
    told = {
        (node["schema"], node.get("alias") or node["identifier"], name)
        for node in [*manifest["nodes"].values(), *manifest["sources"].values()]
        if node["resource_type"] in ("model", "source")
        for name, column in node["columns"].items()
        if column["description"].strip()
    }
    there = set(built.rows("select schema_name, table_name, column_name from duckdb_columns() where not internal"))
    assert len(there) > 200
    assert there - told == set()
    assert told - there == set()


def test_sources_are_watched_readers_are_named_and_no_model_shares_its_yaml(built: Built) -> None:
    (path,) = built.rows("select path from duckdb_databases() where database_name = 'warehouse'")[0]
    manifest = json.loads((Path(path).parent / "dbt" / "target" / "manifest.json").read_text())
    watched = {node["name"] for node in manifest["sources"].values() if (node["freshness"] or {}).get("warn_after")}
    assert {"raw_events", "loaded_files", "raw_exchange_rates"} <= watched
    assert {"revenue_report", "reconciliation", "trace"} <= {node["name"] for node in manifest["exposures"].values()}
    own = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and "events/" not in node["path"]
    ]
    assert [node["name"] for node in own if Path(node["patch_path"]).stem != node["name"]] == []
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    stopping = {node["path"] for node in tests if node["config"]["severity"].lower() == "error"}
    assert stopping == {node["path"] for node in tests if "test_metadata" not in node}, (
        "only reconciliation stops a build"
    )

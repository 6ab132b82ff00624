"""The list of what a data folder holds: complete, in an order that loses nothing, and told as it is."""

import re
from pathlib import Path

import pytest
from game_events_api.custody import HOLDINGS
from game_events_api.custody.holdings import MADE_ANEW, files_of, holding_of

PAGE = Path(__file__).resolve().parents[4] / "docs" / "operations.md"
REGION = re.compile(r"(?<=<!-- holdings: begin -->\n).*?(?=<!-- holdings: end -->)", re.DOTALL)


def table() -> str:
    rows = [
        f"| {one.name} | {' '.join(f'`{pattern}`' for pattern in one.patterns)} | {one.what} |\n" for one in HOLDINGS
    ]
    return f"| in the order of copying | files | what |\n|---|---|---|\n{''.join(rows)}"


def test_the_page_tells_the_list() -> None:
    (told,) = REGION.findall(PAGE.read_text(encoding="utf-8"))
    assert told == table(), f"write it again: python {Path(__file__).name}"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("keys.json", "keys"),
        ("keys.tmp", "made anew"),
        ("keys.lock", "made anew"),
        ("spool/spool-0.db", "spool"),
        ("spool/replay.db", "spool"),
        ("spool/spool-0.db-wal", "made anew"),
        ("spool/damaged/spool-0.db", "damaged"),
        ("spool/damaged/spool-0.db-wal", "damaged"),
        ("spool/of-a-later-version.json", "other"),
        ("spool/dead-letters/spool-0-1-9-0a1b.jsonl.gz", "dead letters"),
        ("spool/dead-letters/.spool-0-1-9-0a1b.jsonl.gz.tmp", "made anew"),
        ("delivery/audit.jsonl", "audit"),
        ("delivery/audit.head", "made anew"),
        ("delivery/status.json", "made anew"),
        ("lake/events/2026/11/27/12/a.gz", "lake"),
        ("lake/.marker", "lake"),
        ("lake/events/.a.gz.tmp", "made anew"),
        ("warehouse/warehouse.duckdb", "warehouse"),
        ("warehouse/.warehouse-build-1/warehouse.duckdb", "made anew"),
        ("warehouse/dbt/target/a", "made anew"),
        ("games.json", "other"),
        ("closings/2026-10.json", "other"),
    ],
)
def test_every_file_is_of_one_holding_and_what_nobody_knows_is_taken(path: str, name: str) -> None:
    assert holding_of(path).name == name


def test_an_event_moves_from_the_spool_into_the_lake_and_a_build_reads_the_lake() -> None:
    names = [holding.name for holding in HOLDINGS]
    assert names.index("warehouse") < names.index("spool") < names.index("lake")
    assert names.index("dead letters") < names.index("spool"), "the spool's copy says which are in force"
    assert names.index("spool") < names.index("damaged"), "a damaged file moves from the one to the other"
    assert MADE_ANEW not in HOLDINGS


def test_all_holdings_together_find_every_file_once(tmp_path: Path) -> None:
    paths = [
        "a",
        "lake/a/b",
        "spool/a.db",
        "spool/damaged/a",
        "spool/dead-letters/a",
        "warehouse/a.duckdb",
        "new/of/all",
        "delivery/x",
        "keys.json",
    ]
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    found = [path for holding in HOLDINGS for path in files_of(holding, tmp_path)]
    assert sorted(found) == sorted(paths)


if __name__ == "__main__":
    PAGE.write_text(REGION.sub(lambda _: table(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")

"""Builds one after another, interrupted and read from: the facts stay the same."""

import contextlib
import copy
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from contract.checkout import copy_checkout, edit
from game_events_contract.dbt_models import dbt_models
from game_events_warehouse import transform
from game_events_warehouse.build import BuildResult, build
from game_events_warehouse.errors import TransformError
from integration.built_warehouse import give_rate
from integration.warehouse_builder import Builder, build_at_noon, dbt_state, tangled, write_evening, write_morning
from unit.stored_lines import event_id
from unit.warehouse.lake_writer import NOON, LakeWriter, install, purchase

__all__ = ["build_at_noon", "dbt_state"]

FACTS = (
    "select * exclude (loaded_at) from stg_events order by event_id, fingerprint",
    "select * from fct_installs order by event_id, fingerprint",
    "select * exclude (rates_version) from fct_purchases order by event_id, fingerprint",
    "select * from fct_refunds order by event_id, fingerprint",
    "select * from int_event_dispositions order by all",
    "select * from quarantined_events order by all",
    "select * exclude (loaded_at) from rejected_events order by source_file, source_row",
    "select * from daily_revenue order by all",
)


def facts(database: Path) -> list[list[tuple[Any, ...]]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return [connection.execute(sql).fetchall() for sql in FACTS]


def rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def received(database: Path, number: int) -> list[datetime]:
    found = rows(database, f"select received_at from fct_installs where event_id = '{event_id(number)}'")
    return [moment.replace(tzinfo=UTC) for (moment,) in found]


CHILD = """
import sys
from pathlib import Path
from unit.warehouse.lake_writer import NOON
from game_events_warehouse import loader
from game_events_warehouse.build import build

def report(step, done, total):
    print(step, done, flush=True)

build(lake=sys.argv[1], database=Path(sys.argv[2]), dbt_state=Path(sys.argv[3]), now=lambda: NOON, progress=report)
print("published", 0, flush=True)
"""


def start(lake: Path, database: Path, dbt_state: Path) -> "subprocess.Popen[str]":
    paths = [path for path in sys.path if path]
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(lake), str(database), str(dbt_state)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def kill_when(process: "subprocess.Popen[str]", step: str, done: int, *, group: bool) -> None:
    """Kill the build once it has reported the step; `group` takes its dbt process along."""
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            if line.split() == [step, str(done)]:
                break
        else:
            pytest.fail(f"the build ended before {step} {done}")
        os.kill(process.pid, signal.SIGKILL)
        if group:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def sessions() -> Iterator[list[int]]:
    """Those of killed builds; what they still hold, a dbt process, ends with the tests."""
    started: list[int] = []
    yield started
    for session in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(session, signal.SIGKILL)


@dataclass(frozen=True)
class Morning:
    """A lake, and what one build made of it."""

    lake: LakeWriter
    database: Path
    built: BuildResult


@pytest.fixture(scope="module")
def first_build(tmp_path_factory: pytest.TempPathFactory, dbt_state: Path, sessions: list[int]) -> Morning:
    """The first that is not killed: one was while it loaded, one while its dbt ran."""
    root = tmp_path_factory.mktemp("morning")
    lake, database = LakeWriter(root / "lake"), root / "warehouse" / "warehouse.duckdb"
    write_morning(lake)
    lake.write(tangled(1))
    lake.write([install(900, schema_version="1-99-0", app_build=77)])
    for step, done, group in (("load", 4, False), ("transform", 30, True)):
        process = start(lake.root, database, dbt_state)
        sessions.append(process.pid)
        kill_when(process, step, done, group=group)
    assert not database.exists()
    return Morning(lake, database, build(lake=str(lake.root), database=database, now=lambda: NOON, dbt_state=dbt_state))


@pytest.fixture
def morning(first_build: Morning, tmp_path: Path) -> Morning:
    """A copy of the first build, for one test to go on with."""
    lake, database = copy.copy(first_build.lake), tmp_path / "warehouse" / first_build.database.name
    lake.root = shutil.copytree(lake.root, tmp_path / "lake")
    shutil.copytree(first_build.database.parent, database.parent)
    return replace(first_build, lake=lake, database=database)


@contextlib.contextmanager
def counted_meanwhile(database: Path) -> Iterator[set[int]]:
    """Every number of installs that a reader sees while the block runs."""
    seen: set[int] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(int(rows(database, "select count(*) from fct_installs")[0][0]))

    with ThreadPoolExecutor(1) as readers:
        reading = readers.submit(read)
        try:
            yield seen
        finally:
            done.set()
        reading.result()


@pytest.mark.long
def test_builds_in_steps_and_killed_at_some_equal_one_build_of_everything(
    morning: Morning, tmp_path: Path, build_at_noon: Builder, dbt_state: Path, sessions: list[int]
) -> None:
    """And a rate that appears between two builds restates what was pending, while a reader reads on."""
    lake, steps, first = morning.lake, morning.database, morning.built
    once = tmp_path / "once" / "warehouse.duckdb"
    assert first.revenue["AFN"].gross_base is None
    assert first.revenue["AFN"].pending == 20
    assert received(steps, 2) == [NOON]
    write_evening(lake)
    lake.write(tangled(2))
    published = steps.read_bytes()
    process = start(lake.root, steps, dbt_state)
    sessions.append(process.pid)
    kill_when(process, "transform", 10, group=False)
    assert steps.read_bytes() == published

    give_rate(steps, "AFN", "3.25")
    with counted_meanwhile(steps) as seen:
        second = build_at_noon(str(lake.root), steps)
    assert seen <= {51, 52}
    assert 51 in seen

    give_rate(once, "AFN", "3.25")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transform, "run", lambda *given, **options: pytest.fail("dbt was started"))
        published = steps.read_bytes()
        nothing = build_at_noon(str(lake.root), steps)
        assert steps.read_bytes() == published
        assert (nothing.files_loaded, nothing.revenue, nothing.rates) == (0, second.revenue, second.rates)
        give_rate(steps, "AFN", "3.5")
        with pytest.raises(pytest.fail.Exception, match="dbt was started"):
            build_at_noon(str(lake.root), steps)
    whole = build_at_noon(str(lake.root), once)
    assert facts(steps) == facts(once)
    assert second.files_loaded == 5
    assert whole.files_loaded == 11
    assert second.revenue == whole.revenue
    assert second.revenue["AFN"].gross_base == sum(Decimal(f"{number}.50") for number in range(100, 140, 2)) * Decimal(
        "3.25"
    )
    assert received(steps, 2) == [NOON - timedelta(minutes=1)]
    assert received(steps, 3) == [NOON]
    reused = f"select amount, is_id_reused from fct_purchases where event_id = '{event_id(101)}' order by amount"
    assert rows(steps, reused) == [(Decimal("77.00"), True), (Decimal("101.50"), True)]
    assert rows(steps, "select count(*) from int_event_dispositions where is_id_reused")[0][0] > 2
    kept = "select event_id, kept_event_id from quarantined_events where game_id = 'puzzle-quest'"
    assert rows(steps, kept) == [(event_id(103), event_id(101))]
    assert second.reused_ids > first.reused_ids > 0


def test_wrong_data_fails_the_build_by_name_and_the_published_database_stays(
    morning: Morning, build_at_noon: Builder
) -> None:
    lake, database = morning.lake, morning.database
    with duckdb.connect(str(database)) as connection:  # damage that no line of a lake can do
        connection.execute("insert into stg_events select * from stg_events limit 1")
    before = database.read_bytes()
    write_evening(lake)
    with pytest.raises(TransformError) as caught:
        build_at_noon(str(lake.root), database)
    assert any("every_event_once" in failure for failure in caught.value.failures)
    assert database.read_bytes() == before
    assert list(database.parent.glob(".warehouse-build-*")) == []


def test_a_field_that_a_schema_gains_is_read_from_the_lines_loaded_before(
    morning: Morning, tmp_path: Path, build_at_noon: Builder
) -> None:
    """No SQL by hand, and no second load: the column appears in staging and in the fact."""
    lake, database = morning.lake, morning.database
    project = shutil.copytree(transform.PROJECT, tmp_path / "dbt")
    schemas = edit(
        copy_checkout(tmp_path / "checkout"),
        "install/1-1-0",
        lambda document: document["properties"].update(app_build={"type": "integer"}),
        to="1-99-0",
    )
    for name, text in dbt_models(schemas, project).items():
        (project / name).write_text(text)
    assert build_at_noon(str(lake.root), database, project=project).files_loaded == 0
    read = "select event_id, app_build from fct_installs where app_build is not null"
    assert rows(database, read) == [(event_id(900), 77)]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_builds_killed_at_twelve_random_moments(
    tmp_path: Path, build_at_noon: Builder, dbt_state: Path, sessions: list[int]
) -> None:
    lake = LakeWriter(tmp_path / "lake")
    database, undisturbed = tmp_path / "disturbed" / "warehouse.duckdb", tmp_path / "undisturbed" / "warehouse.duckdb"
    random_ = random.Random(20)
    for round_ in range(12):
        lake.write([install(1000 + round_), install(round_), purchase(2000 + round_, "1.25", "GBP")])
        process = start(lake.root, database, dbt_state)
        sessions.append(process.pid)
        try:
            process.wait(timeout=random_.uniform(0, 12))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            if random_.random() < 0.5:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert process.stdout is not None
        process.stdout.close()
    build_at_noon(str(lake.root), database)
    build_at_noon(str(lake.root), undisturbed)
    assert facts(database) == facts(undisturbed)

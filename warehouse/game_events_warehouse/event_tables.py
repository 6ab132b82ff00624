"""The dbt project with the tables of the events that this installation is about."""

import shutil
from importlib.resources import files
from pathlib import Path

from game_events_models import contract

from game_events_warehouse.transform import PROJECT

DATABASE = "../../../data/warehouse/warehouse.duckdb"
"""What the profile takes for the database where nothing else is said: as seen from the project's folder."""
EVENTS = Path("models", "events")
UNIT_TESTS = "unit_tests.yml"
"""Of models with the columns of our events."""


def folders_of_the_events() -> list[Path]:
    """Where the project's files come from."""
    package = contract.events_package()
    return [PROJECT] if package == contract.PRODUCT else [PROJECT, Path(str(files(package))) / "dbt"]


def project_of_the_events(target: Path) -> Path:
    """The dbt project in this package, or a copy of it in `target` with the tables of a studio's events for ours.

    A studio's own models come along with those, and stand for ours of the same name.
    """
    package = contract.events_package()
    if package == contract.PRODUCT:
        return PROJECT
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(PROJECT, target, ignore=shutil.ignore_patterns("target", "logs", UNIT_TESTS))
    shutil.rmtree(target / EVENTS)
    shutil.copytree(Path(str(files(package))) / "dbt", target, dirs_exist_ok=True)
    if not (target / EVENTS / "purchase").exists():
        (target / "models" / "marts" / "revenue_report.yml").unlink()  # an exposure cannot be of a disabled model
    profile = target / "profiles.yml"
    profile.write_text(
        profile.read_text(encoding="utf-8").replace(DATABASE, "../../warehouse.duckdb"), encoding="utf-8"
    )
    return target

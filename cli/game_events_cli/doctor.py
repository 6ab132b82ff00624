"""`game-events doctor`: what is wrong, where, and what to do."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import DATA_DIR, AsJson, DataDir, database_of
from game_events_cli.plain_errors import not_installed

if TYPE_CHECKING:
    from game_events_api.diagnosis import Examination, Symptom

UNBUILT_HOURS = 26
"""So much older than what was delivered a warehouse may be that is built once a day."""
BUILD = "build it: game-events warehouse build"
RATE_DAYS = 45
"""So old the ECB's newest rate may be: what is bundled with a release is some weeks old."""


def doctor(data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Look at all that a server rests on, from its settings to the warehouse, and say what to mend.

    It changes nothing and may run while the server does, as its user and with its environment.
    Exit code 0: nothing to mend. 1: something is wrong. 2: the settings or the data folder cannot be used.
    """
    examinations = []
    for one in _examinations(data_dir):
        examinations.append(one)
        if not as_json:
            _print(one)
    symptoms = [symptom for one in examinations for symptom in one.symptoms]
    if as_json:
        typer.echo(json.dumps({"well": not symptoms, "examinations": [asdict(one) for one in examinations]}))
    else:
        typer.echo(f"{len(symptoms)} to mend" if symptoms else "nothing to mend")
    if any(symptom.unusable for symptom in symptoms):
        raise typer.Exit(ExitCode.UNUSABLE)
    raise typer.Exit(ExitCode.FAILED if symptoms else ExitCode.OK)


def _print(examination: "Examination") -> None:
    width = 13
    if not examination.symptoms:
        typer.echo(f"ok     {examination.of:<{width}}{examination.said}")
    for symptom in examination.symptoms:
        typer.echo(f"WRONG  {examination.of:<{width}}{symptom.what}")
        typer.echo(f"{'where:':>{7 + width - 1}} {symptom.where}")
        typer.echo(f"{'mend:':>{7 + width - 1}} {symptom.remedy}")


def _examinations(data_dir: Path) -> "Iterator[Examination]":
    from game_events_api.diagnosis import Examination, Symptom, examine
    from game_events_api.errors import ConfigurationError
    from game_events_api.hooks import load_all
    from game_events_api.settings import AdminSettings, DeliverySettings, Environment, Settings

    given = {"data_dir": data_dir}
    try:
        environment = Environment.read(os.environ)
        settings, delivery = environment.of(Settings, given), environment.of(DeliverySettings, given)
        admin = environment.of(AdminSettings, given)
        load_all(settings.enrich, settings.observe)
    except ConfigurationError as error:
        remedy = "set it right; docs/edge.md, access.md and delivery.md list every setting"
        said = "cannot be used; what follows is examined by the defaults"
        yield Examination("settings", said, [Symptom(str(error), "variables GAME_EVENTS_…", remedy, unusable=True)])
        settings, delivery = Settings(data_dir=data_dir), DeliverySettings(data_dir=data_dir)
        admin = AdminSettings(data_dir=data_dir)
    else:
        yield Examination("settings", environment.ignored or f"{len(environment.settings)} are set by variables")
    yield from examine(settings, delivery, admin)
    yield _contract()
    if (database := database_of(data_dir)).exists():
        try:
            yield _warehouse(database, data_dir / "lake")
            yield _rates(database)
        except ModuleNotFoundError as error:  # as in the server's image, beside a warehouse that another one builds
            if (lacking := not_installed(error)) is None:
                raise
            yield Examination("warehouse", f"not looked into: {lacking}")
    elif database.parent.is_dir():
        what = "its folder is there and no warehouse is in it: it was moved away, or no build came to its end"
        yield Examination("warehouse", "is gone", [Symptom(what, str(database), BUILD)])


def _contract() -> "Examination":
    """The project's schemas are as they were published, and the installed package was made of them."""
    from game_events_api.diagnosis import Examination, Symptom
    from game_events_contract.bundle import bundle
    from game_events_contract.gate import locked_labels, published_changes
    from game_events_contract.project import NoProject, Project, find
    from game_events_models import contract
    from game_events_models.contract import NoEvents

    try:
        package = contract.events_package()
        project = Project.at(find(Path.cwd()))
    except NoProject:
        return Examination("contract", f"events of {package}, as installed; no project is around this folder")
    except NoEvents as error:
        remedy = "see docs/schemas.md, or unset GAME_EVENTS_PROJECT"
        return Examination("contract", "no events", [Symptom(str(error), "GAME_EVENTS_PROJECT", remedy, True)])
    schemas = project.schemas
    symptoms = [
        Symptom(f"{one.where}: {one.message}", str(schemas.folder), "git diff schemas shows what was changed")
        for one in published_changes(schemas)
    ]
    if not symptoms and project.package == package:
        published = locked_labels(schemas)
        known = {f"{name}/{version}" for name, versions in contract.versions().items() for version in versions}
        there = {
            file.label: file for versions in schemas.events.values() for file in versions if file.label in published
        }
        differ = {label for label in there.keys() & known if bundle(there[label]) != contract.schema(*label.split("/"))}
        for label in sorted((there.keys() ^ known) | differ):
            remedy = "game-events schemas publish, or install the package that was made of them; then start anew"
            symptoms.append(Symptom(f"the installed contract has not this {label}", f"package {package}", remedy))
    return Examination("contract", f"events of {package}, as published in {schemas.folder}", symptoms)


def _warehouse(database: Path, lake: Path) -> "Examination":
    from game_events_api.diagnosis import Examination, Symptom
    from game_events_warehouse.errors import WarehouseError
    from game_events_warehouse.reader import contents

    built = datetime.fromtimestamp(database.stat().st_mtime, UTC)
    said = f"built {built:%Y-%m-%d %H:%M} UTC"
    try:
        contents(database)
    except WarehouseError as error:
        return Examination("warehouse", said, [_unreadable(database, error)])
    newest = max((file.stat().st_mtime for file in lake.glob("events/**/*.gz")), default=0.0)
    hours = (newest - built.timestamp()) / 3600
    if hours <= UNBUILT_HOURS:
        return Examination("warehouse", said)
    what = f"{said}; the newest delivered events are {hours:,.0f} hours newer"
    remedy = "game-events warehouse build, and let a timer do it"
    return Examination("warehouse", said, [Symptom(what, str(database), remedy)])


def _rates(database: Path) -> "Examination":
    """By the rates that a build would take today, and what the published facts lack."""
    from game_events_api.diagnosis import Examination, Symptom
    from game_events_warehouse import rates
    from game_events_warehouse.errors import WarehouseError

    symptoms = []
    base = os.environ.get("GAME_EVENTS_BASE_CURRENCY", "USD")
    own = "give the studio's own: game-events warehouse rates load FILE"
    try:
        ecb = rates.ages(database, base, datetime.now(UTC).date())[0]
        for gap in rates.gaps_of(database):
            if gap["status"] == "pending":
                what = f"{gap['purchases']:,} purchases in {gap['currency']} have no rate, and no amount in {base}"
                symptoms.append(Symptom(what, str(database), own))
    except WarehouseError as error:
        return Examination("rates", "cannot be told", [_unreadable(database, error)])
    if ecb.age_days is None or ecb.age_days > RATE_DAYS:
        what = f"the ECB's newest rate is of {ecb.last}, {ecb.age_days} days ago"
        symptoms.append(Symptom(what, "--ecb-history of warehouse build", f"give a newer history there, or {own}"))
    return Examination("rates", f"the ECB's newest is of {ecb.last}", symptoms)


def _unreadable(database: Path, error: Exception) -> "Symptom":
    from game_events_api.diagnosis import Symptom

    return Symptom(f"cannot be read: {error}", str(database), BUILD)

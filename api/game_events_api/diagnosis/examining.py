"""All examinations, in the order in which one thing rests on another."""

from collections.abc import Iterator
from datetime import UTC, datetime

from game_events_api.diagnosis import admitting, destinations, folder, running, stored
from game_events_api.diagnosis.symptoms import Examination
from game_events_api.settings import AdminSettings, DeliverySettings, Settings


def examine(settings: Settings, delivery: DeliverySettings, admin: AdminSettings) -> Iterator[Examination]:
    """Of the data folder that the settings name; nothing is changed in it. A few seconds where a service is silent."""
    data_dir = settings.data_dir
    found = folder.data_folder(data_dir)
    yield found
    if not any(symptom.unusable for symptom in found.symptoms):
        yield from _inside(settings)
        yield admitting.keys(data_dir, datetime.now(UTC), settings.keys_place)
        runs = running.Running.on(data_dir)
        yield running.server(data_dir, runs)
        yield running.reports(data_dir)
        yield destinations.delivery(data_dir, runs)
        if "lake" in delivery.sinks:
            yield destinations.lake(data_dir)
        yield stored.spool(data_dir)
    yield running.open_files(settings.max_connections)
    yield from destinations.redis(settings)
    yield from destinations.aws(delivery)
    yield from destinations.error_place(delivery)
    yield from destinations.issuer(admin)


def examine_folder(settings: Settings) -> Iterator[Examination]:
    """What no process of a running server reports by itself."""
    yield folder.data_folder(settings.data_dir)
    yield from _inside(settings)


def _inside(settings: Settings) -> Iterator[Examination]:
    data_dir = settings.data_dir
    yield folder.disk(data_dir, settings.max_spool_bytes * settings.workers)
    yield folder.clock(data_dir)
    yield admitting.games(data_dir)
    yield stored.balance(data_dir)
    yield stored.dead_letters(data_dir)
    yield stored.audit_log(data_dir)

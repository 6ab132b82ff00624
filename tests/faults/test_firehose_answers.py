"""Firehose's answers that are slow, break off in the middle or never end: delivery goes on, and loses nothing."""

from pathlib import Path

import pytest
from conftest import lake_ids, wait_until
from game_events_api import ledger
from game_events_devtools.firehose_emulator import DirectoryDestination, Fault, FirehoseEndpoint
from integration.test_delivery_process import delivery, firehose_settings
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.stored_lines import event_id

EVENTS = 200


@pytest.mark.parametrize(
    "faults",
    [
        [Fault("trickle", seconds=3600.0, times=5)],  # more than there are threads
        [Fault("break-off"), Fault("store-then-hang", seconds=3.0), Fault("malformed"), Fault("trickle", seconds=0.5)],
    ],
    ids=["byte by byte", "broken off, late, unreadable"],
)
def test_whatever_becomes_of_an_answer_every_event_arrives(tmp_path: Path, faults: list[Fault]) -> None:
    maker = SpoolMaker(tmp_path)
    maker.append(*([line(number)] for number in range(EVENTS)))
    settings = {
        "GAME_EVENTS_FIREHOSE_READ_TIMEOUT": "1",
        "GAME_EVENTS_FIREHOSE_CALL_TIMEOUT": "2",
        "GAME_EVENTS_FIREHOSE_THREADS": "2",
    }
    with FirehoseEndpoint(DirectoryDestination(tmp_path / "lake")) as endpoint:
        endpoint.faults.extend(faults)
        with delivery(tmp_path, **firehose_settings(endpoint.url), **settings):
            wait_until(lambda: ledger.waiting(tmp_path) == 0, 120, (tmp_path / "delivery.log").read_text)
        endpoint.flush()
    assert set(lake_ids(tmp_path)) == {event_id(number) for number in range(EVENTS)}
    assert ledger.read(tmp_path).total("delivered") == EVENTS

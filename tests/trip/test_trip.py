"""The trip of an event through the code stays short: these numbers may only become smaller."""

from pathlib import Path

from trip.trip import EVENT, TRIPS, of_an_event


def test_an_accepted_event_visits_few_modules_and_comes_back_seldom(tmp_path: Path) -> None:
    trip = of_an_event(tmp_path, EVENT)

    assert trip.visited <= 21, trip.modules
    assert trip.called_again <= 30, trip.called


def test_a_batch_of_one_visits_the_modules_of_a_single_event(tmp_path: Path) -> None:
    single = TRIPS["an accepted event"](tmp_path / "single")
    batch = TRIPS["a batch of one"](tmp_path / "batch")

    assert set(batch.modules) == set(single.modules)
    assert batch.called_again <= 33, batch.called  # decoded before the rate of its events is known


def test_a_block_on_its_way_to_firehose_comes_back_seldom(tmp_path: Path) -> None:
    trip = TRIPS["a block to Firehose"](tmp_path)

    assert trip.returns <= 53, trip.modules

"""Delivery's settings: which sinks there are."""

import pytest
from game_events_api.settings import DeliverySettings
from pydantic import ValidationError


@pytest.mark.parametrize(
    ("sink", "sinks"), [("lake", ("lake",)), ("lake,firehose", ("lake", "firehose")), (" lake , ", ("lake",))]
)
def test_sinks_are_named_between_commas(sink: str, sinks: tuple[str, ...]) -> None:
    assert DeliverySettings(sink=sink).sinks == sinks


@pytest.mark.parametrize("sink", ["", ",", "kafka", "lake,lake", "lake,kafka"])
def test_an_unknown_repeated_or_absent_sink_is_refused_with_those_there_are(sink: str) -> None:
    with pytest.raises(ValidationError, match="give one of lake, firehose, s3, or a list of them"):
        DeliverySettings(sink=sink)

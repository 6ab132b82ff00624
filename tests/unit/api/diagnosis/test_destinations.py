"""What is asked on the way is asked for a few seconds only."""

from typing import Any

import pytest
from game_events_api.delivery import firehose_failures
from game_events_api.diagnosis import destinations
from game_events_api.settings import DeliverySettings


def test_an_error_output_that_does_not_answer_holds_up_doctor_for_seconds_and_delivery_for_as_long_as_it_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[float] = []

    def client(service: str, *, read_timeout: float, connect_timeout: float, **_: Any) -> Any:
        asked.append(read_timeout + connect_timeout)
        raise OSError("silence")

    monkeypatch.setattr(firehose_failures, "client", client)
    settings = DeliverySettings(sink="firehose", firehose_error_output="s3://lake/errors/")
    (found,) = destinations.error_place(settings)
    assert [symptom.what for symptom in found.symptoms] == [
        "what Firehose could not deliver is not found in s3://lake/errors/: OSError: silence"
    ]
    output = firehose_failures.error_output("s3://lake/errors/", endpoint_url=None, region=None)
    with pytest.raises(OSError, match="silence"):
        next(iter(output.objects()))
    of_doctor, of_delivery = asked
    assert of_doctor <= 6 < 30 < of_delivery

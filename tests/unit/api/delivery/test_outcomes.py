"""Every result of a call, and its absence, has one meaning."""

from typing import Any

import pytest
from botocore import exceptions as aws
from faults.fault_script import client_error
from game_events_api.delivery.outcomes import outcome_of


@pytest.mark.parametrize(
    ("error", "fate", "health"),
    [
        (client_error("ServiceUnavailableException", 503), "retry", "throttled"),
        (client_error("ThrottlingException", 400), "retry", "throttled"),
        (client_error("LimitExceededException", 400), "retry", "throttled"),
        (client_error("InternalFailure", 500), "retry", "failing"),
        (client_error("Whatever", 502), "retry", "failing"),
        (client_error("ResourceNotFoundException", 400), "retry", "alarm"),
        (client_error("InvalidKMSResourceException", 400), "retry", "alarm"),
        (client_error("AccessDeniedException", 400), "retry", "alarm"),
        (client_error("ExpiredTokenException", 400), "retry", "alarm"),
        (client_error("NeverSeenBefore", 400), "retry", "alarm"),
        (client_error("InvalidArgumentException", 400), "suspect", "healthy"),
        (client_error("SerializationException", 400), "suspect", "healthy"),
        (client_error("", 413), "suspect", "healthy"),
        (aws.ParamValidationError(report="too long"), "suspect", "healthy"),
        (aws.NoCredentialsError(), "retry", "alarm"),
        (aws.PartialCredentialsError(provider="env", cred_var="x"), "retry", "alarm"),
        (aws.NoRegionError(), "retry", "alarm"),
        (aws.ConnectTimeoutError(endpoint_url="x"), "retry", "failing"),
        (aws.ReadTimeoutError(endpoint_url="x"), "retry", "failing"),
        (aws.EndpointConnectionError(endpoint_url="x"), "retry", "failing"),
        (aws.ConnectionClosedError(endpoint_url="x"), "retry", "failing"),
        (aws.ResponseStreamingError(error="x"), "retry", "failing"),
        (ValueError("not JSON"), "retry", "failing"),
    ],
)
def test_a_failed_call(error: Exception, fate: str, health: str) -> None:
    outcome = outcome_of(error, 3)

    assert [record.fate for record in outcome.records] == [fate] * 3
    assert outcome.health == health
    assert type(error).__name__ in outcome.reason


STORED = {"RecordId": "r"}
THROTTLED = {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down."}
INTERNAL = {"ErrorCode": "InternalFailure", "ErrorMessage": "x"}


@pytest.mark.parametrize(
    ("count", "entries", "fates", "health"),
    [
        (0, [STORED, STORED], ["stored", "stored"], "healthy"),
        (1, [STORED, INTERNAL], ["stored", "retry"], "healthy"),
        (1, [THROTTLED, STORED], ["retry", "stored"], "throttled"),
        (2, [INTERNAL, INTERNAL], ["retry", "retry"], "failing"),
        (0, [STORED, INTERNAL], ["stored", "retry"], "healthy"),  # the list is believed, not the count
        (1, [STORED, STORED], ["retry", "retry"], "failing"),  # nobody knows which
        (0, [STORED], ["retry", "retry"], "failing"),
        (0, [STORED, {}], ["stored", "retry"], "throttled"),
        (0, None, ["retry", "retry"], "failing"),
        (0, [STORED, "x"], ["retry", "retry"], "failing"),
    ],
)
def test_a_result(count: int, entries: Any, fates: list[str], health: str) -> None:
    outcome = outcome_of({"FailedPutCount": count, "RequestResponses": entries}, 2)

    assert [record.fate for record in outcome.records] == fates
    assert outcome.health == health

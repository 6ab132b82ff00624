"""What a call's result, or its absence, means for each record and for the service's health. Pure.

Per record `stored`, `retry`, or `suspect`: the call was refused for what is in it, so it is taken apart
until the culprit stands alone. For the service `healthy`, `throttled`, `failing`, or `alarm`: nothing in
the call is at fault, and only an operator (or renewed credentials) can help.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from botocore import exceptions as aws

Fate = Literal["stored", "retry", "suspect"]
Health = Literal["healthy", "throttled", "failing", "alarm"]
CallResult = Mapping[str, Any] | Exception
"""What a call to PutRecordBatch returned or raised."""

THROTTLED = frozenset(
    {
        "ServiceUnavailableException",
        "ServiceUnavailable",
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "LimitExceededException",
        "SlowDown",
    }
)
CONTENT = frozenset(
    {
        "InvalidArgumentException",
        "ValidationException",
        "SerializationException",
        "RequestEntityTooLarge",
        "RequestEntityTooLargeException",
        "413",
    }
)
ALARM = (
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.CredentialRetrievalError,
    aws.TokenRetrievalError,
    aws.SSOError,
    aws.ProfileNotFound,
    aws.InvalidConfigError,
    aws.ConfigParseError,
    aws.InfiniteLoopConfigError,
    aws.MetadataRetrievalError,
    aws.NoRegionError,
    aws.UnknownEndpointError,
    aws.NoAuthTokenError,
)


@dataclass(frozen=True)
class RecordOutcome:
    fate: Fate
    reason: str = ""
    counts: bool = True
    """Whether a failure speaks against the record itself; throttling never does."""


@dataclass(frozen=True)
class CallOutcome:
    records: tuple[RecordOutcome, ...]
    health: Health
    reason: str = ""


STORED = RecordOutcome("stored")


def outcome_of(result: CallResult, records: int) -> CallOutcome:
    """The fate of each of the call's `records` records."""
    if isinstance(result, Exception):
        return _outcome_of_error(result, records)
    listed = result.get("RequestResponses")
    if not isinstance(listed, list) or len(listed) != records or not all(isinstance(one, Mapping) for one in listed):
        return _all(records, "retry", "failing", "malformed result: it does not list every record", counts=False)
    outcomes = tuple(_outcome_of_record(one) for one in listed)
    failed = sum(outcome.fate != "stored" for outcome in outcomes)
    if failed == 0 and result.get("FailedPutCount"):
        # The count says some failed, the list does not say which: send all again, the facts count once.
        return _all(records, "retry", "failing", "FailedPutCount disagrees with the list", counts=False)
    if failed == 0:
        return CallOutcome(outcomes, "healthy")
    reason = next(outcome.reason for outcome in outcomes if outcome.fate != "stored")
    throttled = any(not outcome.counts for outcome in outcomes if outcome.fate != "stored")
    if throttled:
        return CallOutcome(outcomes, "throttled", reason)
    return CallOutcome(outcomes, "healthy" if failed < records else "failing", reason)


def _outcome_of_record(said: Mapping[str, Any]) -> RecordOutcome:
    code = said.get("ErrorCode")
    if not code:
        return STORED if said.get("RecordId") else RecordOutcome("retry", "no RecordId and no ErrorCode", counts=False)
    return RecordOutcome("retry", f"{code}: {said.get('ErrorMessage') or 'no message'}", counts=code not in THROTTLED)


def _outcome_of_error(error: Exception, records: int) -> CallOutcome:
    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, aws.ClientError):
        response: Mapping[str, Any] = error.response
        code = str(response.get("Error", {}).get("Code", ""))
        status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if code in THROTTLED or status == 429:
            return _all(records, "retry", "throttled", reason, counts=False)
        if code in CONTENT or status == 413:
            return _all(records, "suspect", "healthy", reason)
        if status >= 500 or code in ("InternalFailure", "InternalError", "InternalServerError"):
            return _all(records, "retry", "failing", reason, counts=False)
        return _all(records, "retry", "alarm", reason, counts=False)
    if isinstance(error, aws.ParamValidationError):
        return _all(records, "suspect", "healthy", reason)
    if isinstance(error, ALARM):
        return _all(records, "retry", "alarm", reason, counts=False)
    # Timeouts, resets, DNS, TLS, an unreadable body: it may have been stored or not, so it is sent again.
    return _all(records, "retry", "failing", reason, counts=False)


def _all(records: int, fate: Fate, health: Health, reason: str, *, counts: bool = True) -> CallOutcome:
    return CallOutcome((RecordOutcome(fate, reason, counts),) * records, health, reason)

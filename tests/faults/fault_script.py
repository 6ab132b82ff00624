"""What goes wrong and when: windows of simulated time, and moments at which the process dies."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from botocore import exceptions as aws
from unit.api.delivery.simulation import SimulatedClock


class Crash(BaseException):
    """kill -9: nothing after it runs; what is on disk stays."""


@dataclass(frozen=True)
class Window:
    """The fault `kind` between two moments of simulated time."""

    kind: str
    start: float
    end: float


CALL_FAULTS = (
    "timeout-after-write",
    "hang",
    "reset",
    "dns",
    "some-records",
    "throttled-call",
    "throttled-records",
    "5xx",
    "expired-credentials",
    "no-credentials",
    "stream-deleted",
    "kms",
    "malformed",
    "miscount",
)
DISK_FAULTS = ("spool-disk-full", "lake-disk-full", "lake-io-error")
S3_FAULTS = (
    "s3-timeout-after-write",
    "s3-hang",
    "s3-unreachable",
    "s3-no-credentials",
    "s3-5xx",
    "s3-slow-down",
    "s3-denied",
    "crash-before-put",
    "crash-after-put",
)
CRASHES = (
    "crash-before-call",
    "crash-after-call",
    "crash-before-settling",
    "crash-after-settling",
    "crash-after-announcing",
    "crash-half-written",
    "crash-before-fulfilling",
    "crash-after-fulfilling",
)
OTHERS = ("clock-jump", "sigterm", "poison-refused", "poison-failing", "flood")
FAULTS = CALL_FAULTS + DISK_FAULTS + S3_FAULTS + CRASHES + OTHERS


class Faults:
    """Which fault is on now. A crash happens once, at the first chance inside its window."""

    def __init__(self, windows: Iterable[Window], clock: SimulatedClock) -> None:
        self._windows = list(windows)
        self._clock = clock
        self.happened: Counter[str] = Counter()

    def on(self, kind: str) -> bool:
        if any(one.kind == kind and one.start <= self._clock.now < one.end for one in self._windows):
            self.happened[kind] += 1
            return True
        return False

    def crash(self, kind: str) -> None:
        for window in self._windows:
            if window.kind == kind and window.start <= self._clock.now:
                self._windows.remove(window)
                self.happened[kind] += 1
                raise Crash(kind)

    def once(self, kind: str) -> bool:
        try:
            self.crash(kind)
        except Crash:
            return True
        return False


def client_error(code: str, status: int, operation: str = "PutRecordBatch") -> aws.ClientError:
    return aws.ClientError(
        {"Error": {"Code": code, "Message": "scripted"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        operation,
    )

"""Faults on demand: what goes wrong with which call, written down before it happens."""

import json
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

FaultKind = Literal[
    "fail-records",  # `count` records of the call fail with `code`, the others are stored
    "refuse",  # the whole call fails with `code` and `status`
    "store-then-hang",  # everything is stored, the answer comes `seconds` later
    "store-then-reset",  # everything is stored, the connection breaks before the answer
    "hang",  # nothing is stored, the answer comes `seconds` later as a 503
    "reset",  # nothing is stored, the connection breaks
    "break-off",  # everything is stored, the connection breaks in the middle of the answer
    "trickle",  # everything is stored, the answer comes byte by byte, for `seconds` at most
    "malformed",  # everything is stored, the answer is no JSON
    "undeliverable",  # everything is confirmed, `count` records go under the error prefix with `code`
    "miscount",  # `count` records fail, FailedPutCount says none did
]


@dataclass(frozen=True)
class Fault:
    kind: FaultKind
    code: str = "ServiceUnavailableException"
    status: int = 400
    count: int = 1
    seconds: float = 0.0
    times: int = 1
    """How many calls in a row it hits."""
    after: int = 0
    """How many calls pass unharmed before it."""

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            raise ValueError(f"unknown fault {self.kind!r}: give one of {', '.join(get_args(FaultKind))}")


class FaultScript:
    """Faults in order; each waits for its `after`, hits its `times`, and makes room for the next."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._calls: deque[Fault | None] = deque()
        self.extend(faults)

    @classmethod
    def from_file(cls, path: Path) -> "FaultScript":
        """A JSON list of objects with the fields of Fault."""
        return cls(Fault(**entry) for entry in json.loads(path.read_text()))

    def extend(self, faults: Iterable[Fault]) -> None:
        with self._lock:
            for fault in faults:
                self._calls += [None] * fault.after + [fault] * fault.times

    def next(self) -> Fault | None:
        """The fault of the call that comes now."""
        with self._lock:
            return self._calls.popleft() if self._calls else None

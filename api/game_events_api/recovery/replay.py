"""How a replay goes: its pace, its report, its record."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from game_events_api.private_files import make_folder, open_private, sync_folder
from game_events_api.recovery.recheck import Fails


class Pace:
    """At most `per_second` events, counted from the first; None is as fast as it goes."""

    def __init__(
        self,
        per_second: float | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._per_second = per_second
        self._monotonic = monotonic
        self._sleep = sleep
        self._started: float | None = None
        self._sent = 0

    def after(self, events: int) -> None:
        """Wait until as much time has passed as the events sent so far may take."""
        if self._started is None:
            self._started = self._monotonic()
        self._sent += events
        if self._per_second is not None:
            self._sleep(max(0.0, self._started + self._sent / self._per_second - self._monotonic()))


@dataclass
class Report:
    """What a replay or its dry run came to; `repeated` of those that passed had been sent before."""

    passed: int = 0
    repeated: int = 0
    failed: Counter[Fails] = field(default_factory=Counter)

    @property
    def events(self) -> int:
        return self.passed + self.failed.total()

    @property
    def totals(self) -> dict[str, int]:
        return {"passed": self.passed, "refused": self.failed.total(), "repeated": self.repeated}

    @property
    def document(self) -> dict[str, Any]:
        """JSON values, as the HTTP contract has them."""
        return {
            "events": self.events,
            "passed": self.passed,
            "repeated": self.repeated,
            "refused": [
                {"rule": fails.rule, "message": fails.message, "events": number}
                for fails, number in self.failed.most_common()
            ],
        }


def audit(data_dir: Path, action: str, now: float, by: str | None, **details: int) -> None:
    """Append to `<data-dir>/delivery/audit.jsonl`, synced; `by` is a key, else this user.

    Before anything is sent and after all of it was: one that dies in between is on record.
    """
    path = data_dir / "delivery" / "audit.jsonl"
    make_folder(path.parent)
    new = not path.exists()
    act = {"at": now, "action": action, "by": by or os.environ.get("USER") or str(os.getuid()), **details}
    with open_private(path, "a") as file:
        file.write(json.dumps(act) + "\n")
        file.flush()
        os.fsync(file.fileno())
    if new:
        sync_folder(path.parent)

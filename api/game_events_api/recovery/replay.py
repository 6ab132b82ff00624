"""What dead letters and refused events share: the verdict of a schema, the pace of a replay, its report and record."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from game_events_models.http import FieldError

from game_events_api.contract.catalog import Catalog, Schema, violations


@dataclass(frozen=True)
class Verdict:
    passes: bool
    rule: str = ""
    message: str = ""


class Verdicts:
    """Judges an event by the version it names, or by `as_version`, which it then names; ValueError when that is none.

    Unlike the edge it takes events of retired versions: they were sent in time.
    """

    def __init__(self, catalog: Catalog, as_version: str | None = None) -> None:
        self._catalog = catalog
        self._target: Schema | None = None
        if as_version is not None:
            event_type, _, version = as_version.partition("/")
            found = catalog.find({"event_type": event_type, "schema_version": version})
            if isinstance(found, FieldError):
                raise ValueError(found.message)
            self._target = found

    def judge(self, event: object) -> tuple[Verdict, dict[str, Any], Schema | None]:
        """The verdict, the event with the version that judged it, and the schema of that when the event passes."""
        if not isinstance(event, dict):
            return Verdict(False, "type", "not a JSON object"), {}, None
        if self._target is not None and self._target.event_type == event.get("event_type"):
            event = {**event, "schema_version": self._target.version}
        schema = self._catalog.find(event)
        if isinstance(schema, FieldError):
            return Verdict(False, schema.rule, schema.message), event, None
        try:
            errors = violations(schema.validator, event)
        except ValueError:  # the validator's own bound, 255 levels
            return Verdict(False, "too-deep", "nested deeper than any schema allows"), event, None
        if errors:
            place = f"{errors[0].pointer or '/'} of {schema.event_type}/{schema.version}"
            return Verdict(False, errors[0].rule, place), event, None
        return Verdict(True), event, schema


class Pace:
    """At most `per_second` events, counted from the first; None is as fast as it goes."""

    def __init__(
        self,
        per_second: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._per_second = per_second
        self._clock = clock
        self._sleep = sleep
        self._started: float | None = None
        self._sent = 0

    def after(self, events: int) -> None:
        """Wait until as much time has passed as the events sent so far may take."""
        if self._started is None:
            self._started = self._clock()
        self._sent += events
        if self._per_second is not None:
            self._sleep(max(0.0, self._started + self._sent / self._per_second - self._clock()))


def totals(verdicts: Counter[Verdict]) -> dict[str, int]:
    passed = sum(number for verdict, number in verdicts.items() if verdict.passes)
    return {"passed": passed, "refused": verdicts.total() - passed}


def report(verdicts: Counter[Verdict], repeated: int = 0) -> dict[str, Any]:
    """A replay or its dry run as JSON values; `repeated` of those that passed had been sent before."""
    return {
        "events": verdicts.total(),
        "passed": totals(verdicts)["passed"],
        "repeated": repeated,
        "refused": [
            {"rule": verdict.rule, "message": verdict.message, "events": number}
            for verdict, number in verdicts.most_common()
            if not verdict.passes
        ],
    }


def rows(counts: Counter[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """Counts by game, event type and reason as JSON values, most first."""
    return [
        {"game_id": game_id, "event_type": event_type, "reason": reason, "events": number}
        for (game_id, event_type, reason), number in counts.most_common()
    ]


def audit(data_dir: Path, action: str, now: float, by: str | None, **details: int) -> None:
    """Append to `<data-dir>/delivery/audit.jsonl`, synced; `by` is a key, else this user.

    Before anything is sent and after all of it was: one that dies in between is on record.
    """
    path = data_dir / "delivery" / "audit.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = {"at": now, "action": action, "by": by or os.environ.get("USER") or str(os.getuid()), **details}
    with path.open("a") as file:
        file.write(json.dumps(entry) + "\n")
        file.flush()
        os.fsync(file.fileno())

"""What replays share: the verdict of a schema, the pace, and the record of what was done."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from game_events_models import contract
from jsonschema_rs import Draft202012Validator


@dataclass(frozen=True)
class Verdict:
    passes: bool
    rule: str = ""
    message: str = ""


SchemaOf = Callable[[str, str], Mapping[str, Any]]


class Verdicts:
    """Judges an event by the version it names, or by `as_version`, which it then names.

    `versions` and `schema_of` are the published contract unless a test brings its own.
    """

    def __init__(
        self,
        as_version: str | None = None,
        *,
        versions: Mapping[str, tuple[str, ...]] | None = None,
        schema_of: SchemaOf = contract.judging_schema,
    ) -> None:
        self._versions = contract.versions() if versions is None else versions
        self._schema_of = schema_of
        self._validators: dict[tuple[str, str], Draft202012Validator] = {}
        self._target: tuple[str, str] | None = None
        if as_version is not None:
            event_type, _, version = as_version.partition("/")
            if version not in self._versions.get(event_type, ()):
                known = [f"{name}/{one}" for name, listed in self._versions.items() for one in listed]
                raise ValueError(f"{as_version} is not published; published are {', '.join(known)}")
            self._target = (event_type, version)

    def judge(self, event: object) -> tuple[Verdict, dict[str, Any]]:
        """The verdict, and the event with the version that it was judged by."""
        if not isinstance(event, dict):
            return Verdict(False, "type", "not a JSON object"), {}
        event_type, version = str(event.get("event_type")), str(event.get("schema_version"))
        if self._target is not None and self._target[0] == event_type:
            version = self._target[1]
            event = {**event, "schema_version": version}
        if version not in self._versions.get(event_type, ()):
            return Verdict(False, "unknown-schema-version", f"{event_type}/{version} is not published"), event
        try:
            error = next(iter(self._validator(event_type, version).iter_errors(event)), None)
        except ValueError:  # the validator's own bound, 255 levels
            return Verdict(False, "too-deep", "nested deeper than any schema allows"), event
        if error is not None:
            rule = next((part for part in reversed(error.schema_path) if isinstance(part, str)), "schema")
            where = "/".join(str(part) for part in error.instance_path)
            return Verdict(False, rule, f"/{where} of {event_type}/{version}"), event
        return Verdict(True), event

    def _validator(self, event_type: str, version: str) -> Draft202012Validator:
        place = (event_type, version)
        if place not in self._validators:
            schema = dict(self._schema_of(event_type, version))
            self._validators[place] = Draft202012Validator(schema, validate_formats=True)
        return self._validators[place]


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

"""What `/ready` rests on: of a worker its own checks; of the server what all workers report, keys, damage, delivery."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from game_events_models.http import Check

from game_events_api.admission.keyring import Keyring
from game_events_api.admission.sharing import SharedState
from game_events_api.metrics import SnapshotFile, snapshots
from game_events_api.spool import Spool
from game_events_api.spool.damaged import FOLDER

STATUS_STALE_SECONDS = 15.0
REPORT_SECONDS = 5.0
"""A worker reports every second; one that has not for so long is gone, hangs, or has a disk that takes nothing."""
DETAIL_CHARACTERS = 1024
"""The contract's bound; what is told of Redis, spools and damage may be longer."""


class Readiness:
    """Of one worker; `draining` is set when the server begins to shut down."""

    def __init__(self, spool: Spool, shared: SharedState | None = None) -> None:
        self.draining = False
        self._spool = spool
        self._shared = shared

    def __call__(self) -> Mapping[str, Check]:
        spool = spool_check(self._spool)
        checks = {"accepting": self._accepting(spool), "spool": spool}
        if self._shared is not None:
            checks["redis"] = redis_check(self._shared)
        return checks

    @property
    def is_ready(self) -> bool:
        return all(check.status != "fail" for check in self().values())

    def report(self) -> Mapping[str, tuple[str, str]]:
        """As a snapshot takes it along."""
        return {name: (check.status, check.detail) for name, check in self().items()}

    def _accepting(self, spool: Check) -> Check:
        if self.draining:
            return _check("fail", "shutting down")
        if spool.status == "fail":
            return _check("fail", "every event is answered 503: nothing can be stored, see spool")
        return _check("pass", "taking events")


class ServerReadiness:
    """Of the whole server, by what its workers last reported and by what stands in the data folder."""

    def __init__(
        self, data_dir: Path, keyring: Keyring, workers: int, own: SnapshotFile, wall: Callable[[], float] = time.time
    ) -> None:
        """`workers` is how many there should be; `own` is where this process reports, on the same disk as they do."""
        self._data_dir = data_dir
        self._keyring = keyring
        self._workers = workers
        self._own = own
        self._wall = wall

    def __call__(self) -> Mapping[str, Check]:
        now = self._wall()
        reports = {
            process: snapshot.checks
            for process, snapshot in snapshots(self._data_dir)
            if snapshot.checks and now - snapshot.written_at <= REPORT_SECONDS
        }
        names = dict.fromkeys(name for checks in reports.values() for name in checks)
        merged = {name: _merged({process: checks[name] for process, checks in reports.items()}) for name in names}
        damage = damage_check(self._data_dir / "spool")
        return {
            "workers": self._of_workers(len(reports)),
            **merged,
            "keys": keys_check(self._keyring),
            **({"damage": damage} if damage.status != "pass" else {}),
            "delivery": delivery_check(self._data_dir / "delivery" / "status.json", self._wall),
        }

    def _of_workers(self, reporting: int) -> Check:
        if reporting >= self._workers:
            return _check("pass", f"{reporting} report")
        why = f"; reports cannot be written: {self._own.failure}" if self._own.failure else ""
        said = f"{reporting} of {self._workers} have reported within {REPORT_SECONDS:g} s{why}"
        return _check("warn" if reporting else "fail", said)


def _merged(found: Mapping[str, tuple[str, str]]) -> Check:
    """What one check is on all workers: it fails where it fails on each, for the others go on."""
    statuses = {status for status, _ in found.values()}
    details = {detail for _, detail in found.values()}
    said = details.pop() if len(details) == 1 else "; ".join(f"{process}: {found[process][1]}" for process in found)
    if statuses == {"fail"}:
        return _check("fail", said)
    return _check("pass" if statuses == {"pass"} else "warn", said)


def _check(status: Literal["pass", "warn", "fail"], detail: str) -> Check:
    return Check(status=status, detail=detail[:DETAIL_CHARACTERS])


def spool_check(spool: Spool) -> Check:
    if failure := spool.failure:
        return _check("fail", failure)
    return _check("pass", f"{spool.bytes_used:,} bytes in use")


def keys_check(keyring: Keyring) -> Check:
    """Known keys stay in force, so events go on: a warning."""
    if keyring.failure:
        return _check("warn", f"{len(keyring)} known keys stay in force, and no change is noticed: {keyring.failure}")
    if not len(keyring):
        return _check("warn", "no key yet: `game-events keys create`")
    return _check("pass", f"{len(keyring)} keys")


def damage_check(directory: Path) -> Check:
    """Events that can be read are delivered all the same; a person has to look at what was set aside."""
    names = sorted(path.stem for path in (directory / FOLDER).glob("*.json"))
    if not names:
        return _check("pass", "nothing is damaged")
    return _check(
        "warn", f"{len(names)} set aside in spool/{FOLDER}, see `game-events reconcile`: {', '.join(names[:8])}"
    )


def redis_check(shared: SharedState) -> Check:
    """Without Redis events are safe and limits and duplicates are each worker's own: a warning."""
    if shared.up:
        return _check("pass", "limits and duplicates are shared")
    return _check("warn", f"each worker limits and deduplicates alone: {shared.failure}")


def delivery_check(path: Path, wall: Callable[[], float] = time.time) -> Check:
    """What delivery last said of itself. It never makes the server unready: events are safe in the spool meanwhile."""
    try:
        status = json.loads(path.read_text())
        age = wall() - path.stat().st_mtime
    except (OSError, ValueError):
        return _check("warn", "delivery has not reported yet")
    if age > STATUS_STALE_SECONDS:
        return _check("warn", f"delivery last reported {age:.0f} s ago")
    if unusable := status.get("unusable_spools"):
        reasons = "; ".join(f"{name}: {reason}" for name, reason in unusable.items())
        return _check("warn", f"spool files that cannot be delivered, the others are: {reasons}")
    waiting = f"{status.get('waiting_blocks', 0):,} blocks wait"
    for name, sink in status.get("sinks", {}).items():
        error = sink.get("last_error")
        if (breaker := sink.get("breaker", "closed")) != "closed":
            return _check("warn", f"{name}: calls pause, the breaker is {breaker}; {waiting}; latest error: {error}")
        if error:
            return _check("warn", f"{name}: the latest try failed and is repeated; {waiting}; {error}")
    return _check("pass", waiting)

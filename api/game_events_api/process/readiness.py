"""What `/ready` rests on: one check each for shutting down, the spool, the keys, Redis and delivery."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from game_events_models.http import Check

from game_events_api.admission.keys import Keyring
from game_events_api.admission.sharing import SharedState
from game_events_api.spool import Spool
from game_events_api.spool.damaged import FOLDER

STATUS_STALE_SECONDS = 15.0
DETAIL_CHARACTERS = 1024
"""The contract's bound; what is told of Redis, spools and damage may be longer."""


class Readiness:
    """Asked at every `/ready`; `draining` is set when the server begins to shut down."""

    def __init__(self, spool: Spool, keyring: Keyring, status_file: Path, shared: SharedState | None = None) -> None:
        self.draining = False
        self._spool = spool
        self._keyring = keyring
        self._status_file = status_file
        self._shared = shared

    def __call__(self) -> Mapping[str, Check]:
        spool = spool_check(self._spool)
        checks = {
            "accepting": self._accepting(spool),
            "spool": spool,
            "keys": _check("pass", f"{len(self._keyring)} keys")
            if len(self._keyring)
            else _check("warn", "no key yet: `game-events keys create`"),
        }
        if self._shared is not None:
            checks["redis"] = redis_check(self._shared)
        if (damage := damage_check(self._spool.path.parent)).status != "pass":
            checks["damage"] = damage
        return checks | {"delivery": delivery_check(self._status_file)}

    def _accepting(self, spool: Check) -> Check:
        if self.draining:
            return _check("fail", "shutting down")
        if spool.status == "fail":
            return _check("fail", "every event is answered 503: nothing can be stored, see spool")
        return _check("pass", "taking events")


def _check(status: Literal["pass", "warn", "fail"], detail: str) -> Check:
    return Check(status=status, detail=detail[:DETAIL_CHARACTERS])


def spool_check(spool: Spool) -> Check:
    if failure := spool.failure:
        return _check("fail", failure)
    return _check("pass", f"{spool.bytes_used:,} bytes in use")


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

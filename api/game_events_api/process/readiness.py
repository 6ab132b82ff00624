"""What `/ready` of a worker rests on, and what it reports of itself with its counts."""

from collections.abc import Mapping

from game_events_models.http import Check

from game_events_api.admission.sharing import SharedState
from game_events_api.checks import checked
from game_events_api.spool import Spool


class Readiness:
    """Of one worker: what it takes to accept events, and that it is not draining."""

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

    def drain(self) -> None:
        self.draining = True

    @property
    def is_ready(self) -> bool:
        return all(one.status != "fail" for one in self().values())

    def report(self) -> Mapping[str, tuple[str, str]]:
        """As a snapshot takes it along."""
        return {name: (one.status, one.detail) for name, one in self().items()}

    def _accepting(self, spool: Check) -> Check:
        if self.draining:
            return checked("fail", "shutting down")
        if spool.status == "fail":
            return checked("fail", "every event is answered 503: nothing can be stored, see spool")
        return checked("pass", "taking events")


def spool_check(spool: Spool) -> Check:
    if failure := spool.failure:
        return checked("fail", f"{failure}; make room or let delivery run, docs/operations.md says how")
    return checked("pass", f"{spool.bytes_used:,} bytes in use")


def redis_check(shared: SharedState) -> Check:
    """Without Redis events are safe and limits and duplicates are each worker's own: a warning."""
    if shared.up:
        return checked("pass", "limits and duplicates are shared")
    return checked(
        "warn",
        f"each worker limits and deduplicates alone: {shared.failure}; start Redis, or correct GAME_EVENTS_REDIS_URL",
    )

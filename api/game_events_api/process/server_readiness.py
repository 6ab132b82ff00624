"""What `/ready` of the admin port rests on: what all workers report, keys, delivery, and a look at the data folder."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from game_events_models.http import Check

from game_events_api.admission.keyring import Keyring
from game_events_api.checks import checked
from game_events_api.diagnosis import REPORT_SECONDS, delivery_check
from game_events_api.metrics import SnapshotFile, snapshots
from game_events_api.spool.damaged import FOLDER

FOLDER_SECONDS = 15.0
"""So long what was found in the data folder is told again: a look reads every spool file, and writes one small file."""
REST = 20
"""So many times as long as a look took passes before the next: of one processor, looks take a twentieth at most."""


class Look:
    """Checks for which nobody waits long, made in a thread of their own: a disk may not answer, and `/ready` has to.

    What takes longer is told by the next answer, and what was found last until then.
    """

    def __init__(
        self,
        checks: Callable[[], Mapping[str, Check]],
        *,
        wait_seconds: float,
        every_seconds: float = 0.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """What was found is told again for `every_seconds`; 0 looks anew for each answer."""
        self._checks = checks
        self._wait_seconds = wait_seconds
        self._every_seconds = every_seconds
        self._monotonic = monotonic
        self._found: Mapping[str, Check] | None = None
        self._began = self._due = float("-inf")
        self._thread: threading.Thread | None = None
        self._one_at_a_time = threading.Lock()  # requests come in threads

    def __call__(self) -> Mapping[str, Check]:
        with self._one_at_a_time:
            now = self._monotonic()
            if self._thread is None or (not self._thread.is_alive() and now >= self._due):
                self._began = now
                self._thread = threading.Thread(target=self._look, name="readiness", daemon=True)
                self._thread.start()
            thread, began = self._thread, self._began
        thread.join(self._wait_seconds)
        took, found = self._monotonic() - began, self._found
        if not thread.is_alive() or (found is not None and took < max(self._every_seconds, self._wait_seconds)):
            return found or {}
        said = f"a look at it has taken {took:.0f} s: its disk does not answer, or the machine is busy; see its log"
        return {**(found or {}), "data folder": checked("warn", said)}

    def _look(self) -> None:
        try:
            self._found = self._checks()
        except Exception as error:  # whatever stands there: the server goes on, and says so
            said = f"cannot be looked at: {error}; game-events doctor says more"
            self._found = {"data folder": checked("warn", said)}
        if self._every_seconds:
            now = self._monotonic()
            self._due = max(self._began + self._every_seconds, now + REST * (now - self._began))


class ServerReadiness:
    """Of the whole server, by what its workers last reported and by what stands in the data folder."""

    def __init__(
        self,
        data_dir: Path,
        keyring: Keyring,
        workers: int,
        own: SnapshotFile,
        others: Callable[[], Mapping[str, Check]] = dict,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`workers` is how many there should be; `own` is where this process reports, on the same disk as they do.

        `others` warns of what no process reports.
        """
        self._data_dir = data_dir
        self._keyring = keyring
        self._workers = workers
        self._own = own
        self._others = others
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
        found = {
            "workers": self._of_workers(len(reports)),
            **merged,
            "keys": keys_check(self._keyring, datetime.fromtimestamp(now, UTC)),
            **({"damage": damage} if damage.status != "pass" else {}),
            "delivery": delivery_check(self._data_dir / "delivery" / "status.json", self._wall),
        }
        unknown = {
            name: one for name, one in self._others().items() if name not in found or found[name].status == "pass"
        }
        return found | unknown

    def _of_workers(self, reporting: int) -> Check:
        if reporting >= self._workers:
            return checked("pass", f"{reporting} report")
        why = f"reports cannot be written: {self._own.failure}" if self._own.failure else "see the server's log"
        said = f"{reporting} of {self._workers} have reported within {REPORT_SECONDS:g} s; {why}"
        return checked("warn" if reporting else "fail", said)


def _merged(found: Mapping[str, tuple[str, str]]) -> Check:
    """What one check is on all workers: it fails where it fails on each, for the others go on."""
    statuses = {status for status, _ in found.values()}
    details = {detail for _, detail in found.values()}
    said = details.pop() if len(details) == 1 else "; ".join(f"{process}: {found[process][1]}" for process in found)
    if statuses == {"fail"}:
        return checked("fail", said)
    return checked("pass" if statuses == {"pass"} else "warn", said)


def keys_check(keyring: Keyring, now: datetime) -> Check:
    """Known keys stay in force, so events go on: a warning."""
    if keyring.failure:
        said = f"{len(keyring)} known keys stay in force, and no change is noticed: {keyring.failure}"
        return checked("warn", f"{said}; mend what it names, servers notice by themselves")
    if not len(keyring):
        return checked("warn", "no key yet: `game-events keys create`")
    if not (usable := keyring.usable(now)):
        said = f"none of {len(keyring)} keys is in force: every event is answered 401"
        return checked("warn", f"{said}; make one: `game-events keys create`")
    return checked("pass", f"{usable} of {len(keyring)} keys are in force")


def damage_check(directory: Path) -> Check:
    """Events that can be read are delivered all the same; a person has to look at what was set aside."""
    names = sorted(path.stem for path in (directory / FOLDER).glob("*.json"))
    if not names:
        return checked("pass", "nothing is damaged")
    return checked(
        "warn", f"{len(names)} set aside in spool/{FOLDER}, see `game-events reconcile`: {', '.join(names[:8])}"
    )

"""What `/ready` of the admin port rests on: what all workers report, keys, delivery, and a look at the data folder."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from game_events_models.http import Check

from game_events_api.admission.keyring import Keyring
from game_events_api.checks import checked
from game_events_api.diagnosis import REPORT_SECONDS, Examination, delivery_check, warnings
from game_events_api.metrics import SnapshotFile, snapshots
from game_events_api.spool.damaged import FOLDER

WAIT_SECONDS = 0.5
"""What an answer waits for a look; one that takes longer is told by the next answer."""
LOOK_SECONDS = 15.0
"""So long what was found in the data folder is told again: a look reads every spool file, and writes one small file."""


class FolderWarnings:
    """What `doctor` would name of the data folder, looked for anew where the last look is too old.

    In a thread of its own, for which nobody waits long: a disk may not answer, and `/ready` has to.
    """

    def __init__(
        self,
        examine: Callable[[], Iterable[Examination]],
        monotonic: Callable[[], float] = time.monotonic,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._examine = examine
        self._monotonic = monotonic
        self._wait_seconds = wait_seconds
        self._found: Mapping[str, Check] = {}
        self._began = float("-inf")
        self._look: threading.Thread | None = None
        self._one_at_a_time = threading.Lock()  # requests come in threads

    def __call__(self) -> Mapping[str, Check]:
        with self._one_at_a_time:
            now = self._monotonic()
            if self._look is None or (not self._look.is_alive() and now - self._began >= LOOK_SECONDS):
                self._began = now
                self._look = threading.Thread(target=self._find, name="folder", daemon=True)
                self._look.start()
            look, took = self._look, now - self._began
        look.join(self._wait_seconds)
        if look.is_alive() and took >= LOOK_SECONDS:
            said = f"a look at it has taken {took:.0f} s: its disk does not answer; see the system's log"
            return {**self._found, "data folder": checked("warn", said)}
        return self._found

    def _find(self) -> None:
        try:
            self._found = warnings(self._examine())
        except Exception as error:  # whatever stands there: the server goes on, and says so
            self._found = {
                "data folder": checked("warn", f"cannot be looked at: {error}; game-events doctor says more")
            }


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

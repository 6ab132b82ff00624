"""Who runs on the data folder: workers and delivery by their locks, servers by the processes of this machine."""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from game_events_api.diagnosis.symptoms import Examination, Symptom
from game_events_api.metrics import snapshots
from game_events_api.occupancy import NAME, is_held, occupant
from game_events_api.open_files import OTHERS

WORKER = b"game_events_api.process.worker"
PROCESSES = Path("/proc")
REPORT_SECONDS = 5.0
"""A worker reports every second; one that has not for so long is gone, hangs, or has a disk that takes nothing."""
FULL = "make room, or mend what keeps delivery; see docs/operations.md#a-disk-that-fills-up"


@dataclass(frozen=True)
class Running:
    """What the locks in the data folder say."""

    workers: int
    delivery: bool
    supervisor: bool = False

    @classmethod
    def on(cls, data_dir: Path) -> "Running":
        workers = sum(map(is_held, (data_dir / "spool").glob("*.lock")))
        return cls(workers, is_held(data_dir / "delivery" / "delivery.lock"), is_held(data_dir / NAME))

    @property
    def nothing(self) -> bool:
        return not self.workers and not self.delivery and not self.supervisor


def reports(data_dir: Path, wall: Callable[[], float] = time.time) -> Examination:
    """What the workers say of their spool files; a report is a second old at most."""
    now = wall()
    found = {
        process: snapshot.checks["spool"]
        for process, snapshot in snapshots(data_dir)
        if "spool" in snapshot.checks and now - snapshot.written_at <= REPORT_SECONDS
    }
    symptoms = [
        Symptom(f"a worker takes no event: {detail}", f"the worker {process}", FULL)
        for process, (status, detail) in found.items()
        if status != "pass"
    ]
    return Examination("workers", f"{len(found)} report", symptoms)


def server(data_dir: Path, running: Running, processes: Path = PROCESSES) -> Examination:
    if running.nothing:
        return Examination("server", "none runs on this folder")
    symptoms = []
    if running.supervisor and not running.workers:
        what = f"a server runs, {occupant(data_dir)}, and none of its workers does: every request goes unanswered"
        remedy = "its log says why they end; it starts them again and again, so mend that, or restart it"
        symptoms.append(Symptom(what, str(data_dir / NAME), remedy))
    if running.workers and not running.delivery:
        what = "workers take events, and no delivery runs: events wait in the spool"
        remedy = "look at the server's log; `game-events serve` starts delivery, or python -m game_events_api.delivery"
        symptoms.append(Symptom(what, str(data_dir / "delivery" / "delivery.lock"), remedy))
    servers = sorted(set(_parents(data_dir / "spool", processes)))
    if len(servers) > 1:
        what = f"{len(servers)} servers run on this folder, as processes {', '.join(map(str, servers))}"
        remedy = "stop all but one, with SIGTERM; give each server a data folder of its own"
        symptoms.append(Symptom(what, str(data_dir), remedy))
    said = f"{running.workers} workers, delivery {'runs' if running.delivery else 'does not run'}"
    return Examination("server", said, symptoms)


def _parents(spool: Path, processes: Path) -> Iterator[int]:
    """Who started the workers with open files in this spool; only of processes that this user may look at."""
    files = str(spool.resolve())
    for process in processes.glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):  # it ended meanwhile, or is another user's
            if WORKER not in (process / "cmdline").read_bytes():
                continue
            if any(str(link.readlink()).startswith(f"{files}/") for link in (process / "fd").iterdir()):
                yield int((process / "stat").read_text().rpartition(")")[2].split()[1])


def open_files(connections: int, hard: int | None = None) -> Examination:
    """`connections` is what a worker is to hold open at most; `hard` this process's limit, by default."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1] if hard is None else hard
    if limit == resource.RLIM_INFINITY:
        return Examination("open files", "no limit")
    said = f"at most {limit:,} in what this shell starts, for {connections:,} connections"
    if limit >= connections + OTHERS:
        return Examination("open files", said)
    what = f"the system lets a process have {limit:,} open files, too few for {connections:,} connections"
    remedy = f"raise it to {connections + OTHERS:,}: LimitNOFILE= of the unit, ulimit -Hn; or lower the setting"
    return Examination("open files", said, [Symptom(what, "GAME_EVENTS_MAX_CONNECTIONS", remedy)])

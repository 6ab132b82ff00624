"""The data folder, the disk under it, and the clock."""

import ctypes
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from game_events_api.diagnosis.symptoms import Examination, Symptom
from game_events_api.spool.disk_room import NEARLY_FULL, DiskRoom

GIB = 1024**3
FUTURE_SECONDS = 60.0
"""How much newer than now a file may be: another machine may have written it."""
SKEW_SECONDS = 2.0
"""Between this machine's clock and that of a file system; a local one has the same."""
EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)
"""Nobody has run this version before."""
STA_UNSYNC = 0x40
"""Of the status that adjtimex(2) gives."""

Probe = Callable[[Path], float]
"""Writes a file into a folder, durably, and removes it: the file system's time in Unix seconds, or OSError."""


def write_probe(folder: Path) -> float:
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-", suffix=".tmp") as file:
        file.write(b"\0")
        file.flush()
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_mtime


def data_folder(data_dir: Path, probe: Probe = write_probe) -> Examination:
    if not data_dir.is_dir():
        what = "is no folder" if data_dir.exists() else "does not exist"
        remedy = "give the server's data folder with --data-dir, or start the server, which makes it"
        return Examination("data folder", what, [Symptom(f"the data folder {what}", str(data_dir), remedy, True)])
    symptoms = [*_owners(data_dir), *_modes(data_dir), *_not_writable(data_dir, probe)]
    return Examination("data folder", f"{data_dir} can be written", symptoms)


def _owners(data_dir: Path) -> Iterator[Symptom]:
    owner, user = data_dir.stat().st_uid, os.geteuid()
    if user not in (0, owner):
        remedy = "run this as the server's user"
        yield Symptom(f"belongs to user {owner}, and you are user {user}", str(data_dir), remedy)
    for path in (*data_dir.glob("*"), *data_dir.glob("spool/*"), *data_dir.glob("delivery/*")):
        if path.exists() and (other := path.stat().st_uid) != owner:
            remedy = f"chown {owner} {path}; run commands as the server's user, not as root"
            yield Symptom(f"belongs to user {other}, the folder to user {owner}", str(path), remedy)


def _modes(data_dir: Path) -> Iterator[Symptom]:
    if (mode := data_dir.stat().st_mode & 0o777) & 0o700 != 0o700:
        yield Symptom(f"its owner may not use it (mode {mode:04o})", str(data_dir), f"chmod u+rwx {data_dir}")
    if mode & 0o022:
        yield Symptom(f"others may write into it (mode {mode:04o})", str(data_dir), f"chmod go-w {data_dir}")
    keys = data_dir / "keys.json"
    if keys.exists() and (mode := keys.stat().st_mode & 0o777) & 0o077:
        yield Symptom(f"others may open the key file (mode {mode:04o})", str(keys), f"chmod 600 {keys}")


def _not_writable(data_dir: Path, probe: Probe) -> Iterator[Symptom]:
    folders = [data_dir, data_dir / "spool", data_dir / "delivery"]
    for folder in folders:
        if not folder.is_dir():
            if folder.exists():
                yield Symptom("is no folder", str(folder), "move it away and start the server again")
            continue
        try:
            probe(folder)
        except OSError as error:
            remedy = "mend what the system says: mount it writable, make room, or give the server's user the folder"
            yield Symptom(f"cannot be written: {error.strerror or error}", str(folder), remedy)
            return  # the others say the same


def disk(
    data_dir: Path, spool_bytes: int, has_room: Callable[[Path], bool] = lambda folder: DiskRoom(folder).has(0)
) -> Examination:
    """`spool_bytes` is what the spools of all workers may grow to."""
    folder = spool if (spool := data_dir / "spool").is_dir() else data_dir
    status = os.statvfs(folder)
    free = status.f_bavail * status.f_frsize
    symptoms = []
    if not has_room(folder):
        remedy = "make room, or let delivery run, which does; see docs/operations.md#a-disk-that-fills-up"
        symptoms.append(Symptom(f"{NEARLY_FULL}; requests are answered 503", str(folder), remedy))
    if status.f_files and not status.f_favail:
        symptoms.append(
            Symptom("the disk has no room for one more file", str(folder), "remove files: no inode is free")
        )
    said = f"{free / GIB:,.1f} GiB free; the spool may take {spool_bytes / GIB:,.1f} GiB while nothing is delivered"
    return Examination("disk", said, symptoms)


def clock(
    data_dir: Path,
    wall: Callable[[], float] = time.time,
    probe: Probe = write_probe,
    synchronised: Callable[[], bool | None] | None = None,
) -> Examination:
    """What can be told without a network: whether the clock agrees with this version, the files, and itself."""
    now, symptoms = wall(), []
    remedy = "set the clock and let chrony or systemd-timesyncd keep it; events get its time as received_at"
    if now < EARLIEST.timestamp():
        what = f"the clock says {_text(now)}, which is before this version was made"
        symptoms.append(Symptom(what, "this machine", remedy))
    elif newer := _newest(data_dir, now + FUTURE_SECONDS):
        path, moment = newer
        what = f"a file was written at {_text(moment)}, and the clock says {_text(now)}: it went back"
        symptoms.append(Symptom(what, str(path), remedy))
    else:
        symptoms += _skew(data_dir, wall, probe)
    kept = {
        True: "the kernel says that it is synchronised",
        False: "the kernel knows of nothing that keeps it (in a container it may be kept all the same)",
        None: "whether something keeps it cannot be known here",
    }[(synchronised or _kept_by_kernel)()]
    return Examination("clock", f"{_text(now)}; {kept}; what the world's clocks say cannot be known offline", symptoms)


def _skew(data_dir: Path, wall: Callable[[], float], probe: Probe) -> Iterator[Symptom]:
    try:
        theirs = probe(data_dir)
    except OSError:
        return  # which the examination of the folder names
    if abs(skew := theirs - wall()) > SKEW_SECONDS:
        what = f"the file system's clock is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}"
        yield Symptom(what, str(data_dir), "set the clock of the file server or of this machine")


def _newest(data_dir: Path, after: float) -> tuple[Path, float] | None:
    paths = [path for pattern in ("*", "spool/*", "delivery/*") for path in data_dir.glob(pattern) if path.exists()]
    found = [(path, moment) for path in paths if (moment := path.stat().st_mtime) > after]
    return max(found, key=lambda one: one[1], default=None)


def _text(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _kept_by_kernel() -> bool | None:
    """None where the system does not say."""
    if sys.platform != "linux":
        return None
    timex = ctypes.create_string_buffer(512)  # zeros ask and set nothing
    if ctypes.CDLL(None).adjtimex(timex) < 0:
        return None
    status = ctypes.c_int.from_buffer(timex, 5 * ctypes.sizeof(ctypes.c_long))
    return not status.value & STA_UNSYNC

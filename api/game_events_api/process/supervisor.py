"""The parent of the server's processes: workers that share a port, and beside them delivery and the admin port."""

import ctypes
import errno
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from game_events_api.errors import ConfigurationError, PortTaken
from game_events_api.private_files import PRIVATE_UMASK
from game_events_api.process.pulse import Pulse
from game_events_api.process.urls import authority
from game_events_api.settings.base import variable

RESTART_SECONDS = (0.0, 0.5, 1.0, 2.0, 5.0)  # the longer it keeps dying, the longer the wait
STEADY_SECONDS = 30.0  # a process that lived this long starts again from the first wait
POLL_SECONDS = 0.05
PR_SET_PDEATHSIG = 1
PORTS = ("port", "admin_port")


def reserve_port(host: str, port: int, prefix: str = "") -> socket.socket:
    """A bound socket that never listens: it holds the port for its process, and `port` 0 becomes a real one.

    `prefix` begins the names of the options that choose them.

    Raises PortTaken when somebody else listens there: with SO_REUSEPORT two servers would share the port without a
    word, each with half of the events. ConfigurationError when nobody could listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    others = f"choose another --{prefix}host or --{prefix}port"
    if prefix:
        others += ", or --admin-port off"
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
        holder = socket.socket(family, socket.SOCK_STREAM)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(f"cannot listen on {authority(host, port)}: {error.strerror}; {others}") from error
        raise ConfigurationError(f"cannot listen on {authority(host, port)}: {error.strerror}; {others}") from error
    return holder


@dataclass
class Child:
    """One process that is started again whenever it ends."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]  # all that it sees
    hang_seconds: float = 0.0
    pulse: Pulse | None = None
    process: "subprocess.Popen[bytes] | None" = None
    deaths: int = 0
    started_at: float = 0.0
    not_before: float = field(default=0.0)

    def ensure_running(self, now: float, report: Callable[[str], object]) -> None:
        if self.process is not None and (code := self.process.poll()) is not None:
            self.deaths = 1 if now - self.started_at > STEADY_SECONDS else self.deaths + 1
            wait = RESTART_SECONDS[min(self.deaths, len(RESTART_SECONDS)) - 1]
            report(f"{self.name} ended with {code}; starting it again in {wait:g} s")
            self.process, self.not_before = None, now + wait
            self._no_longer_watched()
        if self.process is None and now >= self.not_before:
            self._start(now)
        if self.pulse is not None and self.process is not None:
            self._watch(self.pulse, self.process, now, report)

    def _start(self, now: float) -> None:
        self.pulse = Pulse(self.hang_seconds)
        self.process = subprocess.Popen(
            [*self.command, str(self.pulse.writer)],
            env=self.environment,
            umask=PRIVATE_UMASK,
            pass_fds=[self.pulse.writer],
            preexec_fn=_as_a_child,
        )
        self.pulse.started()
        self.started_at = now

    def _watch(
        self, pulse: Pulse, process: "subprocess.Popen[bytes]", now: float, report: Callable[[str], object]
    ) -> None:
        if place := pulse.look(now):
            report(f"{self.name} stands still, for {pulse.silence:.0f} s by now, at {place}")
        if pulse.hangs:
            report(f"{self.name} gave no sign of life for {pulse.silence:.0f} s; replacing it")
            process.kill()  # which a stopped process obeys too; it is started again once it has ended
            self._no_longer_watched()

    def _no_longer_watched(self) -> None:
        if self.pulse is not None:
            self.pulse.close()
            self.pulse = None

    def ask_to_stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self, seconds: float) -> None:
        """SIGKILL when it does not end as it was asked to; what is in the spool is safe either way."""
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(
    host: str,
    port: int,
    workers: int,
    environment: Mapping[str, str],
    *,
    admin: tuple[str, int] | None,
    stop_seconds: float,
    hang_seconds: float,
    report: Callable[[str], object],
    started: Callable[[int, int | None], object],
) -> None:
    """Run until SIGTERM or SIGINT; `environment` is all that the children see.

    `admin` is the address of the admin port, if it is to be served; `started` is told both ports.
    One that gives no sign of life for `hang_seconds` is replaced. Workers stop first, then delivery, so that what the
    last requests stored still goes out, and the admin port with it, so that one can look on.
    Raises ConfigurationError where no server can run: on Windows.
    """
    if sys.platform == "win32":
        raise ConfigurationError("the server runs on Linux and macOS; on Windows start it in WSL")
    holders = [reserve_port(host, port)]
    children_environment = {**environment, variable("host"): host}
    if admin is not None:
        holders.append(reserve_port(*admin, "admin-"))
        children_environment[variable("admin_host")] = admin[0]
    ports = [holder.getsockname()[1] for holder in holders]
    children_environment |= {variable(name): str(one) for name, one in zip(PORTS, ports, strict=False)}
    module = [sys.executable, "-P", "-m"]  # not from the folder it was started in

    def child(name: str, run: str) -> Child:
        return Child(name, [*module, f"game_events_api.{run}"], children_environment, hang_seconds)

    taking = [child(f"worker {number}", "process.worker") for number in range(workers)]
    beside = [child("delivery", "delivery"), *([child("admin port", "process.admin")] if admin else [])]
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    started(ports[0], ports[1] if admin else None)
    while not stopping:
        for one in (*taking, *beside):
            one.ensure_running(time.monotonic(), report)
        time.sleep(POLL_SECONDS)
    for group in (taking, beside):
        for one in group:
            one.ask_to_stop()
        for one in group:
            one.stop(stop_seconds)
    for holder in holders:
        holder.close()


def _as_a_child() -> None:
    """A supervisor that was killed takes its children along; Ctrl-C, which they get too, is its to pass on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

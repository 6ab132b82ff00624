"""Worker processes for tests, and senders that remember what was acknowledged."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from conftest import RunningServer, wait_until
from game_events_api.admission.key_file import KeyFile
from game_events_api.metrics import Snapshot, snapshots
from game_events_api.spool import SpoolReader
from integration.edge_wire import CLOSED, Answer, Wire, encoded, install, request

SENDERS = 4
START_SECONDS = 120.0  # a long run is a nice one: others may have the processors


class Workers(RunningServer):
    """Worker processes alone, without supervisor and delivery: what they stored stays in the spool to be counted."""

    count = 1
    processes: "Sequence[subprocess.Popen[bytes]]" = ()

    def start(self) -> "Workers":
        with (self.data_dir / "server.log").open("ab") as log:
            self.processes = [
                subprocess.Popen(
                    self.command, env={**os.environ, **self.environment}, stdout=subprocess.DEVNULL, stderr=log
                )
                for _ in range(self.count)
            ]
        wait_until(lambda: len(list((self.data_dir / "spool").glob("*.db"))) >= self.count, START_SECONDS)
        wait_until(self._listens, START_SECONDS, lambda: f"{[one.poll() for one in self.processes]} {self.log}")
        return self

    def _listens(self) -> bool:
        try:
            with Wire(self, 5.0) as wire:
                wire.send(request(self, b"", "/health", "GET"))
                return wire.answer().status == 200
        except OSError:
            return False

    def kill(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
        for process in self.processes:
            process.wait()

    def report(self) -> Snapshot:
        """What the first process last said of itself, at most a second ago; KeyError before it said anything."""
        opened = (link.resolve() for link in Path(f"/proc/{self.processes[0].pid}/fd").iterdir())
        (name,) = {path.stem for path in opened if path.parent.name == "spool" and path.suffix == ".db"}
        return dict(snapshots(self.data_dir))[name]

    def stored(self) -> Counter[str]:
        """How often each event id stands in the spool files."""
        return Counter(line["event"]["event_id"] for line in self._stored_lines())

    def lines(self) -> dict[str, dict[str, Any]]:
        """The stored lines by event id; fails when an event is stored twice."""
        lines = self._stored_lines()
        by_id = {line["event"]["event_id"]: line for line in lines}
        assert len(by_id) == len(lines), "stored twice"
        return by_id

    def _stored_lines(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = []
        for path in (self.data_dir / "spool").glob("*.db"):
            with closing(sqlite3.connect(path)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            with SpoolReader(path) as spool:
                lines += map(json.loads, spool.lines("events"))
        return lines


def make_workers(data_dir: Path, key: str | None = None, **settings: object) -> Workers:
    """Not started yet, on a free port, with a key of their own unless given one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {"port": port, "data_dir": data_dir, **settings}
    return Workers(
        url=f"http://127.0.0.1:{port}",
        key=key or KeyFile(data_dir / "keys.json").create("tests"),
        data_dir=data_dir,
        command=[sys.executable, "-m", "game_events_api.process.worker"],
        environment={f"GAME_EVENTS_{name.upper()}": str(value) for name, value in given.items()},
    )


class Load:
    """Senders of single events and of batches that remember what they sent and what was acknowledged.

    A sender whose connection breaks is done, unless it `reconnects`.
    """

    def __init__(self, server: RunningServer, *, reconnects: bool = False) -> None:
        self._server = server
        self._reconnects = reconnects
        self._stop = threading.Event()
        self._go = threading.Event()
        self._go.set()
        self._threads = [threading.Thread(target=self._send, args=(number % 2 == 1,)) for number in range(SENDERS)]
        self.acknowledged: list[str] = []
        self.sent: set[str] = set()
        self.refusals = Counter[int]()

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._go.set()
        for thread in self._threads:
            thread.join()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing new is sent meanwhile; what is under way is answered."""
        self._go.clear()
        try:
            yield
        finally:
            self._go.set()

    def _send(self, batches: bool) -> None:
        self._send_over_one_connection(batches)
        while self._reconnects and not self._stop.wait(0.05):
            self._send_over_one_connection(batches)

    def _send_over_one_connection(self, batches: bool) -> None:
        try:
            with Wire(self._server, 10.0) as wire:
                while not self._stop.is_set():
                    self._go.wait()
                    events = [install() for _ in range(20 if batches else 1)]
                    body = encoded({"events": events} if batches else events[0])
                    ids = [str(event["event_id"]) for event in events]
                    self.sent.update(ids)
                    wire.send(request(self._server, body, "/v1/events/batch" if batches else "/v1/events/install"))
                    answer: Answer = wire.answer()
                    if answer.status == CLOSED:
                        return
                    if answer.status == 202:
                        self.acknowledged += ids
                    else:
                        self.refusals[answer.status] += 1
        except OSError:
            return  # killed in the middle: not acknowledged

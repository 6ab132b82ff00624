"""The server's application in this process, with a spool and a key of its own, and what reached its spool."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from game_events_api.admission.keys import KeyFile, Keyring
from game_events_api.process.worker import Worker
from game_events_api.settings import Settings
from game_events_api.spool import Spool, readers


@dataclass
class Stack:
    app: Any
    key: str
    data_dir: Path

    def stored(self) -> Iterator[dict[str, Any]]:
        """Every accepted line in the spool."""
        for spool in readers(self.data_dir):
            yield from map(json.loads, spool.lines("events"))


@contextmanager
def running_stack(data_dir: Path) -> Iterator[Stack]:
    """The whole application without a socket: collector, FastAPI application, spool on disk."""
    keys = KeyFile(data_dir / "keys.json")
    key = keys.create("contract tests", scopes=("ingest", "read", "operate"))
    settings = Settings(data_dir=data_dir, events_per_second=1e9)
    spool = Spool.claim(
        data_dir / "spool", max_bytes=settings.max_spool_bytes, max_pending_bytes=settings.max_pending_bytes
    )
    try:
        worker = Worker(settings, spool, Keyring(keys))
        yield Stack(worker.app(worker.collector()), key, data_dir)
    finally:
        spool.close()

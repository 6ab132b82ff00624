"""The server's application in this process, with a spool and a key of its own, and what reached its spool."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from game_events_api.admission.keys import KeyFile, Keyring
from game_events_api.process.worker import Worker
from game_events_api.settings import Settings
from game_events_api.spool import Spool


@dataclass
class Stack:
    app: Any
    key: str
    data_dir: Path

    def stored(self) -> Iterator[dict[str, Any]]:
        """Every accepted line in the spool."""
        for path in (self.data_dir / "spool").glob("*.db"):
            with closing(sqlite3.connect(path)) as database:
                for (data,) in database.execute("SELECT data FROM blocks WHERE stream = 'events' ORDER BY id"):
                    yield from map(json.loads, bytes(data).splitlines())


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

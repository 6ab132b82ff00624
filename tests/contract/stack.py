"""The server's application in this process, with a spool and a key of its own, and what reached its spool."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.keyring import Keyring
from game_events_api.operators.application import paths_of
from game_events_api.process.admin import Admin
from game_events_api.process.worker import Worker
from game_events_api.settings import AdminSettings, Settings
from game_events_api.spool import Spool, readers
from starlette.types import Receive, Scope, Send

ADMIN_PATH = paths_of("admin")


@dataclass
class Stack:
    app: Any
    """Of the public port."""
    admin: Any
    key: str
    data_dir: Path

    async def whole(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Both ports as one, for what reads the document and knows of one: admin paths where they are."""
        on_admin = scope["type"] == "http" and ADMIN_PATH.fullmatch(scope["path"])
        await (self.admin if on_admin else self.app)(scope, receive, send)

    def stored(self) -> Iterator[dict[str, Any]]:
        """Every accepted line in the spool."""
        for spool in readers(self.data_dir):
            yield from map(json.loads, spool.lines("events"))


@contextmanager
def running_stack(data_dir: Path) -> Iterator[Stack]:
    """Both ports' applications without a socket: collector, FastAPI applications, spool on disk."""
    keys = KeyFile(data_dir / "keys.json")
    key = keys.create("contract tests", scopes=("ingest", "read", "operate"))
    settings = Settings(data_dir=data_dir, events_per_second=1e9)
    spool = Spool.claim(
        data_dir / "spool", max_bytes=settings.max_spool_bytes, max_pending_bytes=settings.max_pending_bytes
    )
    try:
        worker = Worker(settings, spool, Keyring(keys))
        app = worker.app(worker.collector())
        admin = Admin(settings, AdminSettings(), httpx.ASGITransport(app=app))
        yield Stack(app, admin.app(), key, data_dir)
    finally:
        spool.close()

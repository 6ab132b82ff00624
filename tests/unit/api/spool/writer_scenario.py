"""A spool's writer in an event loop of its own, what is given to it, and what it stored."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from game_events_api.ledger_key import LedgerKey
from game_events_api.spool import Entry, Spool, SpoolReader, chunks
from game_events_api.spool.ddl import open_for_writing

KEY = LedgerKey("game", "install", "1-0-0", "2026-11-21T05")
OTHER = LedgerKey("game", "purchase", "1-0-0", "2026-11-21T05")


def entry(*texts: bytes, duplicates: int = 0) -> Entry:
    return Entry(chunks(list(texts), [KEY] * len(texts)), [], {OTHER: duplicates} if duplicates else {})


def store(spool: Spool, entry: Entry) -> "asyncio.Future[None]":
    """Append, as something to wait for."""
    stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    spool.append(entry, lambda error: stored.set_exception(error) if error else stored.set_result(None))
    return stored


def run(
    path: Path,
    scenario: Callable[[Spool], Awaitable[None]],
    connect: Callable[[Path], Any] = open_for_writing,
    max_bytes: int = 1 << 30,
    max_pending_bytes: int = 1 << 20,
) -> None:
    async def main() -> None:
        spool = Spool(path, connect=connect, max_bytes=max_bytes, max_pending_bytes=max_pending_bytes)
        try:
            await scenario(spool)
        finally:
            await asyncio.to_thread(spool.close)

    asyncio.run(main())


def stored(path: Path) -> bytes:
    with SpoolReader(path) as spool:
        return b"".join([line + b"\n" for stream in ("events", "rejected") for line in spool.lines(stream)])

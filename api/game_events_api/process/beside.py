"""What goes on beside the requests of a process that serves: its sign of life, its counts, keys that change."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

from game_events_api.admission.games import Games
from game_events_api.admission.key_use import KeyUse
from game_events_api.admission.keyring import Keyring
from game_events_api.heartbeat import BEAT_SECONDS, Heartbeat
from game_events_api.metrics.snapshots import WRITE_SECONDS
from game_events_api.process.server import meanwhile

log = logging.getLogger(__name__)

KEYS_REFRESH_SECONDS = 0.5
"""The bound that is promised, within a second, is met with time to spare."""


@contextlib.asynccontextmanager
async def kept_up(keyring: Keyring, write_snapshot: Callable[[], object], *others: Games) -> AsyncIterator[None]:
    """Until the block ends; `others` follow their files as the keyring does."""
    key_use = KeyUse(keyring.store)
    async with (
        meanwhile(_follow_keys(keyring)),
        meanwhile(_follow(*others)),
        meanwhile(key_use.follow(keyring)),
        meanwhile(_write_snapshots(write_snapshot)),
    ):
        yield
    write_snapshot()
    key_use.note(keyring.used)


async def beat(heartbeat: Heartbeat) -> None:
    """Whoever blocks the loop blocks this."""
    try:
        while True:
            heartbeat.beat()
            await asyncio.sleep(BEAT_SECONDS)
    finally:
        heartbeat.close()


async def _write_snapshots(write_snapshot: Callable[[], object]) -> None:
    """In a thread: the file system may take its time, and requests go on."""
    while True:
        await asyncio.to_thread(write_snapshot)
        await asyncio.sleep(WRITE_SECONDS)


async def _follow_keys(keyring: Keyring) -> None:
    """Keys made or revoked take effect within a second, without a restart; PostgreSQL may take its time in a thread.

    Whatever is in its way: giving up would keep revoked keys in force for good.
    """
    while True:
        await asyncio.sleep(KEYS_REFRESH_SECONDS)
        failed = keyring.failure
        try:
            keyring.take(await asyncio.to_thread(keyring.look))
        except Exception as error:
            keyring.failure = str(error)
            if not failed:
                log.error("keys cannot be read; those that are known stay in force", extra={"error": str(error)})
        else:
            if failed:
                log.warning("keys can be read again")


async def _follow(*files: Games) -> None:
    while True:
        await asyncio.sleep(KEYS_REFRESH_SECONDS)
        for file in files:
            try:
                file.refresh()
            except Exception as error:  # as for keys
                message = "the file of games cannot be read; what is known stays in force"
                log.error(message, extra={"error": str(error)})

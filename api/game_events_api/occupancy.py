"""One server a data folder: its supervisor holds a lock there for as long as it lives, as does a command that must have
the folder alone.

The processes that it starts do not inherit the lock: where one is killed, the next may start at once, while the old
delivery still ends.
"""

import contextlib
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from game_events_api.errors import DataFolderInUse
from game_events_api.private_files import FILE_MODE, open_private

NAME = "server.lock"
PATIENCE_SECONDS = 1.0
"""Whoever only looks whether the lock is held has it for a moment."""


@contextmanager
def occupied(data_dir: Path) -> Iterator[None]:
    """Have the folder alone until the block ends; DataFolderInUse, which names who has it, where somebody does."""
    path = data_dir / NAME
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(FileLock(path, timeout=PATIENCE_SECONDS, mode=FILE_MODE))
        except Timeout:
            message = f"{data_dir} is in use by {occupant(data_dir)}: wait for it, or stop it first, with SIGTERM"
            raise DataFolderInUse(message) from None
        since = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        # On a full disk the server starts all the same, and makes room.
        with contextlib.suppress(OSError), open_private(path, "w") as file:
            file.write(json.dumps({"pid": os.getpid(), "host": platform.node(), "since": since}))
        yield


def occupant(data_dir: Path) -> str:
    """Who holds the lock, or held it last, for a sentence."""
    try:
        said = json.loads((data_dir / NAME).read_text())
        return f"process {said['pid']} on {said['host']} since {said['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return f"a process, which holds {NAME}"


def is_held(lock: Path) -> bool:
    """Whether a process has a lock of a data folder; False too where the folder lets nobody look."""
    if not lock.exists():
        return False
    try:
        with FileLock(lock, timeout=0, mode=FILE_MODE):
            return False
    except Timeout:
        return True
    except OSError:
        return False

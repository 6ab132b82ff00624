"""Whether the disk has room for a commit and for what must follow it.

Delivery makes room by deleting, and a deletion is written to the log first: of a lake file's blocks in one transaction.
What stands in the log needs its place in the file when it is brought in. On a disk that was filled to its last byte
neither can be done, for good. So the edge stops earlier, and brings the log in to give its place back.
"""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

MIB = 1024 * 1024
MARGIN_BYTES = 128 * MIB  # twice the blocks of a lake file
SHARE = 3
"""Of a small disk the margin is one part in so many."""
PLENTY_BYTES = 1024 * MIB
"""So much left over, and nobody needs to reckon."""
BRING_IN_MILLISECONDS = 100  # how long readers are waited for; delivery reads for milliseconds
NEARLY_FULL = "the disk under the spool is nearly full: what is left is delivery's, which makes room"


class DiskRoom:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, size: int) -> bool:
        """Whether `size` bytes may be committed: to the log, later to the file. A few microseconds."""
        status = os.statvfs(self._folder)
        free = status.f_bavail * status.f_frsize
        if free > PLENTY_BYTES + 2 * size:
            return True
        logs = sum(path.stat().st_size for path in self._folder.glob("*.db-wal"))
        margin = min(MARGIN_BYTES, status.f_blocks * status.f_frsize // SHARE)
        return free >= 2 * size + logs + margin


def bring_log_in(connection: sqlite3.Connection) -> None:
    """Give the log's place back to the disk, if no reader has it."""
    with suppress(sqlite3.Error):
        (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
        connection.execute(f"PRAGMA busy_timeout = {BRING_IN_MILLISECONDS}")
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.execute(f"PRAGMA busy_timeout = {patience}")

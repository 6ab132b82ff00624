"""`<spool>.mark`: which block a spool file must have at the least, said outside of it.

What was acknowledged is in the file or its log; a file that has less lost its log, was cut or is an older one. The mark
is written after each commit and not synced: it survives the process. After a power cut it may say less, never more.
"""

import contextlib
import logging
import os
from pathlib import Path

from game_events_api.spool.damaged import keep_loss
from game_events_api.spool.faults import SpoolDamaged

log = logging.getLogger(__name__)
LENGTH = 20


class Mark:
    def __init__(self, spool: Path) -> None:
        self._handle = os.open(spool.with_suffix(".mark"), os.O_RDWR | os.O_CREAT, 0o600)

    def read(self) -> int:
        stated = os.pread(self._handle, LENGTH, 0).strip()
        return int(stated) if stated.isdigit() else 0

    def write(self, block_id: int) -> None:
        os.pwrite(self._handle, b"%-20d\n" % block_id, 0)

    def close(self) -> None:
        os.close(self._handle)


def is_marked(spool: Path) -> bool:
    """Whether it has a mark; files of the format before have none."""
    try:
        return spool.with_suffix(".mark").read_bytes().strip().isdigit()
    except OSError:
        return False


def require_marked(spool: Path, last: int, log_before: bytes, now: float) -> None:
    """Compare the last block of an opened file with its mark.

    SpoolDamaged where less is found than was stored, and the log that SQLite saw may still hold it. Where there was no
    log the loss is named, and the mark begins anew.
    """
    with contextlib.closing(Mark(spool)) as mark:
        if (stored := mark.read()) > last:
            if log_before:
                raise SpoolDamaged(f"of its blocks up to {stored} only those up to {last} are found")
            reason = (
                f"it had blocks up to {stored} and now has them up to {last}:"
                " the file or its log was moved, deleted, cut or replaced by an older one while nothing ran"
            )
            log.error("%s: %s", spool, reason)
            keep_loss(spool, reason, now)
            mark.write(last)

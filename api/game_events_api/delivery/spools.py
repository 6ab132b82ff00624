"""Every spool file under a data directory, those of dead workers too."""

import logging
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from game_events_api.delivery.spool_file import SpoolFile

log = logging.getLogger(__name__)


class Spools:
    """Files appear at run time; one whose worker has not created its tables yet is left for later."""

    def __init__(
        self,
        directory: Path,
        sinks: Sequence[str],
        wall: Callable[[], float],
        open_file: Callable[[Path, Sequence[str], Callable[[], float]], SpoolFile] = SpoolFile,
    ) -> None:
        self._open_file = open_file
        self._directory = directory
        self._sinks = tuple(sinks)
        self._wall = wall
        self._open: dict[Path, SpoolFile] = {}

    def refresh(self) -> list[SpoolFile]:
        for path in sorted(self._directory.glob("*.db")):
            if path not in self._open and has_tables(path):
                try:
                    self._open[path] = self._open_file(path, self._sinks, self._wall)
                except sqlite3.Error as error:
                    log.warning("cannot open the spool %s yet: %s", path, error)
        return list(self._open.values())

    def close(self) -> None:
        for spool in self._open.values():
            spool.close()
        self._open.clear()


def has_tables(path: Path) -> bool:
    """Whether a worker has finished creating the file."""
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1.0)
    except sqlite3.Error:
        return False
    try:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error:
        return False
    finally:
        connection.close()
    return {"blocks", "ledger"} <= names

"""Which games the ledger counts by name.

Senders whose key may write every game can invent names without end, and each would be a row an hour. So a game is
counted by its name when an operator registered it, when a key names it, or as one of a bounded number that a worker
learns from what it accepts; all others are counted together. Their events are stored like any other.
"""

import json
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from filelock import FileLock

from game_events_api.admission.keyring import Keyring
from game_events_api.errors import FileDamaged
from game_events_api.private_files import FILE_MODE, make_folder, write_durably

GAME_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
"""As every event has it: `game_id` of `schemas/common`."""


class GameFile:
    """`games.json`: the games that operators registered; replaced in one step."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[str]:
        """In alphabetical order; none when there is no file yet. FileDamaged when it holds none."""
        try:
            games = json.loads(self.path.read_text())["games"]
            if not all(isinstance(game_id, str) for game_id in games):
                raise TypeError("a game is named by a string")
            return sorted(games)
        except FileNotFoundError:
            return []
        except (ValueError, KeyError, TypeError) as error:
            raise FileDamaged(
                f"{self.path} is no list of games ({type(error).__name__}: {error}); restore it from a backup,"
                " or move it away and add the games again"
            ) from error

    def add(self, game_ids: Iterable[str]) -> list[str]:
        """Register games; those that were not yet. ValueError names one that no event can have."""
        wanted = list(dict.fromkeys(game_ids))
        for game_id in wanted:
            if GAME_ID.fullmatch(game_id) is None:
                raise ValueError(
                    f"{game_id!r} is no game id: 1 to 128 letters, digits, '.', '-' and '_', a letter or digit first"
                )
        make_folder(self.path.parent)
        with FileLock(self.path.with_suffix(".lock"), timeout=10, mode=FILE_MODE):
            known = self.read()
            if new := [game_id for game_id in wanted if game_id not in known]:
                text = json.dumps({"games": sorted([*known, *new])}, indent=2)
                write_durably(self.path, text.encode(), partial=self.path.with_suffix(".tmp"))
        return new


class Games:
    """One worker's knowledge; `refresh` follows the file."""

    def __init__(self, file: GameFile, keyring: Keyring, room: int, learnt: Iterable[str] = ()) -> None:
        """`room` is how many it may learn; `learnt` are those it knows from before, the most used first."""
        self._file = file
        self._keyring = keyring
        self._room = room
        self._learnt = set(list(dict.fromkeys(learnt))[:room])
        self._stamp: tuple[int, int] | None = None
        self._registered: Collection[str] = frozenset()
        self.refresh()

    def refresh(self) -> None:
        """Read the file again if it was replaced."""
        try:
            status = self._file.path.stat()
        except FileNotFoundError:
            self._stamp, self._registered = None, frozenset()
            return
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._registered = frozenset(self._file.read())
            self._stamp = stamp

    def knows(self, game_id: str) -> bool:
        return game_id in self._registered or game_id in self._learnt or game_id in self._keyring.games

    def learn(self, game_id: str) -> bool:
        """Whether the game is known from now on; False when there is no room for one more."""
        if not self.knows(game_id):
            if len(self._learnt) >= self._room:
                return False
            self._learnt.add(game_id)
        return True

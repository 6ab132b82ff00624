"""`erasures.db`: which players were erased, said without their identifiers, and what is under way.

A player is known by a digest with a key that lies in the same file: enough to know their lines when they come again,
and nothing that leads from the file to a player. What tokens are made of is kept while an erasure is under way, so that
one that died goes on with the same tokens, and thrown away at its end.
"""

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from game_events_api.private_files import make_folder, touch

NAME = "erasures.db"
Kind = Literal["erase", "anonymise"]
DDL = """
CREATE TABLE IF NOT EXISTS erasures (
  key BLOB NOT NULL, game_id TEXT NOT NULL, digest TEXT NOT NULL,
  player TEXT NOT NULL,  -- the digest that the token is made of: that of another row where one player has two names
  kind TEXT NOT NULL, pseudonym TEXT,
  asked_by TEXT NOT NULL, asked_at TEXT NOT NULL,
  done_at TEXT,          -- NULL: under way
  PRIMARY KEY (key, digest)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS under_way (secret BLOB NOT NULL, began_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS erased_files (
  path TEXT PRIMARY KEY, stream TEXT NOT NULL, sha256 TEXT NOT NULL, lines INTEGER NOT NULL, erased_at TEXT NOT NULL
) WITHOUT ROWID;
"""
ROW = "key, game_id, digest, player, kind, pseudonym, asked_by, asked_at, done_at"


@dataclass(frozen=True)
class Erasure:
    """One player of one game; `pseudonym` is what stands for their user_id for good, of an anonymised one."""

    key: bytes
    game_id: str
    digest: str
    player: str
    kind: Kind
    pseudonym: str | None
    asked_by: str
    asked_at: str
    done_at: str | None


def digest_of(key: bytes, game_id: str, user_id: str) -> str:
    return hmac.digest(key, f"{game_id}\0{user_id}".encode(), "sha256").hex()


def token_of(secret: bytes, what: str, letters: int = 32) -> str:
    return f"erased-{hmac.digest(secret, what.encode(), 'sha256').hex()[:letters]}"


class Erasures:
    """For a `with` block."""

    def __init__(self, data_dir: Path) -> None:
        path = data_dir / NAME
        make_folder(data_dir)
        touch(path)
        self._db = sqlite3.connect(path, timeout=10.0, isolation_level=None)
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(DDL)

    def __enter__(self) -> "Erasures":
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def all(self) -> list[Erasure]:
        return [Erasure(*row) for row in self._db.execute(f"SELECT {ROW} FROM erasures ORDER BY asked_at, digest")]  # noqa: S608 -- constants of this module

    def ask(self, game_id: str, users: Iterable[str], kind: Kind, by: str, now: datetime) -> list[str]:
        """Put players on the list. One that was anonymised can be erased: gives the pseudonyms that go too."""
        key = next((one.key for one in reversed(self.all())), None) or secrets.token_bytes(32)
        known = {(one.key, one.digest): one for one in self.all()}
        moment, pseudonyms = _text(now), []
        with self._transaction():
            for user_id in users:
                digest = digest_of(key, game_id, user_id)
                before = known.get((key, digest))
                if before is not None and before.kind == "erase" and kind == "anonymise":
                    continue  # what is gone cannot come back as a pseudonym
                if before is not None and before.pseudonym and kind == "erase":
                    pseudonyms.append(before.pseudonym)
                    alias = digest_of(key, game_id, before.pseudonym)
                    self._put(Erasure(key, game_id, alias, digest, kind, None, by, moment, None))
                pseudonym = _pseudonym(before) if kind == "anonymise" else None
                self._put(Erasure(key, game_id, digest, digest, kind, pseudonym, by, moment, None))
        return pseudonyms

    def merge(self, others: Iterable[Erasure]) -> bool:
        """Those of another list that this one lacks, or has as less; whether there were any."""
        known = {(one.key, one.digest): one.kind for one in self.all()}
        fresh = [one for one in others if known.get((one.key, one.digest)) not in (one.kind, "erase")]
        with self._transaction():
            for one in fresh:
                self._put(one)
        return bool(fresh)

    def begin(self, now: datetime) -> bytes:
        """What tokens are made of: what one that died had, or new."""
        for (secret,) in self._db.execute("SELECT secret FROM under_way"):
            return bytes(secret)
        secret = secrets.token_bytes(32)
        self._db.execute("INSERT INTO under_way VALUES (?, ?)", (secret, _text(now)))
        return secret

    def note_file(self, path: str, stream: str, data: bytes, lines: int, now: datetime) -> None:
        """A file of the lake is about to be written anew, with `lines` of it erased."""
        self._db.execute(
            "INSERT OR REPLACE INTO erased_files VALUES (?, ?, ?, ?, ?)",
            (path, stream, hashlib.sha256(data).hexdigest(), lines, _text(now)),
        )

    def finish(self, now: datetime) -> None:
        """All is done; what tokens were made of is gone."""
        with self._transaction():
            self._db.execute("UPDATE erasures SET done_at = ? WHERE done_at IS NULL", (_text(now),))
            self._db.execute("DELETE FROM under_way")
        self._db.execute("VACUUM")

    def _put(self, one: Erasure) -> None:
        self._db.execute(
            f"INSERT OR REPLACE INTO erasures ({ROW}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 -- constants of this module
            tuple(vars(one).values()),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield


def listed(path: Path) -> list[Erasure]:
    """What a list elsewhere says; empty where there is none. sqlite3.Error where it is no list."""
    if not path.is_file():
        return []
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        return [Erasure(*row) for row in db.execute(f"SELECT {ROW} FROM erasures")]  # noqa: S608 -- constants of this module


def erased_files(path: Path) -> list[str]:
    """Of the lake, those that any erasure on the list at `path` wrote anew."""
    if not path.is_file():
        return []
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        return [name for (name,) in db.execute("SELECT path FROM erased_files ORDER BY path")]


def _pseudonym(before: Erasure | None) -> str:
    known = None if before is None else before.pseudonym
    return known or f"anonymous-{secrets.token_hex(16)}"


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

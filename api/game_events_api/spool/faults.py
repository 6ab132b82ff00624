"""What of a spool file's errors is damage, and what passes."""

import sqlite3

_DAMAGE = frozenset(
    (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_TOOBIG,
    )
)


class SpoolDamaged(sqlite3.DatabaseError):
    """What the file says contradicts itself, or what was read of it before."""


class TooNew(sqlite3.DatabaseError):
    """A newer version's file: sound, and not ours to touch."""


def is_damage(error: BaseException) -> bool:
    """Whether trying again is of no use: a lock, a full disk and a failing one pass, a file that is torn does not."""
    if isinstance(error, SpoolDamaged):
        return True
    if isinstance(error, TooNew) or not isinstance(error, sqlite3.Error):
        return isinstance(error, OverflowError)
    extended = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    code = extended & 0xFF
    if extended == sqlite3.SQLITE_IOERR_SHORT_READ:  # no failing disk: the file or its log was cut
        return True
    return code in _DAMAGE or (code == sqlite3.SQLITE_ERROR and "no such" in str(error))

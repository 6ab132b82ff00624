"""API keys in PostgreSQL, where several servers read them: a key made or revoked once is so on all of them."""

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar

from game_events_api.admission.api_key import ApiKey
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.key_store import Change, KeyStore, KeysUnavailable
from game_events_api.errors import ConfigurationError

if TYPE_CHECKING:
    from psycopg import Connection

T = TypeVar("T")
PATIENCE_SECONDS = 2
"""How long PostgreSQL may take to connect, and to answer."""
VERSION = 1
PREPARE_LOCK = 0x67_6B_65_79_73  # "gkeys": the advisory lock under which tables are made
COLUMNS = tuple(field.name for field in fields(ApiKey))
STATE = "SELECT version, revision FROM game_events.key_state"
READ = f"SELECT {', '.join(COLUMNS)} FROM game_events.api_keys ORDER BY position".encode()  # noqa: S608 - names above
WRITE = (
    f"INSERT INTO game_events.api_keys ({', '.join(COLUMNS)}) VALUES ({', '.join(f'%({one})s' for one in COLUMNS)})"  # noqa: S608
    " ON CONFLICT (key_id) DO UPDATE SET expires_at = EXCLUDED.expires_at, revoked_at = EXCLUDED.revoked_at"
).encode()
NOTE = (
    "INSERT INTO game_events.key_use (key_id, hour) VALUES (%s, %s)"
    " ON CONFLICT (key_id) DO UPDATE SET hour = EXCLUDED.hour WHERE key_use.hour < EXCLUDED.hour"
)
SERVERS: tuple[LiteralString, ...] = (
    "GRANT USAGE ON SCHEMA game_events TO {role}",
    "GRANT SELECT ON game_events.api_keys, game_events.key_state TO {role}",
    "GRANT SELECT, INSERT, UPDATE ON game_events.key_use TO {role}",
)
OPERATORS: tuple[LiteralString, ...] = (
    *SERVERS,
    "GRANT INSERT, UPDATE (expires_at, revoked_at) ON game_events.api_keys TO {role}",
    "GRANT UPDATE ON game_events.key_state TO {role}",
)


class KeyDatabase(KeyStore):
    """One connection, taken up again by itself; threads take turns.

    `url` may hold a password and is never shown. KeysUnavailable wherever PostgreSQL does not answer within a few
    seconds, refuses, or has not the tables, which `prepare` makes.
    """

    def __init__(self, url: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(now)
        self._url = url
        self._held: Connection | None = None
        self._turn = threading.Lock()

    @property
    def place(self) -> str:
        """Host, port and database."""
        from psycopg.conninfo import conninfo_to_dict

        said = conninfo_to_dict(self._url)
        host = said.get("host") or said.get("hostaddr") or "this machine"
        return f"PostgreSQL at {host}:{said.get('port') or 5432}/{said.get('dbname') or said.get('user') or ''}"

    @property
    def known_within(self) -> str:
        return f"5 s on every server that reaches {self.place}"

    def stamp(self) -> object:
        return self._asked(lambda connection: _revision(self, connection))

    def read(self) -> list[ApiKey]:
        def read(connection: "Connection") -> list[ApiKey]:
            _revision(self, connection)
            return _read(connection)

        return self._asked(read)

    def change(self, change: Change) -> None:
        """Keys are added, expire and are revoked; nothing else of one that stands here is changed."""

        def changed(connection: "Connection") -> None:
            with connection.transaction():
                _revision(self, connection, " FOR UPDATE")  # whoever changes keys takes it first; readers never wait
                known = _read(connection)
                if news := [_row(key) for key in change(known) if key not in known]:
                    connection.cursor().executemany(WRITE, news)

        self._asked(changed)

    def used(self) -> Mapping[str, str]:
        rows = self._asked(lambda one: one.execute("SELECT key_id, hour FROM game_events.key_use").fetchall())
        return {key_id: f"{hour.astimezone(UTC):%Y-%m-%dT%H}:00Z" for key_id, hour in rows}

    def note_used(self, hours: Mapping[str, str]) -> None:
        rows = [(key_id, datetime.fromisoformat(hour)) for key_id, hour in sorted(hours.items())]
        self._asked(lambda connection: connection.cursor().executemany(NOTE, rows))

    def prepare(self, *, servers: Sequence[str] = (), operators: Sequence[str] = ()) -> None:
        """Make the tables where they are not yet, and let these roles use them; one at a time, whoever calls it.

        Roles of servers read keys and say when they were used; those of operators make and revoke them too.
        """
        from psycopg import sql

        tables = (files("game_events_api.admission") / "key_tables.sql").read_bytes()
        grants = [
            sql.SQL(right).format(role=sql.Identifier(role))
            for roles, rights in ((servers, SERVERS), (operators, OPERATORS))
            for role in roles
            for right in rights
        ]

        def prepared(connection: "Connection") -> None:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (PREPARE_LOCK,))
                connection.execute(tables)
                _revision(self, connection)
                for grant in grants:
                    connection.execute(grant)

        self._asked(prepared)

    def close(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    __del__ = close

    def _asked(self, ask: "Callable[[Connection], T]") -> T:
        import psycopg

        with self._turn:
            try:
                connection = self._connected()
                with _patience(connection):
                    return ask(connection)
            except psycopg.Error as error:
                self.close()
                raise KeysUnavailable(f"{self.place}: {_why(error)}") from None

    def _connected(self) -> "Connection":
        import psycopg

        if self._held is None or self._held.closed:
            self._held = psycopg.connect(
                self._url,
                autocommit=True,
                connect_timeout=PATIENCE_SECONDS,
                fallback_application_name="game-events",
                prepare_threshold=None,  # a pool such as PgBouncer gives each transaction another session
            )
        return self._held


def open_keys(data_dir: Path, url: str | None) -> KeyStore:
    """The PostgreSQL of that URL, else the data folder's own file. ConfigurationError for an unusable URL."""
    if url is None:
        return KeyFile(data_dir / "keys.json")
    try:
        from psycopg import Error
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        raise ConfigurationError(
            f"keys in PostgreSQL need its driver: pip install 'game-events-api[postgresql]' ({error})"
        ) from error
    try:
        conninfo_to_dict(url)
    except Error:  # its message may hold a part of the password
        raise ConfigurationError(
            "GAME_EVENTS_KEYS_URL is no URL of PostgreSQL: give postgresql://user:password@host:port/database,"
            " with %-escapes in the password"
        ) from None
    return KeyDatabase(url)


@contextlib.contextmanager
def _patience(connection: "Connection") -> Iterator[None]:
    """Hang up where no answer comes in time: a server that stands still keeps its connections open."""
    from psycopg import OperationalError

    late = False

    def hang_up() -> None:
        nonlocal late
        late = True
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(PATIENCE_SECONDS, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as error:
        if late:
            raise OperationalError(f"no answer within {PATIENCE_SECONDS} s") from error
        raise
    finally:
        timer.cancel()


def _revision(store: KeyDatabase, connection: "Connection", lock: LiteralString = "") -> int:
    version, revision = connection.execute(STATE + lock).fetchone() or (0, 0)
    if version != VERSION:
        raise KeysUnavailable(
            f"{store.place}: the tables of keys are of version {version}, and this release knows {VERSION}:"
            " run the same release everywhere"
        )
    return int(revision)


def _read(connection: "Connection") -> list[ApiKey]:
    return [_key(row) for row in connection.execute(READ).fetchall()]


def _key(row: Sequence[Any]) -> ApiKey:
    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat()
        return tuple(value) if isinstance(value, list) else value

    return ApiKey(*map(plain, row))


def _row(key: ApiKey) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(key).items()}


def _why(error: Exception) -> str:
    """In one line; psycopg's messages name host, port and role, never the password."""
    from psycopg import errors

    if isinstance(error, errors.UndefinedTable | errors.InvalidSchemaName):
        return "it has no tables of keys; make them: game-events keys prepare"
    if isinstance(error, errors.InsufficientPrivilege):
        return f"{error.diag.message_primary}; let its role: game-events keys prepare --server-role or --operator-role"
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:200]

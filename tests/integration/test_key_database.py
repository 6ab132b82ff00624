"""Keys in a real PostgreSQL: what is promised of any store, what several servers see, and what happens without it."""

import secrets
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from game_events_api.admission.key_database import PATIENCE_SECONDS, KeyDatabase, open_keys
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.key_store import KeysUnavailable
from game_events_api.admission.keyring import Keyring, keyring_of
from game_events_api.errors import ConfigurationError
from game_events_cli.main import app
from integration.postgres_process import PASSWORD, PostgresProcess, postgres
from key_store_promises import NOW, KeyStorePromises, key_id
from typer.testing import CliRunner

__all__ = ["postgres"]  # the fixture
pytestmark = pytest.mark.needs("postgres")

Connect = Callable[[], KeyDatabase]


@pytest.fixture
def url(postgres: PostgresProcess) -> str:
    """Of a database of its own."""
    name = f"keys_{secrets.token_hex(4)}"
    with postgres.connect() as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return postgres.url(database=name)


@pytest.fixture
def connect(url: str) -> Connect:
    return lambda: KeyDatabase(url, now=lambda: NOW)


@pytest.fixture
def store(connect: Connect) -> KeyDatabase:
    database = connect()
    database.prepare()
    return database


class TestKeyDatabase(KeyStorePromises):
    pass


def test_what_one_server_changes_every_other_knows(store: KeyDatabase, connect: Connect) -> None:
    other = Keyring(connect())
    key = store.create("a")
    other.refresh()
    assert other.find(key.encode(), NOW) is not None
    store.revoke(key_id(key))
    other.refresh()
    assert other.find(key.encode(), NOW) is None


def test_a_key_that_a_person_revokes_by_sql_is_noticed(store: KeyDatabase, url: str) -> None:
    key = store.create("a")
    keyring = Keyring(store)
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE game_events.api_keys SET revoked_at = now()")
    keyring.refresh()
    assert keyring.find(key.encode(), NOW) is None


def test_changes_and_preparations_at_once_wait_for_each_other(store: KeyDatabase, connect: Connect) -> None:
    """Of several who rotate one key at once, one does, and the others are told."""
    old = key_id(store.create("a"))
    told: list[str] = []

    def rotate(database: KeyDatabase) -> None:
        try:
            told.append(key_id(database.rotate(old, timedelta(days=7))))
        except ValueError as error:
            told.append(str(error))

    databases = [connect() for _ in range(6)]
    threads = [threading.Thread(target=rotate, args=[one]) for one in databases[:3]]
    threads += [threading.Thread(target=one.prepare) for one in databases[3:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    known = {one.key_id for one in store.read()}
    assert len(known) == 2
    assert len(known & {old, *told}) == 2
    assert sum("rotated before" in line for line in told) == 2


def test_keys_of_a_file_are_copied_once_with_their_use_and_keep_working(store: KeyDatabase, tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json", now=lambda: NOW)
    there = store.create("there")
    kept, revoked = file.create("kept", games=("chess",), event_types=("install",)), file.create("revoked")
    file.revoke(key_id(revoked))
    file.note_used({key_id(kept): "2026-11-21T04:00Z"})
    assert [one.name for one in store.copy_from(file)] == ["kept", "revoked"]
    assert [one for one in store.read() if one.name != "there"] == file.read()
    assert store.used() == file.used()
    found = [Keyring(store).find(key.encode(), NOW) is not None for key in (there, kept, revoked)]
    assert found == [True, True, False]

    store.revoke(key_id(kept))
    assert store.copy_from(file) == []
    assert Keyring(store).find(kept.encode(), NOW) is None, "what was revoked there is not brought back"


def test_a_role_of_servers_reads_keys_and_changes_none(postgres: PostgresProcess, store: KeyDatabase, url: str) -> None:
    server, operator = (f"{name}_{secrets.token_hex(4)}" for name in ("server", "operator"))
    with psycopg.connect(url) as connection:
        for role in (server, operator):
            connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'".encode())
    store.prepare(servers=[server], operators=[operator])
    database = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    of_server, of_operator = (KeyDatabase(postgres.url(role, str(database))) for role in (server, operator))
    key = of_operator.create("a")
    of_server.note_used({key_id(key): "2026-11-21T04:00Z"})
    assert Keyring(of_server).find(key.encode(), NOW) is not None
    for refused in (lambda: of_server.revoke(key_id(key)), lambda: of_server.create("b"), of_server.prepare):
        with pytest.raises(KeysUnavailable, match="permission denied"):
            refused()
    with pytest.raises(KeysUnavailable, match="permission denied"):
        of_operator.prepare()
    assert [one.revoked_at for one in store.read()] == [None]


def test_a_key_in_force_stays_so_without_postgresql_also_after_a_start(
    postgres: PostgresProcess, store: KeyDatabase, url: str, tmp_path: Path
) -> None:
    key = store.create("a")
    keyring = keyring_of(tmp_path, url)
    postgres.stand_still()
    try:
        with pytest.raises(KeysUnavailable):
            keyring.refresh()
        restarted = keyring_of(tmp_path, url)
        with pytest.raises(KeysUnavailable) as raised:
            keyring_of(tmp_path / "new", url)
    finally:
        postgres.go_on()
    assert keyring.find(key.encode(), NOW) is not None
    assert restarted.find(key.encode(), NOW) is not None
    assert "127.0.0.1" in restarted.failure
    assert not any(part in restarted.failure + str(raised.value) for part in (PASSWORD, "p%40ss"))

    store.revoke(key_id(key))
    for one in (keyring, restarted):
        one.refresh()
        assert (one.find(key.encode(), NOW), one.failure) == (None, "")


def test_a_connection_that_is_cut_is_taken_up_again(store: KeyDatabase, url: str) -> None:
    store.create("a")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with pytest.raises(KeysUnavailable):
        store.stamp()
    assert len(store.read()) == 1


def test_whoever_locks_the_keys_for_long_is_not_waited_for(store: KeyDatabase, url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("SELECT 1 FROM game_events.key_state FOR UPDATE")
        with pytest.raises(KeysUnavailable, match=rf"no answer within {PATIENCE_SECONDS} s"):
            store.create("a")
        assert store.read() == []


def test_tables_of_another_release_are_refused(store: KeyDatabase, url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE game_events.key_state SET version = 2")
    for refused in (store.stamp, store.read, store.prepare, lambda: store.create("a")):
        with pytest.raises(KeysUnavailable, match="tables of keys are of version 2, and this release knows 1"):
            refused()


@pytest.mark.parametrize("url", ["postgresql://user:s%sret@host/db", "postgresql://user:secret@host:0x1/db?x=1"])
def test_an_unusable_url_is_told_without_the_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="KEYS_URL is no URL") as raised:
        open_keys(tmp_path, url)
    assert not any(part in str(raised.value) for part in ("s%sret", "secret"))


def test_the_command_makes_tables_copies_and_changes_keys_in_postgresql(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = KeyFile(tmp_path / "keys.json").create("old")
    monkeypatch.setenv("GAME_EVENTS_KEYS_URL", url)

    def keys(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["keys", *arguments, "--data-dir", str(tmp_path)])
        assert result.exit_code == code, result.output
        assert PASSWORD not in result.output
        return str(result.output)

    assert "game-events keys prepare" in keys("list", code=1)
    keys("prepare")
    assert "1 keys copied" in keys("copy")
    new = keys("create", "--name", "new").strip()
    assert "every server that reaches PostgreSQL at 127.0.0.1" in keys("revoke", key_id(old))
    assert [line.split('"name": "')[1].split('"')[0] for line in keys("list", "--json").splitlines()] == ["old", "new"]
    keyring = keyring_of(tmp_path, url)
    assert [keyring.find(key.encode(), NOW) is not None for key in (old, new)] == [False, True]
    monkeypatch.setenv("GAME_EVENTS_KEYS_URL", "postgresql://127.0.0.1:1/none")
    assert "PostgreSQL at 127.0.0.1:1/none" in keys("list", code=1)

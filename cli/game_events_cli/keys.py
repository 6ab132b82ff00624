"""`game-events keys`: make, rotate, list and revoke API keys, in the data folder or in PostgreSQL."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.moments import coming, duration
from game_events_cli.options import DATA_DIR, AsJson, DataDir, key_store_of, require_data_dir
from game_events_cli.tables import print_table

if TYPE_CHECKING:
    from game_events_api.admission import KeyDatabase, KeyStore

app = typer.Typer(
    help="API keys: made once, shown once, stored as digests; GAME_EVENTS_KEYS_URL says where.", no_args_is_help=True
)

KeyId = Annotated[str, typer.Argument(help="As `keys list` shows it.", metavar="KEY_ID")]
Expires = Annotated[
    str | None,
    typer.Option(help="When it stops working: 30d or 12h from now, a UTC date, or a time.", show_default="never"),
]
Roles = Annotated[list[str] | None, typer.Option(help="A role of PostgreSQL; repeat for more.", show_default="none")]
PUBLIC = (
    *("key_id", "name", "environment", "games", "event_types", "scopes"),
    *("created_at", "expires_at", "revoked_at"),
)


@app.command()
def create(
    data_dir: DataDir = DATA_DIR,
    name: Annotated[str, typer.Option(help="What the key is for.")] = "default",
    game: Annotated[
        list[str] | None, typer.Option(help="A game it may write; repeat for more.", show_default="all")
    ] = None,
    event_types: Annotated[
        str | None, typer.Option(help="Events it may write, as install,purchase.", show_default="all")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="ingest, read, operate, admin.", show_default="ingest")
    ] = None,
    environment: Annotated[str, typer.Option(help="live or test: part of the key's name.")] = "live",
    expires: Expires = None,
) -> None:
    """Print a new key; it cannot be shown again. The data folder is made where it is not there, and that is said."""
    from game_events_api.audit import audited

    if not data_dir.exists():
        typer.echo(f"{data_dir} was not there: it is made, as a server's new data folder", err=True)
    games, scopes = game or ["*"], scope or ["ingest"]
    types, expires_at = ["*"] if event_types is None else _published(event_types), _expiry(expires)
    rights = {"games": ",".join(games), "event_types": ",".join(types), "scopes": ",".join(scopes)}
    try:
        with audited(data_dir, "keys create", name=name, environment=environment, **rights) as made:
            key = key_store_of(data_dir).create(
                name,
                environment=environment,
                games=games,
                scopes=scopes,
                event_types=types,
                expires_at=expires_at,
            )
            made["key_id"] = _id_of(key)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    print(key)


@app.command()
def rotate(
    key_id: KeyId,
    data_dir: DataDir = DATA_DIR,
    grace: Annotated[str, typer.Option(help="How long the old key goes on: 7d, 12h, 0s.")] = "7d",
    expires: Expires = None,
) -> None:
    """Print a new key of the same name, games, event types and scopes; the old one expires when the grace is over."""
    from game_events_api.audit import audited

    store = _standing(data_dir)
    seconds, expires_at = duration(grace, "--grace"), _expiry(expires)
    try:
        with audited(data_dir, "keys rotate", of=key_id, grace=grace) as made:
            key = store.rotate(key_id, seconds, expires_at)
            made["key_id"] = _id_of(key)
    except KeyError as error:
        raise _no_such_key(key_id) from error
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    print(key)


@app.command("list")
def list_keys(data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Show every key's id, name, rights, times and state; never a secret. JSON has one object a key."""
    store = _standing(data_dir)
    now, last_used = datetime.now(UTC), store.used()
    keys = [(key, key.state(now)) for key in store.read()]
    if as_json:
        for key, state in keys:
            known = {"last_used": last_used.get(key.key_id), "state": state}
            typer.echo(json.dumps({**{name: getattr(key, name) for name in PUBLIC}, **known}))
        return
    columns = (
        "id",
        "name",
        "environment",
        "games",
        "event types",
        "scopes",
        "created",
        "expires",
        "last used",
        "state",
    )
    rows = [
        (
            *(key.key_id, key.name, key.environment),
            *(", ".join(names) for names in (key.games, key.event_types, key.scopes)),
            *(key.created_at, key.expires_at, last_used.get(key.key_id)),
            f"revoked {key.revoked_at}" if key.revoked_at else state,
        )
        for key, state in keys
    ]
    print_table(columns, rows)


@app.command()
def revoke(key_id: KeyId, data_dir: DataDir = DATA_DIR) -> None:
    """Refuse a key from now on: within 1 s on every worker of this folder, within 5 s on servers with PostgreSQL."""
    from game_events_api.audit import audited

    store = _standing(data_dir)
    try:
        with audited(data_dir, "keys revoke", key_id=key_id):
            store.revoke(key_id)
    except KeyError as error:
        raise _no_such_key(key_id) from error
    print(f"{key_id} is revoked, in force within {store.known_within}")


@app.command()
def prepare(server_role: Roles = None, operator_role: Roles = None, data_dir: DataDir = DATA_DIR) -> None:
    """Make the tables of keys in PostgreSQL where they are not yet, and let roles use them; again changes nothing.

    A server's role reads keys and notes their use, an operator's makes and revokes them too; both have to be there.
    """
    from game_events_api.audit import audited

    database, servers, operators = _database(data_dir), server_role or [], operator_role or []
    with audited(data_dir, "keys prepare", servers=",".join(servers), operators=",".join(operators)):
        database.prepare(servers=servers, operators=operators)
    print(f"the tables of keys are in {database.place}")


@app.command()
def copy(data_dir: DataDir = DATA_DIR) -> None:
    """Copy the keys of this folder's keys.json into PostgreSQL, with when they were last used; those there stand."""
    from game_events_api.admission import KeyFile
    from game_events_api.audit import audited

    require_data_dir(data_dir)
    database = _database(data_dir)
    with audited(data_dir, "keys copy") as made:
        added = database.copy_from(KeyFile(data_dir / "keys.json"))
        made["key_ids"] = ",".join(key.key_id for key in added)
    for key in added:
        print(f"{key.key_id} ({key.name}) is in PostgreSQL")
    print(f"{len(added)} keys copied to {database.place}")


def _standing(data_dir: Path) -> "KeyStore":
    """One that is there already."""
    from game_events_api.admission import KeyFile

    store = key_store_of(data_dir)
    if isinstance(store, KeyFile):
        require_data_dir(data_dir)
    return store


def _database(data_dir: Path) -> "KeyDatabase":
    from game_events_api.admission import KeyDatabase

    store = key_store_of(data_dir)
    if not isinstance(store, KeyDatabase):
        typer.echo("set GAME_EVENTS_KEYS_URL to the PostgreSQL that is to hold the keys: postgresql://…", err=True)
        raise typer.Exit(ExitCode.UNUSABLE)
    return store


def _published(listed: str) -> list[str]:
    """A key for an event that is misspelt could send nothing, and say so to players only."""
    from game_events_models import contract

    wanted = [name for part in listed.split(",") if (name := part.strip())]
    known = sorted(contract.versions())
    for name in wanted:
        if name not in known:
            raise typer.BadParameter(f"--event-types: there is no event type {name}; known are {', '.join(known)}")
    return wanted


def _expiry(text: str | None) -> datetime | None:
    return None if text is None else coming(text, "--expires", datetime.now(UTC))


def _id_of(key: str) -> str:
    return key.split("_")[2]


def _no_such_key(key_id: str) -> typer.BadParameter:
    return typer.BadParameter(f"there is no key {key_id}; see `game-events keys list`")

"""`game-events keys`: make, rotate, list and revoke API keys."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from game_events_cli.moments import coming, duration
from game_events_cli.options import DATA_DIR, AsJson, DataDir, require_data_dir
from game_events_cli.tables import print_table

app = typer.Typer(help="API keys: made once, shown once, stored as digests.", no_args_is_help=True)

KeyId = Annotated[str, typer.Argument(help="As `keys list` shows it.", metavar="KEY_ID")]
Expires = Annotated[
    str | None,
    typer.Option(help="When it stops working: 30d or 12h from now, a UTC date, or a time.", show_default="never"),
]
PUBLIC = (
    *("key_id", "name", "environment", "games", "event_types", "scopes"),
    *("created_at", "expires_at", "revoked_at"),
)
WITHIN = "in force within 1 s on every worker of this folder"


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
    """Print a new key; it cannot be shown again."""
    from game_events_api.admission import KeyFile
    from game_events_api.audit import audited

    games, scopes = game or ["*"], scope or ["ingest"]
    types, expires_at = ["*"] if event_types is None else _published(event_types), _expiry(expires)
    rights = {"games": ",".join(games), "event_types": ",".join(types), "scopes": ",".join(scopes)}
    try:
        with audited(data_dir, "keys create", name=name, environment=environment, **rights) as made:
            key = KeyFile(data_dir / "keys.json").create(
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
    from game_events_api.admission import KeyFile
    from game_events_api.audit import audited

    require_data_dir(data_dir)
    seconds, expires_at = duration(grace, "--grace"), _expiry(expires)
    try:
        with audited(data_dir, "keys rotate", of=key_id, grace=grace) as made:
            key = KeyFile(data_dir / "keys.json").rotate(key_id, seconds, expires_at)
            made["key_id"] = _id_of(key)
    except KeyError as error:
        raise _no_such_key(key_id) from error
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    print(key)


@app.command("list")
def list_keys(data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Show every key's id, name, rights, times and state; never a secret. JSON has one object a key."""
    from game_events_api.admission import KeyFile, KeyUse

    require_data_dir(data_dir)
    now, last_used = datetime.now(UTC), KeyUse(data_dir).read()
    keys = [(key, key.state(now)) for key in KeyFile(data_dir / "keys.json").read()]
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
    """Refuse a key from now on: in force within 1 s on every worker of this folder."""
    from game_events_api.admission import KeyFile
    from game_events_api.audit import audited

    require_data_dir(data_dir)
    try:
        with audited(data_dir, "keys revoke", key_id=key_id):
            KeyFile(data_dir / "keys.json").revoke(key_id)
    except KeyError as error:
        raise _no_such_key(key_id) from error
    print(f"{key_id} is revoked, {WITHIN}")


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

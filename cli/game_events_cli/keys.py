"""`game-events keys`: make, list and revoke API keys."""

from typing import Annotated

import typer

from game_events_cli.options import DATA_DIR, DataDir, require_data_dir
from game_events_cli.tables import print_table

app = typer.Typer(help="API keys: made once, shown once, stored as digests.", no_args_is_help=True)


@app.command()
def create(
    data_dir: DataDir = DATA_DIR,
    name: Annotated[str, typer.Option(help="What the key is for.")] = "default",
    game: Annotated[
        list[str] | None, typer.Option(help="A game it may write; repeat for more.", show_default="all")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="ingest, read, operate, admin.", show_default="ingest")
    ] = None,
    environment: Annotated[str, typer.Option(help="live or test: part of the key's name.")] = "live",
) -> None:
    """Print a new key; it cannot be shown again."""
    from game_events_api.admission import KeyFile

    try:
        key = KeyFile(data_dir / "keys.json").create(
            name, environment=environment, games=game or ["*"], scopes=scope or ["ingest"]
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    print(key)


@app.command("list")
def list_keys(data_dir: DataDir = DATA_DIR) -> None:
    """Show every key's id, name, games, scopes and state; never a secret."""
    from game_events_api.admission import KeyFile

    require_data_dir(data_dir)
    rows = [
        (
            key.key_id,
            key.name,
            key.environment,
            ", ".join(key.games),
            ", ".join(key.scopes),
            key.created_at,
            f"revoked {key.revoked_at}" if key.revoked_at else "in force",
        )
        for key in KeyFile(data_dir / "keys.json").read()
    ]
    print_table(("id", "name", "environment", "games", "scopes", "created", "state"), rows)


@app.command()
def revoke(key_id: str, data_dir: DataDir = DATA_DIR) -> None:
    """Refuse a key from now on."""
    from game_events_api.admission import KeyFile

    require_data_dir(data_dir)
    try:
        KeyFile(data_dir / "keys.json").revoke(key_id)
    except KeyError as error:
        raise typer.BadParameter(f"there is no key {key_id}; see `game-events keys list`") from error
    print(f"{key_id} is revoked")

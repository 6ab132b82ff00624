"""`game-events games`: the games that the ledger counts by name."""

import json
from typing import Annotated

import typer

from game_events_cli.options import DATA_DIR, AsJson, DataDir, key_store_of, require_data_dir
from game_events_cli.tables import print_table

app = typer.Typer(
    help="Games that the ledger counts by name; those of keys made with --game need not be added.", no_args_is_help=True
)


@app.command()
def add(
    game_ids: Annotated[list[str], typer.Argument(help="Game ids, as events have them.", metavar="GAME_ID...")],
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Count these games by name, however many others there are; a running server knows them within a second."""
    from game_events_api.admission import GameFile
    from game_events_api.audit import audited

    require_data_dir(data_dir)
    try:
        with audited(data_dir, "games add", games=",".join(game_ids)):
            added = GameFile(data_dir / "games.json").add(game_ids)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    for game_id in dict.fromkeys(game_ids):
        print(f"{game_id} is {'added' if game_id in added else 'known already'}")


@app.command("list")
def list_games(data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Show every game that is registered, named by a key, or counted by name in the ledger. JSON: an object a game."""
    from game_events_api.admission import GameFile
    from game_events_api.spool import used_games

    require_data_dir(data_dir)
    registered = set(GameFile(data_dir / "games.json").read())
    keys = {game for key in key_store_of(data_dir).read() for game in key.games if game != "*"}
    learnt = set(used_games(data_dir, 10_000)) - registered - keys
    known = {"registered": registered, "named by a key": keys, "learnt": learnt}
    reasons = {
        game_id: [why for why, games in known.items() if game_id in games]
        for game_id in sorted(registered | keys | learnt)
    }
    if as_json:
        for game_id, why in reasons.items():
            typer.echo(json.dumps({"game": game_id, "why": why}))
    else:
        print_table(("game", "why"), [(game_id, ", ".join(why)) for game_id, why in reasons.items()])

"""The `game-events` command: one sub-command a module, wired here and nowhere else."""

import typer

from game_events_cli import (
    audit,
    backup,
    console,
    cost,
    dead_letters,
    doctor,
    drain,
    erasure,
    firehose_cost,
    games,
    keys,
    project,
    reconcile,
    rejected,
    schema_files,
    schemas,
    send,
    serve,
    snowflake,
    trace,
    warehouse,
)
from game_events_cli.devtools import add_devtools
from game_events_cli.examples import add_examples
from game_events_cli.plain_errors import PlainErrors

app = typer.Typer(
    name="game-events",
    cls=PlainErrors,
    help="Schema-first event pipeline for game studios.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals hold keys and players' data
)

app.callback()(project.adopt)
app.command()(project.init)
app.command()(serve.serve)
app.command()(console.console)
app.command()(send.send)
app.add_typer(keys.app, name="keys")
schemas.app.command()(schema_files.new)
schemas.app.command("list")(schema_files.list_versions)
schemas.app.command()(schema_files.describe)
schemas.app.command()(schema_files.unpublish)
app.add_typer(games.app, name="games")
app.add_typer(schemas.app)
warehouse.app.command()(snowflake.lint)
warehouse.app.command()(snowflake.deploy)
app.add_typer(warehouse.app)
app.command()(cost.cost)
app.command("firehose-cost")(firehose_cost.firehose_cost)
app.command()(reconcile.reconcile)
app.command()(trace.trace)
app.command()(doctor.doctor)
app.command()(drain.drain)
app.add_typer(dead_letters.app)
app.add_typer(rejected.app)
app.add_typer(audit.app)
app.command("erase-player")(erasure.erase_player)
app.command("anonymise-player")(erasure.anonymise_player)
app.command()(backup.backup)
app.command()(backup.restore)
add_devtools(app)
add_examples(app)

if __name__ == "__main__":
    app()

"""The `game-events` command: one sub-command a module, wired here and nowhere else."""

import typer

from game_events_cli import firehose, keys, reconcile, schemas, send, serve, simulate, trace, warehouse
from game_events_cli.demo.command import demo

app = typer.Typer(
    name="game-events",
    help="Schema-first event pipeline for game studios.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals hold keys and players' data
)

app.command()(demo)
app.command()(serve.serve)
app.command()(simulate.simulate)
app.command()(send.send)
app.add_typer(keys.app, name="keys")
app.add_typer(schemas.app)
app.add_typer(warehouse.app)
app.command("firehose-emulator")(firehose.firehose_emulator)
app.command()(reconcile.reconcile)
app.command()(trace.trace)

if __name__ == "__main__":
    app()

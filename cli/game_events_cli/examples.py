"""An example for the help of every command, as a person would type it."""

from collections.abc import Iterator

import typer

LINES = """
anonymise-player player-000123 --game puzzle-quest --by "ticket 4711" --data-dir data
audit head --data-dir data
audit list --data-dir data --json
audit verify --data-dir data --head 17:5f0c
backup --data-dir data --to /mnt/backups/game-events
console --data-dir data
cost --events-per-day 14400000 --regions 2
dead-letters discard --where reason=too-large --data-dir data
dead-letters list --where event_type=purchase --data-dir data
dead-letters replay --dry-run --data-dir data
dead-letters show spool-0:1 --data-dir data
dead-letters stats --data-dir data --json
demo --events 10000
doctor --data-dir data
drain --data-dir data --within 600
erase-player player-000123 --game puzzle-quest --by "ticket 4711" --data-dir data
firehose-cost --data-dir data
firehose-emulator --directory firehose --interval-seconds 1
games add puzzle-quest sky-racer --data-dir data
games list --data-dir data
init my-studio
keys copy --data-dir data
keys create --scope ingest --game puzzle-quest --name "android build" --data-dir data
keys list --data-dir data
keys prepare --server-role events_server --operator-role events_keys
keys revoke 4x5qd66l --data-dir data
keys rotate 4x5qd66l --data-dir data
reconcile --data-dir data
rejected list --where rule=required --data-dir data
rejected replay --as-version purchase/1-1-0 --dry-run --data-dir data
rejected show spool-0:1 --data-dir data
rejected stats --data-dir data --json
restore --from /mnt/backups/game-events --data-dir data-of-yesterday
schemas check
schemas describe purchase/1-2-1
schemas diff schemas/install/2-1-0.json schemas/install/2-1-1.json
schemas export purchase --format typescript
schemas lint --json
schemas list
schemas new currency_spent --field amount:integer --field 'item?:text'
schemas publish
schemas senders --data-dir data
schemas unpublish currency_spent/1-0-0
send events.ndjson --url http://127.0.0.1:8000
serve --data-dir data --workers 4
simulate --events 1000 --url http://127.0.0.1:8000
trace 0199aaaa-0000-7000-8000-000000000001 --data-dir data
warehouse build --data-dir data
warehouse changes --since 2026-11-01 --data-dir data
warehouse close 2026-10 --by ada --data-dir data
warehouse deploy --dry-run
warehouse docs --data-dir data
warehouse export daily_revenue --csv --to tables --data-dir data
warehouse lint models
warehouse malformed list --json --data-dir data
warehouse malformed load lines.ndjson --by ada --data-dir data
warehouse query "select * from daily_revenue order by event_date" --data-dir data
warehouse rates age --limit 40 --data-dir data
warehouse rates gaps --data-dir data
warehouse rates list --currency KWD --on 2026-11-20 --data-dir data
warehouse rates load mine.csv --by ada --data-dir data
warehouse rates withdraw KWD 2026-11-20 --data-dir data
"""
EXAMPLES = [f"game-events {line}" for line in LINES.split("\n") if line]


def add_examples(app: typer.Typer) -> None:
    """Each under the help of its command; ValueError for a command without one."""
    for path, command in _commands(app, "game-events"):
        (example,) = [line for line in EXAMPLES if f"{line} ".startswith(f"{path} ")]
        command.epilog = f"Example: {example}"


def _commands(app: typer.Typer, path: str) -> Iterator[tuple[str, typer.models.CommandInfo]]:
    for command in app.registered_commands:
        function = command.callback.__name__.rstrip("_") if command.callback else ""
        yield f"{path} {command.name or function.replace('_', '-')}", command
    for group in app.registered_groups:
        if inner := group.typer_instance:
            name = group.name if isinstance(group.name, str) else inner.info.name
            yield from _commands(inner, f"{path} {name}")

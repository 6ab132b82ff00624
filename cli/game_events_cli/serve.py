"""`game-events serve`: the server and its delivery, until it is told to stop."""

import logging
import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from game_events_api.exit_codes import ExitCode
from rich.console import Console

STYLES = {"warning": "yellow", "error": "red"}
# settings: begin
# Written by scripts/settings_docs.py from the settings; edit those, then run it.
HELP = {
    "host": "Address to listen on. (default: 127.0.0.1)",
    "port": "TCP port; 0 takes a free one and prints it. (default: 8000)",
    "admin_host": "Address of the admin port. (default: 127.0.0.1)",
    "admin_port": "TCP port for operators, by default the one after `port`.",
    "data_dir": "Folder of `keys.json`, `spool/`, `delivery/` and the local `lake/`. (default: data)",
    "sink": "Where events go: lake, firehose, s3, or several, as lake,firehose while moving. (default: lake)",
    "workers": "Server processes sharing the port. (default: 1)",
    "redis_url": "Redis through which workers share limits and duplicates: redis://, rediss:// or unix://.",
}
# settings: end


def serve(
    host: Annotated[str | None, typer.Option(help=HELP["host"])] = None,
    port: Annotated[int | None, typer.Option(help=HELP["port"])] = None,
    admin_host: Annotated[str | None, typer.Option(help=HELP["admin_host"])] = None,
    admin_port: Annotated[str | None, typer.Option(help=HELP["admin_port"])] = None,
    data_dir: Annotated[Path | None, typer.Option(help=HELP["data_dir"])] = None,
    sink: Annotated[str | None, typer.Option(help=HELP["sink"])] = None,
    workers: Annotated[int | None, typer.Option(help=HELP["workers"])] = None,
    redis_url: Annotated[
        str | None, typer.Option(help=f"{HELP['redis_url']} A password goes in GAME_EVENTS_REDIS_URL.")
    ] = None,
) -> None:
    """Take events over HTTP and deliver them; every setting is also GAME_EVENTS_… in the environment.

    Exit code 1: the port is taken. 2: a setting, the data folder or keys.json is unusable. 75: another server, or a
    command that must have it alone, is on the data folder.
    Stop it with SIGTERM or Ctrl-C: requests in flight finish first.
    """
    from game_events_api.admission import KeysUnavailable, open_keys
    from game_events_api.errors import ApiError, ConfigurationError, DataFolderInUse, PortTaken
    from game_events_api.hooks import load_all
    from game_events_api.logs import configure_logging
    from game_events_api.occupancy import occupied
    from game_events_api.private_files import make_folder
    from game_events_api.process import authority, supervise
    from game_events_api.settings import AdminSettings, DeliverySettings, Environment, Settings
    from game_events_models import contract

    package = contract.events_package()
    console = Console(stderr=True, highlight=False)
    configure_logging()
    log = logging.getLogger(__name__)
    options = {
        "host": host,
        "port": port,
        "admin_host": admin_host,
        "admin_port": admin_port,
        "data_dir": data_dir.resolve() if data_dir else None,
        "sink": sink,
        "workers": workers,
        "redis_url": redis_url,
    }
    given = {name: value for name, value in options.items() if value is not None}
    codes: dict[type[ApiError], ExitCode] = {
        ConfigurationError: ExitCode.UNUSABLE,
        PortTaken: ExitCode.FAILED,
        DataFolderInUse: ExitCode.BUSY,
    }

    def say(line: str, level: str = "info") -> None:
        """To a person in colour, to a machine as all processes log."""
        if console.is_terminal:
            console.print(line, style=STYLES.get(level), markup=False, soft_wrap=True)
        else:
            log.log(logging.getLevelNamesMapping()[level.upper()], line)

    def started(listening: int, for_operators: int | None) -> None:
        say(f"game-events listens on http://{authority(settings.host, listening)} (documentation at /docs)")
        if for_operators is not None:
            say(f"operators ask at http://{authority(admin.admin_host, for_operators)} (metrics at /metrics)")
        say(f"events of {package}: {', '.join(contract.versions())}")
        say(f"data in {settings.data_dir}, delivered to {delivery.sink}")
        if not keys:
            say(f"no key yet: game-events keys create --data-dir {settings.data_dir}", "warning")

    try:
        environment = Environment.read(os.environ)
        settings, delivery = environment.of(Settings, given), environment.of(DeliverySettings, given)
        admin = environment.of(AdminSettings, given)
        configure_logging(settings.log_level)
        load_all(settings.enrich, settings.observe)  # here once, not by every worker again and again
        if environment.ignored:
            say(environment.ignored, "warning")
        make_folder(settings.data_dir)
        with occupied(settings.data_dir):
            try:
                keys = bool(open_keys(settings.data_dir, settings.keys_place).read())
            except KeysUnavailable as error:  # the workers go by the keys that they knew last
                keys = True
                say(str(error), "warning")
            supervise(
                settings.host,
                settings.port,
                settings.workers,
                environment.for_children(given),
                admin=admin.address(settings.port),
                stop_seconds=settings.drain_seconds + settings.grace_seconds + delivery.shutdown_seconds,
                hang_seconds=settings.hang_seconds,
                report=partial(say, level="warning"),
                started=started,
            )
    except tuple(codes) as error:
        in_use = isinstance(error, DataFolderInUse)
        elsewhere = "; or give this server a data folder of its own with --data-dir" if in_use else ""
        say(f"cannot start: {error}{elsewhere}", "error")
        raise typer.Exit(codes[type(error)]) from error

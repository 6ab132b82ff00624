"""`game-events serve`: the server and its delivery, until it is told to stop."""

import contextlib
import difflib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from pydantic import ValidationError


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.  [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.  [default: 8000]")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where spool, keys and the local lake are.  [default: data]")
    ] = None,
    sink: Annotated[str | None, typer.Option(help="lake, firehose or lake,firehose.  [default: lake]")] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes sharing the port.  [default: 1]")] = None,
    redis_url: Annotated[
        str | None,
        typer.Option(
            help="Redis through which workers share limits and duplicates; a password goes in GAME_EVENTS_REDIS_URL."
        ),
    ] = None,
) -> None:
    """Take events over HTTP and deliver them; every setting is also GAME_EVENTS_… in the environment.

    Exit code 1: a setting is unusable. 2: the data folder or keys.json is.
    Stop it with SIGTERM or Ctrl-C: requests in flight finish first.
    """
    from game_events_api.admission.keys import KeyFile
    from game_events_api.delivery.settings import DeliverySettings
    from game_events_api.errors import ConfigurationError
    from game_events_api.process.supervisor import supervise
    from game_events_api.settings import Settings
    from pydantic import ValidationError

    console = Console(stderr=True, highlight=False)
    given = {
        name: value
        for name, value in {
            "host": host,
            "port": port,
            "data_dir": data_dir.resolve() if data_dir else None,
            "sink": sink,
            "workers": workers,
            "redis_url": redis_url,
        }.items()
        if value is not None
    }
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
        delivery = DeliverySettings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        console.print(f"cannot start: {_settings_error(error)}", style="red", markup=False)
        raise typer.Exit(1) from error
    for warning in _misspelt_variables(os.environ, {*Settings.model_fields, *DeliverySettings.model_fields}):
        console.print(warning, style="yellow", markup=False)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if _delivered_by_another(settings.data_dir):
        console.print(
            f"another server delivers from {settings.data_dir}: this one's delivery begins when that one ends",
            style="yellow",
            markup=False,
        )
    keys = KeyFile(settings.data_dir / "keys.json").read()

    def started(listening: int) -> None:
        console.print(f"game-events listens on http://{settings.host}:{listening} (documentation at /docs)")
        console.print(f"data in {settings.data_dir}, delivered to {delivery.sink}", markup=False)
        if not keys:
            console.print(f"no key yet: game-events keys create --data-dir {settings.data_dir}", markup=False)

    try:
        supervise(
            settings.host,
            settings.port,
            settings.workers,
            {f"GAME_EVENTS_{name.upper()}": str(value) for name, value in given.items()},
            stop_seconds=settings.drain_seconds + settings.grace_seconds + delivery.shutdown_seconds,
            report=lambda line: console.print(line, style="yellow", markup=False),
            started=started,
        )
    except ConfigurationError as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from error


def _delivered_by_another(data_dir: Path) -> bool:
    from filelock import FileLock, Timeout

    lock = data_dir / "delivery" / "delivery.lock"
    try:
        with FileLock(lock, timeout=0) if lock.exists() else contextlib.nullcontext():
            return False
    except Timeout:
        return True


def _misspelt_variables(environment: Iterable[str], settings: Iterable[str]) -> Iterator[str]:
    """A line for each variable that looks like a setting and is none; other commands have variables of their own."""
    prefix = "GAME_EVENTS_"
    known = {f"{prefix}{name.upper()}" for name in settings}
    for name in sorted(set(environment) - known):
        meant = difflib.get_close_matches(name.removeprefix(prefix), [k.removeprefix(prefix) for k in known], 1, 0.8)
        if name.startswith(prefix) and meant:
            yield f"{name} is no setting and has no effect; did you mean {prefix}{meant[0]}?"


def _settings_error(error: "ValidationError") -> str:
    problems = []
    for item in error.errors():
        name = "_".join(map(str, item["loc"]))
        problems.append(f"--{name.replace('_', '-')} (or GAME_EVENTS_{name.upper()}): {item['msg']}")
    return "; ".join(problems)

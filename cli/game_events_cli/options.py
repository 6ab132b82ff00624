"""The options that several commands share, and what they lead to."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from game_events_api.exit_codes import ExitCode

if TYPE_CHECKING:
    from game_events_api.admission import KeyStore
    from game_events_warehouse.lake import Lake

DataDir = Annotated[Path, typer.Option("--data-dir", envvar="GAME_EVENTS_DATA_DIR", help="The server's data folder.")]
LakeUrl = Annotated[
    str | None,
    typer.Option("--lake", envvar="GAME_EVENTS_LAKE", help="Directory or s3://bucket/prefix; else <data-dir>/lake."),
]
S3EndpointUrl = Annotated[
    str | None,
    typer.Option("--s3-endpoint-url", envvar="GAME_EVENTS_S3_ENDPOINT_URL", help="Where S3 answers, if not AWS."),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output, nothing else.")]

DATA_DIR = Path("data")


def require_data_dir(data_dir: Path) -> None:
    """End with 2 where nothing can be found because the folder is not there."""
    if not data_dir.is_dir():
        typer.echo(f"{data_dir} is no folder; give the server's data folder with --data-dir", err=True)
        raise typer.Exit(ExitCode.UNUSABLE)


def lake_of(data_dir: Path, lake: str | None, s3_endpoint_url: str | None) -> "Lake | None":
    """The lake named, or the data folder's own, which is not there before the first delivery."""
    from game_events_warehouse.lake import open_lake

    where = lake or str(data_dir / "lake")
    if lake is None and not Path(where).exists():
        return None
    return open_lake(where, s3_endpoint_url=s3_endpoint_url)


def database_of(data_dir: Path) -> Path:
    return data_dir / "warehouse" / "warehouse.duckdb"


def key_store_of(data_dir: Path) -> "KeyStore":
    """The PostgreSQL that GAME_EVENTS_KEYS_URL names, else the data folder's file."""
    from game_events_api.admission import open_keys
    from game_events_api.settings import Environment, KeySettings

    return open_keys(data_dir, Environment.read(os.environ).of(KeySettings, {"data_dir": data_dir}).keys_place)

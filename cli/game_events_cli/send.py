"""`game-events send`: one event, or a file of them, to a running server."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from game_events_api.exit_codes import ExitCode


def send(
    file: Annotated[Path, typer.Argument(help="A JSON event, or NDJSON with one a line; - reads standard input.")],
    key: Annotated[str, typer.Option(envvar="GAME_EVENTS_API_KEY", help="An API key with the scope ingest.")],
    url: Annotated[str, typer.Option(envvar="GAME_EVENTS_URL", help="The server.")] = "http://127.0.0.1:8000",
) -> None:
    """Send events as they are and print each result, one JSON object a line.

    Exit code 0: all accepted or duplicate. 1: an event was rejected or nothing could be sent. 2: not JSON, or
    an unusable URL or key.
    """
    from game_events import GameAnalyticsClient, GameEventsError

    events = _read(file)
    rejected = 0
    try:
        with GameAnalyticsClient(url, key, max_attempts=4) as client:
            for start in range(0, len(events), 500):  # so that results are seen while a long file is sent
                receipt = client.send_events_batch(events[start : start + 500])
                rejected += receipt.rejected
                for result in receipt.results:
                    said = {"event_id": result.event_id, "status": result.status}
                    errors = [error.model_dump(mode="json") for error in result.errors]
                    print(json.dumps(said | ({"errors": errors} if errors else {}), ensure_ascii=False))
    except (GameEventsError, ValueError) as error:  # ValueError: an unusable URL or key
        print(error, file=sys.stderr)
        raise typer.Exit(ExitCode.FAILED if isinstance(error, GameEventsError) else ExitCode.UNUSABLE) from error
    raise typer.Exit(ExitCode.FAILED if rejected else ExitCode.OK)


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        text = raw.decode()
    except OSError as error:
        raise typer.BadParameter(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file} is not UTF-8: byte {error.start} is no character") from error
    try:
        documents = _parsed(text)
    except json.JSONDecodeError as error:
        raise typer.BadParameter(f"{file} is neither a JSON event nor NDJSON: {error}") from error
    except RecursionError as error:
        raise typer.BadParameter(f"{file} is nested too deeply for an event") from error
    if not documents or not all(isinstance(document, dict) for document in documents):
        raise typer.BadParameter(f"{file} must hold events, which are JSON objects")
    return documents


def _parsed(text: str) -> list[Any]:
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        # Not splitlines(): a JSON string may hold U+2028 and Unicode's other line separators.
        return list(_parsed_lines(text))


def _parsed_lines(text: str) -> Iterator[Any]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise typer.BadParameter(
                    f"line {number} is no JSON: {error.msg} at character {error.pos + 1}"
                ) from error

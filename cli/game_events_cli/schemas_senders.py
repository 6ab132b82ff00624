"""`game-events schemas senders`: who still sends which version, and what of it the default version would refuse.

Older versions go on taking what a later REVISION refuses, until they retire. It is looked for in the lake, when
somebody asks: at the edge it would cost every event of an older version a second verdict.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from game_events_cli.options import DATA_DIR, AsJson, DataDir, LakeUrl, S3EndpointUrl, lake_of, require_data_dir
from game_events_cli.tables import print_table

if TYPE_CHECKING:
    from game_events_warehouse.lake import Lake

FIELDS = ("game_id", "event_type", "schema_version", "app_version")
COLUMNS = ("game_id", "event_type", "version", "app_version", "events", "refused", "by", "because")


class Sender(NamedTuple):
    """Builds of one game that send one version."""

    game_id: str
    event_type: str
    version: str
    app_version: str


@dataclass
class Sent:
    events: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """By the first reason, `rule at pointer`: what the default version would say."""


def senders(
    data_dir: DataDir = DATA_DIR, lake: LakeUrl = None, s3_endpoint_url: S3EndpointUrl = None, as_json: AsJson = False
) -> None:
    """Count the lake's events by game, version and build, and those that the default version would refuse.

    A version of another MODEL than the default is only counted. What was sent twice counts twice.
    """
    if lake is None:
        require_data_dir(data_dir)
    source = lake_of(data_dir, lake, s3_endpoint_url)
    found = sorted(count(source).items()) if source else []
    documents = [_document(sender, sent) for sender, sent in found]
    if as_json:
        typer.echo(json.dumps({"senders": documents}))
    elif documents:
        print_table(COLUMNS, (_row(document) for document in documents))
    else:
        typer.echo("the lake holds no events")


def count(lake: "Lake") -> dict[Sender, Sent]:
    from game_events_api.recovery import Recheck
    from game_events_models import contract

    stricter = {
        event_type: Recheck(f"{event_type}/{contract.default_version(event_type)}")
        for event_type in contract.versions()
    }
    counts: dict[Sender, Sent] = {}
    for event in _events(lake):
        sender = Sender(*(str(event.get(name, "")) for name in FIELDS))
        sent = counts.setdefault(sender, Sent())
        sent.events += 1
        default = _default(sender)
        if default not in (None, sender.version):
            looked = stricter[sender.event_type].look(event)
            if not isinstance(looked, tuple):
                sent.refused[f"{looked.rule} at {looked.message.partition(' of ')[0]}"] += 1
    return counts


def _events(lake: "Lake") -> Iterator[dict[str, Any]]:
    from game_events_warehouse.errors import LakeError
    from game_events_warehouse.lake import unpacked

    for file in sorted(lake.files(), key=lambda file: file.path):
        if file.stream != "events":
            continue
        try:
            lines = unpacked(file, lake.read(file)).splitlines()
        except LakeError as error:
            typer.echo(f"not counted: {error}", err=True)
            continue
        for line in lines:
            try:
                event = json.loads(line)["event"]
            except (ValueError, KeyError, TypeError):  # the warehouse keeps it among the malformed ones
                continue
            if isinstance(event, dict):
                yield event


def _default(sender: Sender) -> str | None:
    """The default version where it is of the same MODEL."""
    from game_events_models import contract

    if sender.event_type not in contract.versions():
        return None
    default = contract.default_version(sender.event_type)
    return default if default.split("-")[0] == sender.version.split("-")[0] else None


def _document(sender: Sender, sent: Sent) -> dict[str, Any]:
    refused = sent.refused.total()
    return {
        **sender._asdict(),
        "events": sent.events,
        "refused": refused,
        "refused_by": _default(sender) if refused else None,
        "reasons": dict(sent.refused.most_common()),
    }


def _row(document: dict[str, Any]) -> tuple[Any, ...]:
    *shown, reasons = document.values()
    return (*shown, ", ".join(f"{reason} ({number})" for reason, number in reasons.items()))

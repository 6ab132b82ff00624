"""An event as somebody would send it again: for curl, and with the SDK. The key is left out."""

import json
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from game_events_models import contract

OWN = ("event_id", "event_time", "environment")
"""What an event has for itself, whatever it is about."""


def as_curl(document: Mapping[str, Any]) -> str:
    event_type = document.get("event_type")
    path = f"/v1/events/{event_type}" if isinstance(event_type, str) else "/v1/events/batch"
    body = json.dumps(document, ensure_ascii=False, indent=2)
    return (
        f"curl $GAME_EVENTS_URL{path} \\\n"
        '  -H "Authorization: Bearer $GAME_EVENTS_API_KEY" \\\n'
        f"  --json {shlex.quote(body)}"
    )


def as_sdk(document: Mapping[str, Any]) -> str:
    return (
        "import os\n\nfrom game_events import GameAnalyticsClient\n\n"
        'with GameAnalyticsClient(os.environ["GAME_EVENTS_URL"], os.environ["GAME_EVENTS_API_KEY"]) as client:\n'
        f"    client.send_event({_python(document)})"
    )


def first_event() -> str:
    """A command that sends an example of the contract, now and as a test."""
    known = contract.versions()
    return as_curl(example("install" if "install" in known else next(iter(known))))


def example(event_type: str, version: str | None = None) -> dict[str, Any]:
    """An event that the contract gives as an example, with an id and a time of its own, as a test."""
    versions = contract.versions()[event_type]
    chosen = version or next((v for v in versions if contract.lifecycle(event_type, v).default), versions[-1])
    found = contract.schema(event_type, chosen).get("examples") or [{}]
    return fresh({"event_type": event_type, "schema_version": chosen, **dict.fromkeys(OWN), **found[0]})


def fresh(document: Mapping[str, Any], but: str = "") -> dict[str, Any]:
    """The same with an id and a time of its own, as a test: of what it has, and not at the pointer `but`."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    own = dict(zip(OWN, (str(uuid4()), now, "sandbox"), strict=True))
    return {**document, **{name: value for name, value in own.items() if name in document and but != f"/{name}"}}


def _python(document: Mapping[str, Any]) -> str:
    return repr(dict(document)) if document else "{}"

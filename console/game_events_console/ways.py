"""The way one event took, stop by stop, with when it was there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from game_events_console.inside import Api, ApiProblem
from game_events_console.rendering import clock


@dataclass(frozen=True)
class Step:
    name: str
    at: str
    says: str
    kind: str = ""
    """`end`, `stop` or `spur`: how its stop is drawn."""
    tone: str = ""


async def way_of(api: Api, event: Mapping[str, Any]) -> list[Step]:
    """Device, edge, verdict, and where it is seen since."""
    document = event["document"] or {}
    received = event["received_at"]
    steps = []
    if document.get("event_time"):
        said = [document.get("platform"), f"build {event['build']}" if event["build"] else None]
        steps.append(Step("Device", clock(document["event_time"]), ", ".join(one for one in said if one)))
    edge = f"key {event['key_id']}, correlation {event['correlation_id']}"
    steps.append(Step("Edge", (received or "")[11:23], edge))
    named = f"{event['event_type'] or 'unnamed'} {event['schema_version'] or ''}".strip()
    if event["verdict"] == "rejected":
        first = event["reasons"][0] if event["reasons"] else {}
        says = f"{named}, rule {first.get('rule')} at {first.get('pointer') or 'the whole event'}"
        steps.append(Step("Refused by the contract", "same instant", f"{says}; the sender was told", "stop", "t-bad"))
    else:
        judged = (event["judged_as"] or named).replace("/", " ")
        says = "on disk before the answer" + _correction(document, event["effective_time"])
        steps.append(Step(f"Accepted as {judged}", "same instant", says, "", "t-ok"))
    return steps + await _seen(api, event)


async def _seen(api: Api, event: Mapping[str, Any]) -> list[Step]:
    if not event["event_id"]:
        return []
    try:
        trace = await api.get(f"/v1/trace/{event['event_id']}", around=(event["received_at"] or "")[:13])
    except ApiProblem:  # older servers, or an id that is none
        return []
    return [_step(sighting, event) for sighting in trace["sightings"]]


def _step(sighting: Mapping[str, Any], event: Mapping[str, Any]) -> Step:
    names = {"spool": "Waits in the spool", "lake": "Lake", "dead-letter": "Dead letter"}
    kind = {"dead-letter": "stop", "lake": "end" if event["verdict"] == "accepted" else "spur"}
    says = f"{sighting['file']}, row {sighting['row']}" if sighting["row"] else sighting["file"]
    if sighting["reason"]:
        says += f": {sighting['reason']}"
    name = names.get(sighting["stage"], sighting["stage"])
    return Step(name, _after(event["received_at"], sighting["at"]), says, kind.get(sighting["stage"], ""))


def _after(received: str | None, at: str | None) -> str:
    """`+0.9 s` after it came."""
    try:
        seconds = (datetime.fromisoformat(at or "") - datetime.fromisoformat(received or "")).total_seconds()
    except (ValueError, TypeError):
        return ""
    return f"+{max(seconds, 0):.1f} s"


def _correction(document: Mapping[str, Any], effective: str | None) -> str:
    try:
        sent = datetime.fromisoformat(str(document.get("event_time")))
        seconds = (datetime.fromisoformat(effective or "") - sent).total_seconds()
    except (ValueError, TypeError):
        return ""
    return f"; the device's clock was off by {seconds:+.1f} s" if abs(seconds) >= 1 else ""

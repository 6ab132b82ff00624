"""The way one event took, stop by stop, with when it was there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from game_events_models.http import CountsAs

from game_events_console.inside import Api, ApiProblem
from game_events_console.rendering import clock, day

NOT_COUNTED = dict.fromkeys(CountsAs.model_fields)


@dataclass(frozen=True)
class Step:
    name: str
    at: str
    says: str
    kind: str = ""
    """`end`, `stop` or `spur`: how its stop is drawn."""
    tone: str = ""


@dataclass(frozen=True)
class Other:
    """One more event with the same event_id: of another game, with other contents, or refused before."""

    address: str
    event: Mapping[str, Any]


@dataclass(frozen=True)
class Way:
    steps: Sequence[Step]
    counts_as: Mapping[str, str | None] | None
    """What it comes to in money, as its fact has it; every name is there."""
    complete: bool
    """Whether everything was looked through."""
    others: Sequence[Other] = ()
    nth: int = 0
    """Of all those with its event_id."""


async def way_of(api: Api, event: Mapping[str, Any]) -> Way:
    """Device, edge, verdict, and where it is seen since."""
    traced = await _traced(api, event)
    address = f"/console/live/{event['event_id']}"
    others = [Other(address, one) for one in traced["others"]]
    return way_in(event, traced["sightings"], complete=traced["complete"], others=others)


def way_in(
    event: Mapping[str, Any],
    sightings: Sequence[Mapping[str, Any]],
    *,
    complete: bool,
    others: Sequence[Other] = (),
    nth: int = 0,
) -> Way:
    """The same of an event that was traced already. Pure."""
    steps = [*_at_the_edge(event), *(_step(one, event) for one in sightings if one["stage"] != "staged")]
    counted = next((one["counts_as"] for one in sightings if one["counts_as"]), None)
    return Way(steps, None if counted is None else {**NOT_COUNTED, **counted}, complete, others, nth)


def _at_the_edge(event: Mapping[str, Any]) -> Iterator[Step]:
    document = event["document"] or {}
    if document.get("event_time"):
        said = [document.get("platform"), f"build {event['build']}" if event["build"] else None]
        yield Step("Device", clock(str(document["event_time"])), ", ".join(str(one) for one in said if one))
    if event["key_id"]:
        edge = f"key {event['key_id']}, correlation {event['correlation_id']}"
        yield Step("Edge", (event["received_at"] or "")[11:23], edge)
    named = f"{event['event_type'] or 'unnamed'} {event['schema_version'] or ''}".strip()
    if event["verdict"] == "rejected":
        first = event["reasons"][0] if event["reasons"] else {}
        says = f"{named}, rule {first.get('rule')} at {first.get('pointer') or 'the whole event'}"
        yield Step("Refused by the contract", "same instant", f"{says}; the sender was told", "stop", "t-bad")
    else:
        judged = (event["judged_as"] or named).replace("/", " ")
        says = "on disk before the answer" + _correction(document, event["effective_time"])
        yield Step(f"Accepted as {judged}", "same instant", says, "", "t-ok")


async def _traced(api: Api, event: Mapping[str, Any]) -> Mapping[str, Any]:
    nothing = {"sightings": [], "complete": True, "others": []}
    if not event["event_id"]:
        return nothing
    try:
        trace = await api.get(f"/v1/trace/{event['event_id']}", since=(event["received_at"] or "")[:13])
    except ApiProblem as problem:  # an id that is none, or nobody has written its block or file yet
        return nothing if problem.status in (404, 422) else nothing | {"complete": False}
    mine = [one for one in trace["events"] if _same(one["event"], event)]
    found = mine[0]["sightings"] if mine else []
    others = [one["event"] for one in trace["events"] if one not in mine[:1]]
    return {"sightings": found, "complete": trace["complete"], "others": others}


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Several events may have one id: this is the one that came at that time, or the only one that is like it."""
    names = ("verdict", "game_id", "received_at", "correlation_id")
    return all(one[name] == other[name] for name in names)


def _step(sighting: Mapping[str, Any], event: Mapping[str, Any]) -> Step:
    name, kind, says = _told(sighting, accepted=event["verdict"] == "accepted")
    if sighting["reason"]:
        says += f": {sighting['reason']}"
    return Step(name, _after(event["received_at"], sighting["at"]) or (sighting["event_date"] or ""), says, kind)


def _told(sighting: Mapping[str, Any], *, accepted: bool) -> tuple[str, str, str]:
    """Name, how its stop is drawn, what it says."""
    stage, place = sighting["stage"], sighting["file"] or ""
    if sighting["row"]:
        place += f", row {sighting['row']}"
    if stage == "spool":
        return "Waits in the spool", "", f"{place}, block {sighting['block']}"
    if stage == "dead-letter":
        return "Dead letter", "stop", f"{sighting['sink']} would not take it after {sighting['attempts']} attempts"
    if stage == "lake":
        return "Lake", "" if accepted else "spur", place
    if stage in ("raw", "raw-rejected"):
        return "Warehouse, raw", "" if accepted else "spur", f"loaded from {place}"
    if stage == "fact":
        return sighting["table"] or "Fact", "end", f"counts on {day(sighting['event_date'])}"
    return f"Warehouse: {stage.replace('_', ' ')}", "stop", "it is no fact"


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

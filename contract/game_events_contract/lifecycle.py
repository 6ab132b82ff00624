"""What `schemas/lifecycle.json` may say: dates that exist, in order, and far enough apart for people to upgrade, and of
each event which version its name alone means."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from game_events_contract.findings import Finding, GateRule
from game_events_contract.pointers import escape
from game_events_contract.repository import SchemaRepository

FILE = "lifecycle.json"
NOTICE = timedelta(days=90)
"""The least time between a version's deprecation and its sunset: builds in the stores need it to be replaced."""
_DATES = ("deprecated", "sunset")
_MEMBERS = (*_DATES, "reason")


def lifecycle(schemas: SchemaRepository) -> Iterator[Finding]:
    """Everything wrong with the file by itself."""
    entries: Any = schemas.lifecycle
    if not isinstance(entries, dict):
        yield Finding(
            FILE, GateRule.LIFECYCLE_INVALID, "", "write one JSON object, from versions' labels and events' names"
        )
        return
    labels = {file.label for versions in schemas.events.values() for file in versions}
    newest = {versions[-1].label for versions in schemas.events.values()}
    for label, entry in entries.items():
        pointer = "/" + escape(label)
        if label in schemas.events:
            yield from _default(entries, label, labels)
            continue
        if label not in labels:
            yield Finding(FILE, GateRule.LIFECYCLE_UNKNOWN, pointer, "no such version and no such event")
        if not _well_formed(entry):
            message = f"write an object of texts, with no other members than {', '.join(_MEMBERS)}"
            yield Finding(FILE, GateRule.LIFECYCLE_INVALID, pointer, message)
            continue
        if label in newest and "sunset" in entry:
            yield Finding(
                FILE, GateRule.LIFECYCLE_NEWEST, f"{pointer}/sunset", "an event's newest version cannot be retired"
            )
        if not entry.get("reason"):
            yield Finding(FILE, GateRule.REASON_MISSING, pointer, "say why and where to go instead")
        yield from _dates(entry, pointer)


def _default(entries: dict[str, Any], event_type: str, labels: set[str]) -> Iterator[Finding]:
    entry, pointer = entries[event_type], f"/{escape(event_type)}"
    if not isinstance(entry, dict) or [*entry] != ["default"] or not isinstance(entry["default"], str):
        message = 'of an event write its default version: {"default": "1-0-0"}'
        yield Finding(FILE, GateRule.LIFECYCLE_INVALID, pointer, message)
        return
    label = f"{event_type}/{entry['default']}"
    if label not in labels:
        yield Finding(FILE, GateRule.DEFAULT_UNKNOWN, f"{pointer}/default", f"there is no version {label}")
    dates = entries.get(label)
    if isinstance(dates, dict) and "sunset" in dates:
        message = f"{label} retires on {dates['sunset']}; move the default first: publish --make-default"
        yield Finding(FILE, GateRule.DEFAULT_RETIRED, f"{pointer}/default", message)


def day(text: str | None) -> date | None:
    """The date that `YYYY-MM-DD` names; None for no text, and for any other text."""
    if text is None or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _well_formed(entry: Any) -> bool:
    return isinstance(entry, dict) and all(name in _MEMBERS and isinstance(value, str) for name, value in entry.items())


def _dates(entry: dict[str, str], pointer: str) -> Iterator[Finding]:
    wrong = [name for name in _DATES if name in entry and day(entry[name]) is None]
    for name in wrong:
        yield Finding(
            FILE, GateRule.LIFECYCLE_DATE, f"{pointer}/{name}", f"{entry[name]!r} is no date; write YYYY-MM-DD"
        )
    if wrong or "sunset" not in entry:
        return
    deprecated, sunset = day(entry.get("deprecated")), day(entry["sunset"])
    if deprecated is None or sunset is None or sunset <= deprecated:
        yield Finding(FILE, GateRule.LIFECYCLE_ORDER, f"{pointer}/sunset", "deprecate a version before its sunset")
    elif sunset - deprecated < NOTICE:
        message = (
            f"{(sunset - deprecated).days} days after its deprecation; leave {NOTICE.days}:"
            f" {deprecated + NOTICE} or later"
        )
        yield Finding(FILE, GateRule.LIFECYCLE_NOTICE, f"{pointer}/sunset", message)

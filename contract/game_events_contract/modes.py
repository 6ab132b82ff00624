"""`schemas/compatibility.json`: what an event's ADDITIONs promise, and which single changes are let through.

The modes are Confluent's. *Backward*: who has the newer schema reads what was written by the older. *Forward*: who has
the older reads what is written by the newer. *Full*: both. Plainly, of the version just before; transitive, of every
earlier version of the REVISION, because a REVISION is the place where a promise ends.
"""

import json
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from game_events_contract.findings import Finding, GateRule
from game_events_contract.lifecycle import day
from game_events_contract.pointers import escape
from game_events_contract.repository import ROOT, Document, SchemaRepository
from game_events_contract.walk import as_document

FILE = "compatibility.json"


class Mode(StrEnum):
    BACKWARD = "backward"
    BACKWARD_TRANSITIVE = "backward_transitive"
    FORWARD = "forward"
    FORWARD_TRANSITIVE = "forward_transitive"
    FULL = "full"
    FULL_TRANSITIVE = "full_transitive"

    @property
    def backward(self) -> bool:
        """Whether what was valid by an earlier version stays valid."""
        return self not in (Mode.FORWARD, Mode.FORWARD_TRANSITIVE)

    @property
    def forward(self) -> bool:
        """Whether what is valid by the new version was valid by an earlier one."""
        return self not in (Mode.BACKWARD, Mode.BACKWARD_TRANSITIVE)

    @property
    def transitive(self) -> bool:
        return self in (Mode.BACKWARD_TRANSITIVE, Mode.FORWARD_TRANSITIVE, Mode.FULL_TRANSITIVE)


DEFAULT = Mode.BACKWARD_TRANSITIVE


class Waiver(NamedTuple):
    """Lets one rule through, at one pointer of one version, until a day."""

    version: str
    rule: str
    pointer: str
    expires: date
    reason: str


class Register(NamedTuple):
    """What the file says, and what is wrong with it."""

    modes: dict[str, Mode]
    waivers: list[Waiver]
    faults: list[Finding]

    def mode(self, event_type: str) -> Mode:
        return self.modes.get(event_type, DEFAULT)


def read_register(schemas: SchemaRepository) -> Register:
    """An empty one where there is no file."""
    path = schemas.folder / FILE
    register = Register({}, [], [])
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError as error:
        return register._replace(faults=[_fault("", f"{error}; write one JSON object with modes and waivers")])
    if not isinstance(document, dict) or not document.keys() <= {"modes", "waivers"}:
        return register._replace(
            faults=[_fault("", "write one JSON object, with no other members than modes and waivers")]
        )
    modes, waivers = document.get("modes", {}), document.get("waivers", [])
    if not isinstance(modes, dict) or not isinstance(waivers, list):
        return register._replace(faults=[_fault("", "modes is an object from event to mode, waivers a list")])
    for event_type, text in modes.items():
        if event_type not in schemas.events:
            register.faults.append(_fault(f"/modes/{escape(event_type)}", "there is no such event"))
        elif text not in [*Mode]:
            message = f"{text!r} is no mode; take one of {', '.join(Mode)}"
            register.faults.append(_fault(f"/modes/{escape(event_type)}", message))
        else:
            register.modes[event_type] = Mode(text)
    for index, entry in enumerate(waivers):
        waiver = _waiver(entry)
        if isinstance(waiver, str):
            register.faults.append(_fault(f"/waivers/{index}", waiver))
        else:
            register.waivers.append(waiver)
    return register


def mode_of(document: Document, path: Path, asked: str | None = None) -> Mode:
    """The mode that is asked for, or that of the event that a schema file describes. ValueError for no mode."""
    if asked is not None:
        if asked not in [*Mode]:
            raise ValueError(f"{asked!r} is no mode; take one of {', '.join(Mode)}")
        return Mode(asked)
    event_type = as_document(document.get("properties", {}).get("event_type", {})).get("const")
    return read_register(SchemaRepository(schema_folder(path))).mode(str(event_type))


def schema_folder(path: Path) -> Path:
    """The folder of schemas that a file stands in; this checkout's for one that stands alone."""
    folder = path.resolve().parent.parent
    return folder if (folder / "lock.json").is_file() else ROOT / "schemas"


def waive(found: list[Finding], waivers: list[Waiver], today: date) -> list[Finding]:
    """The findings that no waiver lets through, and of each waiver that does nothing, or no longer, that it does."""
    left = list(found)
    for waiver in waivers:
        mine = [one for one in left if (one.where, str(one.rule), one.pointer) == waiver[:3]]
        if not mine:
            message = (
                f"{waiver.rule} is not found at {waiver.pointer or 'the root'} of {waiver.version}; delete the waiver"
            )
            left.append(Finding(FILE, GateRule.WAIVER_UNUSED, "", message))
        elif waiver.expires <= today:
            message = f"the waiver of {waiver.rule} at {waiver.pointer} of {waiver.version} ended on {waiver.expires}"
            left.append(
                Finding(FILE, GateRule.WAIVER_EXPIRED, "", f"{message}; renew it with a reason, or undo the change")
            )
        else:
            left = [one for one in left if one not in mine]
    return left


def _waiver(entry: Any) -> Waiver | str:
    """The waiver, or what is wrong with it."""
    if (
        not isinstance(entry, dict)
        or entry.keys() != {*Waiver._fields}
        or not all(isinstance(v, str) for v in entry.values())
    ):
        return f"write an object of texts with the members {', '.join(Waiver._fields)}"
    expires = day(entry["expires"])
    if expires is None:
        return f"{entry['expires']!r} is no date; write YYYY-MM-DD, the day from which it no longer holds"
    if not entry["reason"].strip():
        return "say why nobody is hurt, as reason"
    return Waiver(**{**entry, "expires": expires})


def _fault(pointer: str, message: str) -> Finding:
    return Finding(FILE, GateRule.COMPATIBILITY_INVALID, pointer, message)

"""Personal data out of sight for those who need not see it. Pure.

By place, not by text: a sentence that was made of a value spells it in many ways, cut, escaped or within others.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from game_events_models.explain import MAX_POINTER

from game_events_api.contract.decode import sent
from game_events_api.contract.reasons import at_its_field
from game_events_api.live.described import NAMED, Place, event_place, steps

DOTS = "••••"
_NUMBERED = re.compile(r"([a-z]+-)\d{2,}(\d\d)")
"""`player-000126`: a word and a number, of which the end is shown."""
_QUOTES_ELSEWHERE = re.compile(r", because | … ")
"""Behind the first, a reason quotes the fields that it depends on; the second says that its middle was cut out."""
_INSTEAD = {
    "required": "it is missing",
    "additionalProperties": "there is no such field",
    "unevaluatedProperties": "there is no such field",
}
_SAID = {"event_id": "event_id", "game_id": "game_id", "build": "app_version"} | {name: name for name in NAMED}
"""What lists say of an event, and the field that it is."""
_HIDDEN = "it is refused; those who may operate are shown what was said, which may quote personal data"


def masked_line(line: bytes) -> str:
    """A stored line, of an accepted event or a rejected one."""
    try:
        stored = json.loads(line)
    except (ValueError, RecursionError):
        stored = None
    return json.dumps(masked_stored(stored), ensure_ascii=False) if isinstance(stored, dict) else DOTS


def masked_stored(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The same of what the line says; what was sent and is no JSON object cannot be told apart from personal data."""
    event = stored["event"] if "event" in stored else sent(stored.get("raw"))
    place = event_place(*_named(event if isinstance(event, dict) else stored))
    document = masked(event, place) if isinstance(event, dict) else None
    shown = masked_names(stored)
    if "event" in stored:
        shown["event"] = document
    if "enrichment" in stored:
        shown["enrichment"] = DOTS
    if "raw" in stored:
        shown["raw"] = None if document is None else json.dumps(document, ensure_ascii=False)
    if isinstance(reasons := stored.get("reasons"), list):
        said = (one for one in reasons if isinstance(one, dict))
        shown["reasons"] = [_masked_reason(one, place, event, document) for one in said]
    return shown


def masked_names(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What lists and counts say of an event: its type and version where they are published, and where it is wrong."""
    place = event_place(*_named(fields))
    said = {name: masked(fields[name], place.at(of)) for name, of in _SAID.items() if fields.get(name)}
    shown = {**fields, **said}
    if fields.get("pointer"):
        shown["pointer"] = _shown_pointer(str(fields["pointer"]), place)
    return shown


def masked(value: Any, place: Place | None) -> Any:
    """A value at its place in an event, without what is personal there or not described."""
    if value is None:
        return None
    if place is None:
        return DOTS
    if place.personal:
        return mask(value)
    if isinstance(value, dict):
        return {name: masked(one, place.at(name)) for name, one in value.items()}
    if isinstance(value, list):
        return [masked(one, place.items) for one in value]
    return DOTS if place.holds_personal else value


def mask(value: Any) -> str:
    """`player-••••26`, `••••82`, `••••`: enough to tell two apart that stand beside each other."""
    if not isinstance(value, str) or len(value) < 8:
        return DOTS
    numbered = _NUMBERED.fullmatch(value)
    return f"{numbered[1]}{DOTS}{numbered[2]}" if numbered else DOTS + value[-2:]


def _named(fields: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(fields.get(name) for name in NAMED)


def _masked_reason(reason: Mapping[str, Any], place: Place, event: Any, shown: Any) -> dict[str, Any]:
    """It quotes no more than stands at its pointer, so it is told where all that stands there is shown."""
    rule, message = str(reason.get("rule")), _INSTEAD.get(str(reason.get("rule")), _HIDDEN)
    if _is_shown(str(reason.get("pointer") or ""), event, shown):
        message = _QUOTES_ELSEWHERE.split(str(reason.get("message")))[0]
    pointer = _shown_pointer(str(at_its_field(reason).get("pointer") or ""), place)
    return {"pointer": pointer, "rule": rule, "message": message}


def _is_shown(pointer: str, event: Any, shown: Any) -> bool:
    if len(pointer) >= MAX_POINTER or not isinstance(event, dict):
        return False
    for step in steps(pointer):
        if isinstance(event, dict) and isinstance(shown, dict) and step in event:
            event, shown = event[step], shown[step]
        elif isinstance(event, list) and isinstance(shown, list) and step.isdecimal() and int(step) < len(event):
            event, shown = event[int(step)], shown[int(step)]
        else:
            return False
    return bool(event == shown)


def _shown_pointer(pointer: str, place: Place) -> str:
    """As far as the first name that is no field: what lies below it, or in personal data, is part of that."""
    within: Place | None = place
    shown = ""
    for step, spelled in zip(steps(pointer), pointer.split("/")[1:], strict=True):
        if within is None or within.personal:
            break
        within = within.items if within.items and step.isdecimal() else within.at(step)
        shown += f"/{spelled}"
    return shown

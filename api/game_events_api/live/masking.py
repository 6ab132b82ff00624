"""Personal data out of sight for those who need not see it. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from game_events_models import contract

DOTS = "••••"
_NUMBERED = re.compile(r"([a-z]+-)\d{2,}(\d\d)")
"""`player-000126`: a word and a number, of which the end is shown."""


def masked(document: Any) -> tuple[Any, dict[str, str]]:
    """The event without its personal data, and what was hidden: the text that was sent → what stands for it.

    By what any version of any event marks: older versions were published before anybody marked anything.
    """
    hidden: dict[str, str] = {}
    for pointer in _marks():
        document = _masked_at(document, pointer.split("/")[1:], hidden)
    return document, hidden


def masked_line(line: bytes) -> str:
    """A stored line, of an accepted event or a rejected one."""
    try:
        stored = json.loads(line)
    except (ValueError, RecursionError):
        stored = None
    return json.dumps(masked_stored(stored), ensure_ascii=False) if isinstance(stored, dict) else DOTS


def masked_stored(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The same of what the line says; what was sent and is no JSON object cannot be told apart from personal data."""
    shown = dict(stored)
    sent, hidden = masked(stored.get("event", _sent(stored)))
    if "event" in stored:
        shown["event"] = sent
    if "raw" in stored:
        shown["raw"] = json.dumps(sent, ensure_ascii=False) if isinstance(sent, dict) else None
    reasons = stored.get("reasons")
    if isinstance(reasons, list):
        said = [one for one in reasons if isinstance(one, dict)]
        shown["reasons"] = [{**one, "message": without(str(one.get("message")), hidden)} for one in said]
    return shown


def _sent(stored: Mapping[str, Any]) -> Any:
    try:
        return json.loads(stored.get("raw") or "")
    except (ValueError, TypeError, RecursionError):
        return None


def without(text: str, hidden: Mapping[str, str]) -> str:
    """A sentence that may quote what was hidden."""
    for value in sorted(hidden, key=len, reverse=True):
        text = text.replace(value, hidden[value])
    return text


def mask(value: Any) -> str:
    """`player-••••26`, `••••82`, `••••`: enough to tell two apart that stand beside each other."""
    if not isinstance(value, str) or len(value) < 8:
        return DOTS
    numbered = _NUMBERED.fullmatch(value)
    return f"{numbered[1]}{DOTS}{numbered[2]}" if numbered else DOTS + value[-2:]


@cache
def _marks() -> Sequence[str]:
    published = ((event_type, one) for event_type, versions in contract.versions().items() for one in versions)
    return tuple(dict.fromkeys(at for event_type, one in published for at in contract.personal_data(event_type, one)))


def _masked_at(value: Any, path: Sequence[str], hidden: dict[str, str]) -> Any:
    if not path:
        if value is None:
            return None
        if isinstance(value, dict | list):
            return DOTS
        shown = mask(value)
        if len(text := str(value)) > 1:
            hidden[text] = shown
        return shown
    step, rest = path[0].replace("~1", "/").replace("~0", "~"), path[1:]
    if isinstance(value, list):
        return [_masked_at(one, rest, hidden) for one in value] if step == "*" else value
    if isinstance(value, dict):
        names = set(value) if step == "*" else {step}
        return {name: _masked_at(one, rest, hidden) if name in names else one for name, one in value.items()}
    return value

"""An event's document as numbered lines, with the failing place marked and its sentence below it. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

AROUND = 4
"""Lines further from a failing one are folded."""
MOST_LINES = 2000
MOST_DEEP = 100


@dataclass
class Line:
    number: int
    indent: str
    name: str
    """With its quotes and colon, or empty."""
    value: str
    kind: str
    """Of the value: `s` text, `d` number and such, empty for a bracket."""
    end: str
    pointer: str
    says: list[str] = field(default_factory=list)
    folded: bool = False


def lines_of(document: Any, reasons: Sequence[Mapping[str, Any]], *, fold: bool) -> list[Line]:
    """Every line of the document; what a reason points at, or the object that lacks it, says so."""
    lines = [line for _, line in zip(range(MOST_LINES), _lines(document, "", "", "", ""), strict=False)]
    for number, line in enumerate(lines, 1):
        line.number = number
    for reason in reasons:
        pointer = str(reason.get("pointer") or "")
        place = next((line for line in lines if line.pointer == pointer), None)
        if place is None:  # a missing field: where its object begins
            place = next((line for line in lines if line.pointer == pointer.rpartition("/")[0]), lines[0])
        place.says.append(str(reason.get("message") or reason.get("rule")))
    if fold and (marked := [line.number for line in lines if line.says]):
        for line in lines:
            line.folded = min(abs(line.number - at) for at in marked) > AROUND
    return lines


def _lines(value: Any, indent: str, name: str, pointer: str, end: str) -> Iterator[Line]:
    if isinstance(value, dict | list) and value and len(indent) >= MOST_DEEP * 2:
        yield Line(0, indent, name, "…", "", end, pointer)
    elif isinstance(value, dict) and value:
        yield Line(0, indent, name, "{", "", "", pointer)
        last = len(value) - 1
        for place, (key, one) in enumerate(value.items()):
            step = str(key).replace("~", "~0").replace("/", "~1")
            label = json.dumps(key, ensure_ascii=False) + ": "
            yield from _lines(one, indent + "  ", label, f"{pointer}/{step}", "" if place == last else ",")
        yield Line(0, indent, "", "}", "", end, "\0")
    elif isinstance(value, list) and value:
        yield Line(0, indent, name, "[", "", "", pointer)
        for place, one in enumerate(value):
            yield from _lines(one, indent + "  ", "", f"{pointer}/{place}", "" if place == len(value) - 1 else ",")
        yield Line(0, indent, "", "]", "", end, "\0")
    else:
        kind = "s" if isinstance(value, str) else "d"
        yield Line(0, indent, name, json.dumps(value, ensure_ascii=False), kind, end, pointer)

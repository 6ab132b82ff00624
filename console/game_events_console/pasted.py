"""Events as somebody pasted them: one document, a list of them, or one a line; each as it is spelled. Pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MOST_EVENTS = 100
MOST_BYTES = 256 * 1024
BLANK = " \t\r\n"


class TooMuch(ValueError):
    """Of what is looked at at once; the message says the bound."""


@dataclass(frozen=True)
class Pasted:
    text: str
    """Of this event alone, so that a judge sees a name that is given twice."""
    document: Any = None
    problem: str = ""
    """Why it is no JSON."""


def events_in(text: str) -> list[Pasted]:
    """Raises TooMuch."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise TooMuch(f"{size / 1024:,.0f} KiB are pasted; {MOST_BYTES // 1024} KiB are looked at at once")
    found = []
    for one in _events(text.strip(BLANK)):
        found.append(one)
        if len(found) > MOST_EVENTS:
            raise TooMuch(f"more than {MOST_EVENTS} events are pasted; {MOST_EVENTS} are looked at at once")
    return found


def _events(text: str) -> Iterator[Pasted]:
    lines = [line for line in text.split("\n") if line.strip(BLANK)]
    if len(lines) > 1 and isinstance(_read(lines[0]).document, dict):
        yield from map(_read, lines)
        return
    whole = _read(text)
    if isinstance(whole.document, list):
        yield from _items(text)
    else:
        yield whole


def _read(text: str) -> Pasted:
    text = text.strip(BLANK)
    try:
        return Pasted(text, json.loads(text))
    except (ValueError, RecursionError) as error:
        return Pasted(text, problem=f"This is no JSON: {error}")


def _items(text: str) -> Iterator[Pasted]:
    """Of a list that is known to be JSON."""
    decoder, at = json.JSONDecoder(), 1
    while True:
        while text[at] in f"{BLANK},":
            at += 1
        if text[at] == "]":
            return
        document, end = decoder.raw_decode(text, at)
        yield Pasted(text[at:end], document)
        at = end

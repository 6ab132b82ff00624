"""Whose a stored line is: its event_id, its names, and the key that the ledger counts it by. Pure."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from game_events_models.identity import fingerprint_of_line

from game_events_api.ledger_key import OTHER_GAMES, LedgerKey


class Identity(NamedTuple):
    """Of a stored line: what its event is known by, and what the ledger may count it by."""

    event_id: str | None
    fingerprint: str
    named: LedgerKey
    """An accepted line is counted under these names, or, as a rejected one, by `counted_as`."""

    @property
    def known_by(self) -> tuple[str, str | None, str]:
        return self.named.game_id, self.event_id, self.fingerprint


def identity(stream: str, line: bytes) -> Identity:
    """ValueError, KeyError or TypeError when the line is not what the edge writes."""
    document = json.loads(line)
    event = document["event"] if stream == "events" else document
    if not isinstance(event, dict):
        raise TypeError("not a JSON object")
    event_id = event.get("event_id")
    game_id, event_type, version = (str(event.get(name) or "") for name in ("game_id", "event_type", "schema_version"))
    named = LedgerKey(game_id, event_type, version, str(document["received_at"])[:13])
    return Identity(None if event_id is None else str(event_id), fingerprint_in(document, line), named)


def fingerprint_in(document: Mapping[str, Any], line: bytes) -> str:
    """As the edge wrote it; it is made of the lines of earlier releases only."""
    return str(document.get("fingerprint") or fingerprint_of_line(line.decode("utf-8", "surrogateescape")))


def counted_as(named: LedgerKey, left: Counter[LedgerKey]) -> LedgerKey:
    """Which of a block's keys a line stands under; `left` is how many lines of each have no place yet.

    A rejected document is counted without the names that its API key or the contract does not know, an event of a game
    that is not counted by name under OTHER_GAMES.
    """
    free = +left
    known = [
        key
        for key in free
        if all(name in ("", said) for name, said in zip(key[1:], named[1:], strict=True))
        and key.game_id in ("", OTHER_GAMES, named.game_id)
    ]
    return max(known or free or [named])


def lines_of(event_id: str, data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines of NDJSON that are this event's, not those that mention its id elsewhere, with numbers from 1."""
    wanted = event_id.encode()
    if wanted in data:
        for number, line in enumerate(data.splitlines(), 1):
            if wanted in line and _is_of(event_id, line):
                yield number, line


def _is_of(event_id: str, line: bytes) -> bool:
    try:
        document = json.loads(line)
    except ValueError:
        return False
    documents = (document, document.get("event")) if isinstance(document, dict) else ()
    return any(isinstance(one, dict) and one.get("event_id") == event_id for one in documents)

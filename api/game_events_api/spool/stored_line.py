"""Whose a stored line is: its event_id, its names, and the key that the ledger counts it by. Pure."""

import json
from collections import Counter

from game_events_api.ledger_key import LedgerKey


def identity(stream: str, line: bytes) -> tuple[str | None, LedgerKey]:
    """event_id and names of a stored line; an accepted one is counted under these, a rejected one by `counted_as`.

    ValueError, KeyError or TypeError when the line is not what the edge writes.
    """
    document = json.loads(line)
    event = document["event"] if stream == "events" else document
    event_id = event.get("event_id")
    game_id, event_type, version = (str(event.get(name) or "") for name in ("game_id", "event_type", "schema_version"))
    key = LedgerKey(game_id, event_type, version, str(document["received_at"])[:13])
    return (None if event_id is None else str(event_id)), key


def counted_as(named: LedgerKey, left: Counter[LedgerKey]) -> LedgerKey:
    """Which of a block's keys a line stands under; `left` is how many lines of each have no place yet.

    A rejected document is counted without the names that its API key or the contract does not know.
    """
    free = +left
    known = [key for key in free if all(name in ("", said) for name, said in zip(key, named, strict=True))]
    return max(known or free or [named])

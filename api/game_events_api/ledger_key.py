"""What the ledger counts by, at which stages, and how counts are written down."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

Stage = Literal[
    "accepted",
    "duplicate",
    "reused_id",
    "rejected",
    "rejected_dropped",
    "delivered",
    "dead_lettered",
    "rejected_delivered",
    "rejected_dead_lettered",
    "discarded",
    "rejected_discarded",
    "damaged",
    "rejected_damaged",
]
STAGES: tuple[Stage, ...] = get_args(Stage)
TAKEN: Mapping[str, Stage] = {"events": "accepted", "rejected": "rejected"}
DELIVERED: Mapping[str, Stage] = {"events": "delivered", "rejected": "rejected_delivered"}
DEAD_LETTERED: Mapping[str, Stage] = {"events": "dead_lettered", "rejected": "rejected_dead_lettered"}
DISCARDED: Mapping[str, Stage] = {"events": "discarded", "rejected": "rejected_discarded"}
DAMAGED: Mapping[str, Stage] = {"events": "damaged", "rejected": "rejected_damaged"}
GONE = (DELIVERED, DEAD_LETTERED, DISCARDED, DAMAGED)
"""By stream: what is taken is one of these, or waits. Discarded were dead letters that an operator gave up, damaged
what no byte on disk tells any more.
"""


OTHER_GAMES = "*"
"""Stands for all games that a worker does not count by name; no game is called so."""


class LedgerKey(NamedTuple):
    """Names are empty where a rejected document has none that is known; `hour` is `YYYY-MM-DDTHH` of received_at."""

    game_id: str
    event_type: str
    schema_version: str
    hour: str


def parse_counts(text: str) -> Counter[LedgerKey]:
    """Of a column `counts`: JSON `[[game_id, event_type, schema_version, hour, lines], …]`.

    ValueError or TypeError when it is anything else.
    """
    counts: Counter[LedgerKey] = Counter()
    for game_id, event_type, version, hour, number in json.loads(text):
        counts[LedgerKey(str(game_id or ""), str(event_type or ""), str(version or ""), str(hour))] += number
    return counts


def dump_counts(counts: Mapping[LedgerKey, int]) -> str:
    """The opposite of `parse_counts`; counts of nothing are left out."""
    return json.dumps([[*key, number] for key, number in sorted(counts.items()) if number])

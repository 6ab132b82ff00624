"""What the ledger counts by, at which stages, and how counts are written down."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

Stage = Literal[
    "accepted",
    "duplicate",
    "rejected",
    "rejected_dropped",
    "delivered",
    "dead_lettered",
    "rejected_delivered",
    "rejected_dead_lettered",
]
STAGES: tuple[Stage, ...] = get_args(Stage)
TAKEN: Mapping[str, Stage] = {"events": "accepted", "rejected": "rejected"}
DELIVERED: Mapping[str, Stage] = {"events": "delivered", "rejected": "rejected_delivered"}
DEAD_LETTERED: Mapping[str, Stage] = {"events": "dead_lettered", "rejected": "rejected_dead_lettered"}
"""By stream."""


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

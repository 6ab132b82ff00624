"""What the ledger counts by, and how counts are written down."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple


class LedgerKey(NamedTuple):
    """Names are empty where a refused document has none that is known; `hour` is `YYYY-MM-DDTHH` of received_at."""

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

"""Send a file of NDJSON events in batches of 500 and keep the refused ones beside it, with their reasons.

python examples/send_file.py events.ndjson http://127.0.0.1:8000 ge_live_…
"""

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from game_events import GameAnalyticsClient

BATCH = 500


def batches(path: Path) -> Iterator[list[dict[str, Any]]]:
    """The file's events, never all of them in memory."""
    with path.open(encoding="utf-8") as lines:
        events = (json.loads(line) for line in lines if line.strip())
        while batch := list(islice(events, BATCH)):
            yield batch


def main(file: str, url: str, api_key: str) -> int:
    path, refused, taken = Path(file), 0, 0
    kept = path.with_suffix(".refused.ndjson")
    with GameAnalyticsClient(url, api_key) as client, kept.open("w", encoding="utf-8") as out:
        for batch in batches(path):
            receipt = client.send_events_batch(batch)
            taken += receipt.accepted + receipt.duplicate
            refused += receipt.rejected
            for event, result in zip(batch, receipt.results, strict=True):
                if result.status == "rejected":
                    reasons = [reason.model_dump(mode="json") for reason in result.errors]
                    out.write(json.dumps({"event": event, "reasons": reasons}) + "\n")
    print(f"{taken} taken, {refused} refused" + (f", see {kept}" if refused else ""))
    return 1 if refused else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:4]))

"""The least that must be done with an event, whoever does it: decode, validate, encode, in a bare loop.

`python benchmarks/edge_work.py TEMPLATE SECONDS` prints one JSON object: the processor microseconds an event takes.
"""

import gc
import itertools
import json
import sys
import time
from pathlib import Path

import msgspec
from edge_load import bodies
from game_events_api.contract.catalog import compiled
from game_events_models import contract

BODIES = 8


def microseconds_per_event(template: bytes, seconds: float) -> float:
    """Of a body's events; the bodies differ in their ids only."""
    decode, encode = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode
    validators = {
        (event_type, version): compiled(contract.judging_schema(event_type, version))
        for event_type, versions in contract.versions().items()
        for version in versions
    }
    prepared = list(itertools.islice(bodies(template), BODIES))
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
    events, began = 0, time.process_time()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for body in prepared:
            for event in decode(body)["events"]:
                if not validators[event["event_type"], event["schema_version"]].is_valid(event):
                    raise SystemExit(f"the benchmark's own event is not valid: {event}")
                encode(event)
                events += 1
    return (time.process_time() - began) * 1e6 / events


if __name__ == "__main__":
    template, seconds = Path(sys.argv[1]).read_bytes(), float(sys.argv[2])
    print(json.dumps({"us_per_event": microseconds_per_event(template, seconds)}))

"""What a hostile sender does to an honest one: `uv run python benchmarks/fairness.py [--seconds 60] [--json]`.

One worker with its default limits, two keys, one address. The honest sender sends single events and batches over
connections that stay and over new ones, first alone, then beside `hostile_load.py`. Prints how many of its requests
were answered 202 the first time, and both p99. Ends with 1 when one was not, or when the p99 beside the hostile one is
over 50 ms and over five times the undisturbed.
"""

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from edge_processes import HERE, running
from game_events_api.admission.key_file import KeyFile
from hostile_load import CLOSED, Hostile, answer, encoded, install

BOUND_SECONDS, BOUND_RATIO = 0.050, 5.0
DEFAULT_LIMITS = {
    "GAME_EVENTS_EVENTS_PER_SECOND": "",
    "GAME_EVENTS_ADDRESS_REQUESTS_PER_SECOND": "",
    "GAME_EVENTS_MAX_SPOOL_BYTES": "",
}
CALM_SECONDS = 3.0
PAUSE_SECONDS = 0.02


@dataclass
class Honest:
    """Sends at its pace, and notes what became of it."""

    port: int
    key: str
    seconds: list[float] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)

    async def run(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        batch = [self._stay(until, "/v1/events/batch", 20)]
        await asyncio.gather(*[self._stay(until) for _ in range(4)], *batch, self._come_anew(until))

    async def _stay(self, until: float, path: str = "/v1/events/install", events: int = 1) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while time.monotonic() < until:
            if not await self._send(reader, writer, path, events):
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            await asyncio.sleep(PAUSE_SECONDS)
        writer.close()

    async def _come_anew(self, until: float) -> None:
        while time.monotonic() < until:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            await self._send(reader, writer, "/v1/events/install", 1)
            writer.close()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _send(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, events: int) -> bool:
        body = encoded(install()) if events == 1 else encoded({"events": [install() for _ in range(events)]})
        request = Hostile(self.port, self.key).request(body, path)
        began = time.perf_counter()
        try:
            writer.write(request)
            status = await answer(reader)
        except (OSError, TimeoutError):
            status = CLOSED
        if status == 202:
            self.seconds.append(time.perf_counter() - began)
        else:
            self.failures.append(status)
        return status != CLOSED

    @property
    def p99(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)]


def measure(seconds: float) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="fairness-") as scratch:
        data_dir = Path(scratch) / "data"
        with running("ours", data_dir, DEFAULT_LIMITS) as server:
            hostile_key = KeyFile(data_dir / "keys.json").create("hostile")
            calm = Honest(server.port, server.key)
            asyncio.run(calm.run(max(CALM_SECONDS, seconds / 4)))
            with contextlib.ExitStack() as stack:
                command = [sys.executable, str(HERE / "hostile_load.py"), str(server.port), hostile_key, str(seconds)]
                loads = [
                    stack.enter_context(subprocess.Popen([*command, part], stdout=subprocess.PIPE, text=True))
                    for part in ("held", "sent")
                ]
                outputs = [output for load in loads if (output := load.stdout) is not None]
                for output in outputs:
                    output.readline()  # it begins
                disturbed = Honest(server.port, server.key)
                asyncio.run(disturbed.run(seconds))
                ways = {way: answers for output in outputs for way, answers in json.loads(output.read()).items()}
            megabytes = server.resident_megabytes()
    sent = len(disturbed.seconds) + len(disturbed.failures)
    return {
        "requests": sent,
        "answered_202": len(disturbed.seconds),
        "failures": disturbed.failures,
        "p99_ms_alone": round(calm.p99 * 1000, 1),
        "p99_ms": round(disturbed.p99 * 1000, 1),
        "p50_ms": round(sorted(disturbed.seconds)[len(disturbed.seconds) // 2] * 1000, 1),
        "worst_ms": round(max(disturbed.seconds) * 1000, 1),
        "resident_megabytes": round(megabytes),
        "hostile": ways,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    arguments = parser.parse_args()
    found = measure(arguments.seconds)
    if arguments.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name}: {value}")
    bound = max(BOUND_SECONDS * 1000, BOUND_RATIO * float(str(found["p99_ms_alone"])))
    return 0 if found["requests"] == found["answered_202"] and float(str(found["p99_ms"])) < bound else 1


if __name__ == "__main__":
    raise SystemExit(main())

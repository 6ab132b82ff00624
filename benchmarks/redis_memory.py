"""What the shared window takes in Redis: `uv run python benchmarks/redis_memory.py [--window 2000000] [--json]`.

A redis-server of its own is filled by the script that workers use, with names and fingerprints as they are, until the
window was full twice. Needs `redis-server` on the path.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import redis
from game_events_api.admission.sharing.state import GROUP_IDS, REMEMBER, UNUSED_MS

GAME = "com.example.game"  # a name is `<game_id>/<event_id>`


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--window", type=int, default=2_000_000, help="GAME_EVENTS_SHARED_DEDUP_WINDOW")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    arguments = parser.parse_args()
    tool = shutil.which("redis-server")
    if tool is None:
        print("redis-server is not installed", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="redis-memory-") as folder:
        socket = Path(folder) / "redis.sock"
        command = [tool, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", folder]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            try:
                found = fill(connected(socket), arguments.window)
            finally:
                server.terminate()
    for name, value in found.items():
        print(f"{name:24} {value:>14,}")
    if arguments.json:
        print(json.dumps(found))
    return 0


def connected(socket: Path) -> redis.Redis:
    client = redis.Redis(unix_socket_path=str(socket))
    for _ in range(100):
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.1)
    return client


def fill(client: redis.Redis, window: int) -> dict[str, float]:
    """Bytes, by what Redis says; most are in use just before an old generation goes."""
    sha = client.script_load(REMEMBER)
    empty, most, ids = used(client), 0, 0
    half = (window + 1) // 2
    while ids < 2 * window:
        pairs: list[str | bytes] = []
        for _ in range(min(GROUP_IDS, half)):
            pairs += [f"{GAME}/{uuid.uuid4()}", os.urandom(16)]
        client.evalsha(sha, 2, "known:young", "known:old", half, UNUSED_MS, *pairs)
        ids += len(pairs) // 2
        most = max(most, used(client) - empty)
    return {"window": window, "megabytes_at_most": round(most / 1e6), "bytes_an_id": round(most / window, 1)}


def used(client: redis.Redis) -> int:
    return int(client.info("memory")["used_memory"])


if __name__ == "__main__":
    sys.exit(main())

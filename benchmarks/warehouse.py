"""What a build of the warehouse costs in CPU and memory, first and when little is new: benchmarks/warehouse.py --quick

Events are made by a formula: installs, purchases in ten currencies, refunds, repeated and sandbox ones, over a year. A
small history is built and grows to the large one; 50,000 new events of the last two days are added to each. CPU seconds
are of the building process and dbt together, user and system. Other work on the machine raises them too, by its caches
and shared cores; compare the two increments with each other.
"""

import argparse
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

TODAY = datetime(2026, 10, 20, 12, tzinfo=UTC)
LINES_A_FILE = 10_000
CURRENCIES = (*("USD", "EUR", "JPY", "GBP", "KRW"), *("BRL", "KWD", "INR", "TWD", "CHF"))
BUILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from game_events_warehouse.build import build
now = datetime.fromisoformat(sys.argv[3])
result = build(lake=sys.argv[1], database=Path(sys.argv[2]), now=lambda: now)
print(result.raw_events, result.rows_loaded)
"""
SHARED = (
    '"user_id":"player-{user}","session_id":"s-{user}","game_id":"game-{game}","platform":"android",'
    '"app_version":"1.4.2"'
)
PURCHASE = (
    '"product_id":"coins_{product}","product_name":"coins","product_type":"consumable","quantity":1,"price":"{price}",'
    '"currency":"{currency}","store":"google_play","transaction_id":"GPA.{number}"'
)
REFUND = (
    '"store":"google_play","original_transaction_id":"GPA.{original}","refund_id":"R-{number}","refund_type":"partial",'
    '"refund_reason":"other","product_id":"coins_{product}","amount":"0.50","currency":"{currency}"'
)


@dataclass(frozen=True)
class Cost:
    cpu_s: float
    peak_rss_mb: float


def line(number: int, spread: int) -> str:
    """A stored line; `spread` is over how many days before today the events lie."""
    number -= number % 20 == 19  # every 20th repeats the one before it
    moment = TODAY - timedelta(seconds=(number * 7919) % (spread * 86400))
    time_ = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    kind = ("install", "purchase", "purchase", "install", "purchase")[number % 5] if number % 50 else "refund"
    fields = {"install": '"install_source":"organic"', "purchase": PURCHASE, "refund": REFUND}[kind].format(
        number=number,
        original=number - 49,
        product=number % 40,
        price="499" if CURRENCIES[number % 10] in ("JPY", "KRW") else f"{1 + number % 90}.99",
        currency=CURRENCIES[number % 10],
    )
    shared = SHARED.format(user=number % 50_000, game=number % 3)
    environment = "sandbox" if number % 97 == 0 else "production"
    identity = f'"event_id":"00000000-0000-7000-8000-{number:012x}","event_type":"{kind}","schema_version":"1-0-0"'
    event = f'{{{identity},"event_time":"{time_}",{shared},"environment":"{environment}",{fields}}}'
    server = f'"received_at":"{time_}","effective_time":"{time_}","correlation_id":"c-1","key_id":"k1"'
    judged = f'"ingested_by":"game-events-api/0.1.0","schema":"{kind}/1-0-0","fingerprint":"{number:032x}"'
    return f'{{{server},{judged},"event":{event}}}\n'


def write_file(folder: Path, first: int, spread: int) -> None:
    text = "".join(line(number, spread) for number in range(first, first + LINES_A_FILE))
    path = folder / "events" / "2026" / "10" / "20" / f"{first // LINES_A_FILE:02}" / f"{first:09}.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), 1))


def grow(lake: Path, first: int, until: int, spread: int = 365) -> None:
    starts = range(first, until, LINES_A_FILE)
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(write_file, [lake] * len(starts), starts, [spread] * len(starts)))


def build(lake: Path, database: Path, now: datetime = TODAY) -> Cost:
    """One build in a process of its own."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    peak = _watched([sys.executable, "-c", BUILD, str(lake), str(database), now.isoformat()])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    cost = Cost(round(cpu, 1), round(peak, 0))
    print(f"  {cost}, {time.monotonic() - started:.1f} s", file=sys.stderr)
    return cost


def _watched(command: list[str]) -> float:
    """Run it; the most memory, in MB, that it and its children held at one moment."""
    peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, sum(_resident_mb(pid) for pid in _family(process.pid)))
            time.sleep(0.05)
    if process.returncode:
        sys.exit(f"the build ended with {process.returncode}")
    return peak


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _resident_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="large is 2,000,000 instead of 5,000,000")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    parser.add_argument("--small", type=int, default=200_000)
    parser.add_argument("--first", type=int, default=1_000_000)
    parser.add_argument("--large", type=int)
    parser.add_argument("--folder", type=Path, help="where to work, kept; else a temporary folder")
    options = parser.parse_args()
    large = options.large or (2_000_000 if options.quick else 5_000_000)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="warehouse-benchmark-"))
    try:
        print(json.dumps(measure(folder, options.small, options.first, large)))
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, small: int, first: int, large: int) -> dict[str, float]:
    lake, database = folder / "lake", folder / "warehouse" / "warehouse.duckdb"
    more, costs = 50_000, []
    print("small history", file=sys.stderr)
    grow(lake, 0, small)
    costs.append(build(lake, database))
    grow(lake, small, small + more, spread=2)
    incremental_small = build(lake, database)
    nothing = build(lake, database)
    print("first build", file=sys.stderr)
    grow(lake, small + more, first)
    first_build = build(lake, folder / "first" / "warehouse.duckdb")
    shutil.rmtree(folder / "first")
    print("large history", file=sys.stderr)
    grow(lake, first, large)
    costs.append(build(lake, database))
    grow(lake, large, large + more, spread=2)
    incremental_large = build(lake, database)
    nothing_large = build(lake, database)
    costs += [incremental_small, nothing, first_build, incremental_large, nothing_large]
    return {
        "first_build_cpu_s": first_build.cpu_s,
        "incremental_cpu_s_small": incremental_small.cpu_s,
        "incremental_cpu_s_large": incremental_large.cpu_s,
        "nothing_new_cpu_s_small": nothing.cpu_s,
        "nothing_new_cpu_s_large": nothing_large.cpu_s,
        "peak_rss_mb": max(cost.peak_rss_mb for cost in costs),
        "first_build_peak_rss_mb": first_build.peak_rss_mb,
        "small_events": small,
        "first_events": first,
        "large_events": large,
    }


if __name__ == "__main__":
    main()

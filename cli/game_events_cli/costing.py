"""What the pipeline costs on AWS and Snowflake for so many events a day, and what it needs there. Pure arithmetic.

Prices are data (`prices.json`); what a core does was measured (docs/edge.md, docs/delivery.md, docs/warehouse.md) and
is stated below. Whatever neither covers is an assumption, and a field of `Load`.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from game_events_api.delivery import billed, into_records

REQUEST_US, EVENT_US = 90.0, 18.0
"""Processor time of a request, and of each event in it: benchmarks/edge.py measures your machine."""
DELIVERY_US = 20.0
"""Of each event read, packed, sent and confirmed, in the one process of delivery that a server has."""
BUILD_SECONDS_A_MILLION = 120.0
"""Of a build of the warehouse, by DuckDB on one core. On Snowflake nothing was measured."""
DAYS = 30.4
"""In a month."""
HOURS = DAYS * 24
GIB = 2**30
STREAMS = 2
"""Of Firehose: accepted and rejected events."""
BUFFER_BYTES = 64 * 2**20
"""After which, or after so many seconds, Firehose writes an object, as in deploy/aws/template.yaml."""
BUFFER_SECONDS = 300
BUILDS_A_DAY = 24
BUSY = 0.5
"""Share of the processors that is used at the peak."""
SPOOL_GIB = 100
"""Of each server's volume: more than GAME_EVENTS_MAX_SPOOL_BYTES of each worker."""
AT_LEAST = 2
"""Servers in a region, in two zones."""
SQS_REQUESTS = 3
"""For a message: sent, received, deleted."""


class UnusablePrices(Exception):
    """The prices cannot be read, or have no such region; the message says what to do."""


@dataclass(frozen=True)
class Load:
    """What a studio sends. Bytes are of a stored line, without gzip."""

    events_per_day: float
    event_bytes: int = 800
    """The demo's lines."""
    batch: int = 20
    """Events in a request."""
    peak: float = 3.0
    """The busiest second over the average one."""
    months_kept: float = 12.0
    gzip: float = 6.5
    """How many times smaller a file of the lake is; one of the demo was 6.7."""
    regions: int = 1
    """Each with a load balancer, servers and streams of its own; one warehouse reads all lakes."""

    @property
    def per_second(self) -> float:
        return self.events_per_day / 86400


class Item(NamedTuple):
    service: str
    what: str
    quantity: float
    unit: str
    usd: float
    """A month."""


class Needs(NamedTuple):
    events_per_second_at_peak: float
    processors_at_peak: float
    servers: int
    """In all regions."""
    firehose_mib_per_second_at_peak: float
    """In each region."""
    firehose_times_the_usual_quota: float
    lake_gib: float
    """Compressed, once `months_kept` are over."""


class Estimate(NamedTuple):
    items: Sequence[Item]
    needs: Needs

    @property
    def usd_a_month(self) -> float:
        return sum(item.usd for item in self.items)


def read_prices(path: Path | None, region: str) -> Mapping[str, Any]:
    """The prices of a region; UnusablePrices says what is wrong with them."""
    text = path.read_text("utf-8") if path else resources.files(__package__).joinpath("prices.json").read_text("utf-8")
    named = path or "prices.json"
    try:
        regions = json.loads(text)["regions"]
    except (ValueError, KeyError, TypeError) as error:
        raise UnusablePrices(
            f"{named} is no file of prices ({error}); copy the one of this package and change it"
        ) from error
    if region not in regions:
        raise UnusablePrices(
            f"{named} has no region {region!r}, only {', '.join(regions)}; copy it, add yours, name it with --prices"
        )
    found: Mapping[str, Any] = regions[region]
    ours = json.loads(resources.files(__package__).joinpath("prices.json").read_text("utf-8"))["regions"]["us-east-1"]
    if missing := ours.keys() - found.keys():
        raise UnusablePrices(f"{named}: {region} has no {', '.join(sorted(missing))}")
    return found


def estimate(load: Load, prices: Mapping[str, Any]) -> Estimate:
    """By the month, once the lake is as full as it will be."""
    needs = needed(load, prices)
    return Estimate([*_aws(load, prices, needs), *_snowflake(load, prices)], needs)


def needed(load: Load, prices: Mapping[str, Any]) -> Needs:
    """What the load takes at its peak."""
    peak = load.per_second * load.peak
    edge_us = (REQUEST_US + EVENT_US * load.batch) / load.batch
    processors = peak * (edge_us + DELIVERY_US) / 1e6
    each = prices["server"]["processors"] * BUSY
    by_delivery = peak * DELIVERY_US / 1e6 / BUSY  # one process of it a server
    servers = max(math.ceil(max(processors / each, by_delivery) / load.regions), AT_LEAST) * load.regions
    mib = peak * load.event_bytes / 2**20 / load.regions
    lake = load.events_per_day * DAYS * load.months_kept * load.event_bytes / load.gzip / GIB
    return Needs(peak, processors, servers, mib, mib / prices["firehose_stream_mib_per_second"], lake)


def _aws(load: Load, prices: Mapping[str, Any], needs: Needs) -> Iterator[Item]:
    events = load.events_per_day * DAYS
    server = prices["server"]
    requests = load.per_second / load.batch / load.regions
    units = max(requests / 25, load.per_second * load.event_bytes * 3600 / 1e9 / load.regions)
    firehose = events * billed_bytes(load) / GIB
    objects = max(events * load.event_bytes / BUFFER_BYTES, STREAMS * load.regions * DAYS * 86400 / BUFFER_SECONDS)
    balancers = load.regions * HOURS
    yield Item("load balancer", "hours", balancers, "h", balancers * prices["load_balancer_hour"])
    yield Item("load balancer", "capacity, a connection a request", units * balancers, "LCU h",
               units * balancers * prices["load_balancer_unit_hour"])  # fmt: skip
    yield Item(
        "EC2", f"{needs.servers} x {server['name']}", needs.servers * HOURS, "h", needs.servers * HOURS * server["hour"]
    )
    disk = needs.servers * SPOOL_GIB
    yield Item("EBS", "spools", disk, "GiB", disk * prices["ebs_gib_month"])
    yield Item("Firehose", "bytes, packed and rounded up", firehose, "GiB", tiered(firehose, prices["firehose_gib"]))
    yield Item("S3", "lake, when full", needs.lake_gib, "GiB", tiered(needs.lake_gib, prices["s3_gib_month"]))
    yield Item("S3", "objects written and read", objects, "objects", objects * (prices["s3_put"] + prices["s3_get"]))
    yield Item("SQS", "messages of new objects", objects, "objects", objects * SQS_REQUESTS * prices["sqs_request"])


def _snowflake(load: Load, prices: Mapping[str, Any]) -> Iterator[Item]:
    size = load.events_per_day * DAYS * load.event_bytes / GIB
    piped = size * prices["snowpipe_credits_gib"]
    yield Item("Snowflake", "Snowpipe", piped, "credits", piped * prices["snowflake_credit"])
    a_day = max(load.events_per_day / 1e6 * BUILD_SECONDS_A_MILLION, BUILDS_A_DAY * 60.0)
    credits = a_day / 3600 * DAYS
    yield Item("Snowflake", "builds, by what DuckDB takes", credits, "credits", credits * prices["snowflake_credit"])
    stored = size * load.months_kept / load.gzip / 1024
    yield Item("Snowflake", "tables, when full", stored, "TiB", stored * prices["snowflake_tib_month"])


def billed_bytes(load: Load) -> float:
    """Of one event, in the records that fill within a second of delivery's waiting."""
    together = max(int(load.per_second / load.regions), 1)
    sizes = [(1, load.event_bytes)] * min(together, 5000)
    return sum(billed((last - first) * load.event_bytes) for first, last in into_records(sizes)) / len(sizes)


def tiered(quantity: float, tiers: Sequence[Sequence[Any]]) -> float:
    """USD for a quantity whose price falls: `[up to, price]`, the last one without an end."""
    usd, begin = 0.0, 0.0
    for end, price in tiers:
        within = min(quantity, math.inf if end is None else end) - begin
        if within <= 0:
            break
        usd += within * price
        begin += within
    return usd

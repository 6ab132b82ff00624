"""Every metric of the product: its name, kind, labels and meaning. docs/metrics.md is written from here.

Labels are bounded: by what the schemas, the routes, the sinks and this file name. None tells of a player, a game,
a key or an address.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]
Source = Literal["workers", "delivery", "processes", "ledger", "folder"]


@dataclass(frozen=True, eq=False)
class Definition:
    """`source` says who knows it: processes count in memory, ledger and folder are read at the scrape."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    source: Source = "workers"
    bounds: tuple[float, ...] = ()
    """Of a histogram, the upper bounds of its buckets."""

    @property
    def exposed(self) -> str:
        """The name as Prometheus shows it."""
        return f"{self.name}_total" if self.kind == "counter" else self.name


_known: list[Definition] = []


def _define(
    name: str, kind: Kind, help: str, *labels: str, source: Source = "workers", bounds: tuple[float, ...] = ()
) -> Definition:
    definition = Definition(f"game_events_{name}", kind, help, labels, source, bounds)
    _known.append(definition)
    return definition


SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LAGS = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, 21600.0)

REQUESTS = _define("requests", "counter", "Answers on the event paths, by path and status", "path", "status")
REQUEST_SECONDS = _define(
    *("request_seconds", "histogram", "Seconds from a request's headers to its answer, of those answered 2xx"),
    "kind",
    bounds=SECONDS,
)
REFUSALS = _define("refusals", "counter", "Requests answered with a problem, by its type", "problem")
WRONG_KEYS = _define(
    "wrong_keys",
    "counter",
    "Requests with a key that is unknown, mistyped, expired or revoked, by the answer: 401, or 429 to too many",
    "status",
)
RULES = _define(
    *(
        "rejections",
        "counter",
        "Events rejected, by the first rule that they break: a keyword of the schema or a rule's name",
    ),
    *("event_type", "rule"),
)
LOGGED = _define("log_lines_spared", "counter", "Refusals that were counted and not logged, by reason", "reason")
IN_FLIGHT_BYTES = _define("in_flight_bytes", "gauge", "Bytes of large bodies held", "process")
SPOOL_BYTES = _define(
    "spool_bytes", "gauge", "Bytes of a worker's spool file in use, without what is free in it", "process"
)
REDIS_UP = _define("redis_up", "gauge", "1 while limits and duplicates are shared through Redis", "process")
REDIS_FAILURES = _define("redis_failures", "counter", "Times Redis did not answer")
REDIS_FALLBACKS = _define("redis_fallbacks", "counter", "Requests judged without Redis")
HOOK_FAILURES = _define("hook_failures", "counter", "Calls of hooks that failed")
HOOK_UNFIT = _define("hook_unfit", "counter", "Events that fit no version a hook names")
HOOK_LATE = _define("hook_late", "counter", "Events stored without fields of a hook, for time")
HOOK_UNTOLD = _define("hook_untold", "counter", "Events that observers never heard of")

CPU_SECONDS = _define(
    "process_cpu_seconds", "counter", "Processor time, user and system", "process", source="processes"
)
RESIDENT_BYTES = _define("process_resident_bytes", "gauge", "Memory in use", "process", source="processes")
OPEN_FILES = _define("process_open_files", "gauge", "Files and sockets that are open", "process", source="processes")
STARTED = _define(
    "process_start_time_seconds", "gauge", "When it started, in Unix seconds", "process", source="processes"
)
REPORTED = _define(
    "process_report_age_seconds", "gauge", "Seconds since its counts were written", "process", source="processes"
)
BUILD_INFO = _define("build_info", "gauge", "1; what runs is in the labels", "version", "python", source="processes")

EVENTS = _define(
    *("events", "counter", "Events, by what became of them: every count of the ledger, exact also after a crash"),
    *("stage", "event_type", "schema_version"),
    source="ledger",
)
LEDGER_DIFFERENCE = _define(
    "ledger_difference",
    "gauge",
    "Events taken, and neither gone nor waiting; 0 unless something is lost",
    source="ledger",
)
WAITING_EVENTS = _define(
    "waiting_events", "gauge", "Events on disk that are not delivered yet", "stream", source="ledger"
)
OLDEST_SECONDS = _define("oldest_waiting_seconds", "gauge", "Age of the event that waits longest", source="ledger")
DEAD_LETTERS = _define("dead_letters", "gauge", "Dead letters that nobody has sent again or discarded", source="ledger")
UNREADABLE = _define(
    "unreadable_spool_files", "gauge", "Spool files that could not be read at the scrape", source="ledger"
)

DELIVERY_SECONDS = _define(
    *("delivery_seconds", "histogram", "Seconds from an event's commit to its delivery, by events", "sink"),
    source="delivery",
    bounds=LAGS,
)
DELIVERED_BYTES = _define(
    "delivered_bytes", "counter", "Bytes of blocks that were delivered", "sink", source="delivery"
)
BREAKER_OPEN = _define(
    "breaker_open", "gauge", "1 while calls to the sink pause, 0.5 while it is probed", "sink", source="delivery"
)
DELIVERY_FAILING = _define(
    "delivery_failing", "gauge", "1 while the sink's latest try failed", "sink", source="delivery"
)

KEYS = _define(
    "keys",
    "gauge",
    "API keys, by state: usable, expired or revoked; none while the file cannot be read",
    "state",
    source="folder",
)
KEY_FILE_FAULT = _define(
    "key_file_fault", "gauge", "1 while keys.json, or PostgreSQL with the keys, cannot be read", source="folder"
)
DAMAGED_FILES = _define(
    "damage_notes", "gauge", "Blocks and spool files that were set aside as damaged", source="folder"
)
DISK_FREE = _define(
    "disk_free_bytes", "gauge", "Bytes that are free on the disk of the spool or the lake", "folder", source="folder"
)
DISK_SIZE = _define("disk_size_bytes", "gauge", "Size of that disk", "folder", source="folder")
WAREHOUSE_BUILT = _define(
    "warehouse_built_time_seconds",
    "gauge",
    "When the local warehouse was last published, in Unix seconds",
    source="folder",
)

DEFINITIONS: tuple[Definition, ...] = tuple(_known)

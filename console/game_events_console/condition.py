"""How the server is, as the page Health shows it: made of readings of `/metrics`. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from game_events_console.scrapes import Histogram, Reading, Scrape, paces

KINDS_OF_STREAM = {"events": "", "rejected": "rejected_"}


@dataclass(frozen=True)
class Quantiles:
    half: float | None
    """Seconds that half of them stayed under; infinite above the last bucket, None where there were none."""
    most: float | None
    """Seconds that 99 % stayed under."""
    since: float | None
    """In Unix seconds; None where they are of all that was ever counted."""
    last_bound: float
    """Seconds above which the histogram tells values not apart."""


@dataclass(frozen=True)
class Sink:
    name: str
    lag: Quantiles
    breaker: str
    """`closed`, `open` or `probing`."""
    failing: bool


@dataclass(frozen=True)
class Process:
    name: str
    started: float
    heard: float
    """Seconds since it reported."""
    bytes: float


@dataclass(frozen=True)
class Balance:
    """Whether one number is the sum of what became of it."""

    name: str
    events: int
    against: str
    difference: int
    is_built: bool = False
    """Whether it is as old as the warehouse's last build, and may differ for that."""


@dataclass(frozen=True)
class Condition:
    at: float
    answered: Quantiles
    paces: Sequence[tuple[float, float]]
    """When and how many a second."""
    per_second: float | None
    """Accepted since the first of `readings`; None where there is one only."""
    over_seconds: float
    sinks: Sequence[Sink]
    processes: Sequence[Process]
    spool_bytes: float
    free_bytes: float | None
    balances: Sequence[Balance]
    difference: int
    """Events that are neither gone nor waiting."""
    runs: Mapping[str, str]
    """`version` and `python` of the server."""

    @property
    def slowest(self) -> Sink | None:
        """The sink whose events come latest."""
        return max((one for one in self.sinks if one.lag.half is not None), key=_lag_of, default=None)

    @property
    def breaker(self) -> str:
        """The worst of all sinks."""
        states = {one.breaker for one in self.sinks}
        return next((one for one in ("open", "probing", "closed") if one in states), "none yet")


def condition_of(readings: Sequence[Reading], counted: Mapping[str, Any] | None) -> Condition:
    """Readings oldest first, at least one; `counted` is what the warehouse counts."""
    first, last = readings[0], readings[-1]
    scrape, seconds = last.scrape, last.at - first.at
    free = scrape.by("game_events_disk_free_bytes", "folder").get("spool")
    return Condition(
        at=last.at,
        answered=_quantiles(readings, "game_events_request_seconds"),
        paces=paces(readings),
        per_second=max(last.accepted - first.accepted, 0.0) / seconds if seconds else None,
        over_seconds=seconds,
        sinks=list(_sinks(readings)),
        processes=list(_processes(scrape)),
        spool_bytes=scrape.total("game_events_spool_bytes"),
        free_bytes=free,
        balances=[*_balances(scrape), *_in_facts(scrape, counted)],
        difference=round(scrape.total("game_events_ledger_difference")),
        runs=scrape.labels("game_events_build_info"),
    )


def _quantiles(readings: Sequence[Reading], name: str, **labels: str) -> Quantiles:
    """Of the time between the readings, or of all where nothing happened in it."""
    of_all = readings[-1].scrape.histogram(name, **labels)
    lately = of_all.since(readings[0].scrape.histogram(name, **labels)) if len(readings) > 1 else Histogram({})
    told, since = (lately, readings[0].at) if lately.count else (of_all, None)
    return Quantiles(told.quantile(0.5), told.quantile(0.99), since, told.last_bound)


def _sinks(readings: Sequence[Reading]) -> Iterator[Sink]:
    scrape = readings[-1].scrape
    breakers = scrape.by("game_events_breaker_open", "sink")
    failing = scrape.by("game_events_delivery_failing", "sink")
    for name in sorted({*breakers, *scrape.values_of("game_events_delivery_seconds", "sink")}):
        state = breakers.get(name, 0.0)
        said = "closed" if state == 0 else "open" if state == 1 else "probing"
        lag = _quantiles(readings, "game_events_delivery_seconds", sink=name)
        yield Sink(name, lag, said, failing.get(name, 0.0) > 0)


def _processes(scrape: Scrape) -> Iterator[Process]:
    """Those that run: one that is gone reports no more, and only its counts are left."""
    heard = scrape.by("game_events_process_report_age_seconds", "process")
    used = scrape.by("game_events_process_resident_bytes", "process")
    for name, started in sorted(scrape.by("game_events_process_start_time_seconds", "process").items()):
        yield Process(name, started, heard.get(name, 0.0), used.get(name, 0.0))


def _balances(scrape: Scrape) -> Iterator[Balance]:
    stages = scrape.by("game_events_events", "stage")
    waiting = scrape.by("game_events_waiting_events", "stream")
    for stream, kind in KINDS_OF_STREAM.items():
        taken = round(stages.get("accepted" if stream == "events" else "rejected", 0))
        became = {
            one.replace("_", " "): round(stages.get(kind + one, 0))
            for one in ("delivered", "dead_lettered", "discarded", "damaged")
        }
        became["waiting"] = round(waiting.get(stream, 0))
        said = ", ".join(f"{number:,} {one}" for one, number in became.items() if number or one == "delivered")
        name = "Accepted" if stream == "events" else "Rejected, kept"
        yield Balance(name, taken, said, taken - sum(became.values()))


def _in_facts(scrape: Scrape, counted: Mapping[str, Any] | None) -> Iterator[Balance]:
    if counted is not None:
        delivered = round(scrape.total("game_events_events", stage="delivered"))
        yield Balance(
            "Counted in facts",
            counted["events"],
            f"{delivered:,} delivered",
            delivered - counted["events"],
            is_built=True,
        )


def _lag_of(sink: Sink) -> float:
    return sink.lag.half or 0.0

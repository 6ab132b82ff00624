"""The studio's own functions as the settings name them: which add to an event, and which hear of it."""

from collections.abc import Iterable, Sequence

from game_events_api.hooks.calling import Complaints
from game_events_api.hooks.enrichment import Enrichment, Heard
from game_events_api.hooks.loading import Hook, load
from game_events_api.hooks.observing import Observers
from game_events_api.ingest.judge import Accepted
from game_events_api.metrics import Metrics
from game_events_api.metrics.definitions import HOOK_FAILURES, HOOK_LATE, HOOK_UNFIT, HOOK_UNTOLD
from game_events_api.settings.base import variable
from game_events_api.spool import Chunk


def load_all(enrich: Iterable[str], observe: Iterable[str]) -> tuple[list[Hook], list[Hook]]:
    """Both kinds by `module:function`. ConfigurationError for a name that is no function of an event."""
    return load(variable("enrich"), enrich), load(variable("observe"), observe)


class Hooks:
    """What the collector calls, on the event loop's thread; nothing here waits."""

    def __init__(self, enriching: Sequence[Hook], observing: Sequence[Hook], *, seconds: float, threads: int) -> None:
        self._complaints = Complaints()
        self._enrichment = Enrichment(enriching, self._complaints, seconds=seconds, threads=threads if enriching else 0)
        self._observers = Observers(observing, self._complaints) if observing else None

    def enrich(self, events: Sequence[Accepted], heard: Heard) -> None:
        """Call `heard`, maybe at once, with the events as they are to be stored."""
        self._enrichment.enrich(events, heard)

    def tell(self, stored: Iterable[Chunk]) -> None:
        """These lines are on disk."""
        if self._observers is not None:
            self._observers.tell(stored)

    def watch(self, metrics: Metrics) -> None:
        counts = self._complaints.counts
        metrics.read(HOOK_FAILURES, lambda: counts["failed"])
        metrics.read(HOOK_UNFIT, lambda: counts["unfit"])
        metrics.read(HOOK_LATE, lambda: counts["late"])
        metrics.read(HOOK_UNTOLD, lambda: counts["untold"])

"""Back into the stream: dead letters and rejected events, listed, shown, tried against today's schemas, replayed."""

from game_events_api.recovery.archive import Archive, Kept, NotKept, Page, Selection
from game_events_api.recovery.dead_letters import DeadLetters
from game_events_api.recovery.filters import UnknownField, Where
from game_events_api.recovery.recheck import Recheck
from game_events_api.recovery.rejected import RejectedEvent, RejectedEvents
from game_events_api.recovery.replay import Pace, Report

__all__ = [
    "Archive",
    "DeadLetters",
    "Kept",
    "NotKept",
    "Pace",
    "Page",
    "Recheck",
    "RejectedEvent",
    "RejectedEvents",
    "Report",
    "Selection",
    "UnknownField",
    "Where",
]

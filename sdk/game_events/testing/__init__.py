"""For tests of what sends events: a server that never was, faults by script, a clock moved by hand, captured events.

With pytest, the fixture `capture_events` gives a `Captured`; no import is needed.
"""

from game_events.testing.capture import Captured, capture
from game_events.testing.clock import ManualClock
from game_events.testing.faults import busy, connection_refused, lost_answer, no_answer, problem, rejection
from game_events.testing.listening import listening
from game_events.testing.server import KEY, URL, FakeServer, body

__all__ = [
    "KEY",
    "URL",
    "Captured",
    "FakeServer",
    "ManualClock",
    "body",
    "busy",
    "capture",
    "connection_refused",
    "listening",
    "lost_answer",
    "no_answer",
    "problem",
    "rejection",
]

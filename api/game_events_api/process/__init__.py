"""The processes that run it all: a supervisor, workers that share a port, readiness."""

from game_events_api.process.authority import authority
from game_events_api.process.supervisor import supervise

__all__ = ["authority", "supervise"]

"""The processes that run it all: a supervisor, workers that share a port, readiness."""

from game_events_api.process.supervisor import reserve_port, supervise
from game_events_api.process.urls import authority

__all__ = ["authority", "reserve_port", "supervise"]

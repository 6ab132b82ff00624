"""Simulated players: what they do, playing it through the SDK, and what it must come to in USD."""

from game_events_devtools.simulator.oracle import revenue_oracle
from game_events_devtools.simulator.play import PlayResult, play
from game_events_devtools.simulator.players import SimulatedEvent, simulate

__all__ = ["PlayResult", "SimulatedEvent", "play", "revenue_oracle", "simulate"]

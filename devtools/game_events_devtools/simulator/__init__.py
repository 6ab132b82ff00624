"""Simulated players: what they do, playing it through the SDK, and what it must come to."""

from game_events_devtools.simulator.oracle import Day, Figures, Money, recompute
from game_events_devtools.simulator.play import PlayResult, play
from game_events_devtools.simulator.stream import Reason, SimulatedEvent, simulate

__all__ = ["Day", "Figures", "Money", "PlayResult", "Reason", "SimulatedEvent", "play", "recompute", "simulate"]

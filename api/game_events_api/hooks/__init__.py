"""Functions of the studio's own: what they add to events on their way in, and who hears of events that are stored."""

from game_events_api.hooks.hooks import Hooks, load_all

__all__ = ["Hooks", "load_all"]

"""May this request come in: its key, its rate, its size and its encoding."""

from game_events_api.admission.games import GameFile
from game_events_api.admission.key_use import KeyUse
from game_events_api.admission.keys import KeyFile

__all__ = ["GameFile", "KeyFile", "KeyUse"]

"""May this request come in: its key, its rate, its size and its encoding."""

from game_events_api.admission.games import GameFile
from game_events_api.admission.key_database import KeyDatabase, open_keys
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.key_store import KeyStore, KeysUnavailable

__all__ = ["GameFile", "KeyDatabase", "KeyFile", "KeyStore", "KeysUnavailable", "open_keys"]

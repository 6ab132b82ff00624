"""What an operator can set; every field is also an environment variable `GAME_EVENTS_<FIELD>`."""

from game_events_api.settings.admin import AdminSettings
from game_events_api.settings.delivery import DeliverySettings
from game_events_api.settings.edge import Settings
from game_events_api.settings.environment import Environment
from game_events_api.settings.keys import KeySettings

__all__ = ["AdminSettings", "DeliverySettings", "Environment", "KeySettings", "Settings"]

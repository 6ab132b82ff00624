"""What an operator is shown of the server as a whole: one scrape for all its processes."""

from game_events_api.telemetry.exposition import Exposition

__all__ = ["Exposition"]

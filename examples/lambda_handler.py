"""AWS Lambda, or any function that is frozen between calls: nothing goes by itself, `flush` sends before it returns.

Where to is the environment's: GAME_EVENTS_URL, GAME_EVENTS_API_KEY, GAME_EVENTS_GAME_ID …
"""

from functools import cache
from typing import Any

from game_events import GameAnalyticsClient


@cache
def events() -> GameAnalyticsClient:
    """Of this container: its connection outlives the call."""
    return GameAnalyticsClient(background=False)


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    for record in event["Records"]:
        player = events().player(record["user_id"], session=record["session_id"])
        # The message's own id: one that is given again, since another of its batch failed, counts once.
        player.install(install_source=record["source"], event_id=record["message_id"])
    left = events().flush(timeout=5)
    if left:  # an error gives the messages back to their queue
        raise RuntimeError(f"{left} events were not sent")
    return {"delivered": events().stats().delivered}

"""A game server with many threads and one client: players' methods return at once, the rest goes in the background.

python examples/threads.py http://127.0.0.1:8000 ge_live_…
"""

import sys
from concurrent.futures import ThreadPoolExecutor

from game_events import GameAnalyticsClient

PLAYERS = 200


def main(url: str, api_key: str) -> int:
    client = GameAnalyticsClient(
        url, api_key, game_id="puzzle-quest", platform="android", app_version="1.4.2", environment="sandbox"
    )
    with client, ThreadPoolExecutor(8) as threads:

        def play(number: int) -> str:
            player = client.player(f"player-{number:06}", session=f"session-{number}")
            return player.install(install_source="organic")  # the event_id

        ids = set(threads.map(play, range(PLAYERS)))
        left = client.flush(timeout=10)
        print(f"{client.stats().delivered} of {len(ids)} delivered, {left} left")
    return 1 if left else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:3]))

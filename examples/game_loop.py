"""A game's loop: a frame never waits for the network, and what a player buys is on its way before the next one.

python examples/game_loop.py http://127.0.0.1:8000 ge_live_…
"""

import sys
import time

from game_events import GameAnalyticsClient

FRAME_SECONDS = 1 / 60
FRAMES = 60


def main(url: str, api_key: str) -> int:
    client = GameAnalyticsClient(
        url, api_key, game_id="puzzle-quest", platform="windows", app_version="1.4.2", environment="sandbox"
    )
    with client:
        player = client.player("player-000123", session="session-8f2c")
        player.install(install_source="organic")
        for frame in range(FRAMES):
            began = time.monotonic()
            if (
                frame == FRAMES // 2
            ):  # the player bought something: the call takes microseconds and sends nothing itself
                player.purchase(
                    product_id="coins_1000",
                    product_type="consumable",
                    quantity=1,
                    price="4.99",
                    currency="EUR",
                    store="steam",
                    transaction_id=f"steam-{time.time_ns()}",
                )
            time.sleep(max(0.0, FRAME_SECONDS - (time.monotonic() - began)))  # the game draws here
        left = client.flush(timeout=10)
        print(f"{client.stats().delivered} delivered, {left} left")
    return 1 if left else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:3]))

"""asyncio: many sends at once, with receipts, while the loop goes on; what is enqueued goes by a task of the loop.

python examples/with_asyncio.py http://127.0.0.1:8000 ge_live_…
"""

import asyncio
import sys

from game_events import AsyncGameAnalyticsClient


async def main(url: str, api_key: str) -> int:
    async with AsyncGameAnalyticsClient(
        url, api_key, game_id="puzzle-quest", platform="ios", app_version="1.4.2", environment="sandbox"
    ) as client:
        sends = [
            client.send_install_event(user_id=f"player-{number}", session_id="s", install_source="paid")
            for number in range(20)
        ]
        receipts = await asyncio.gather(*sends)
        client.player("player-0", session="s").session_start()
        left = await client.flush(timeout=10)
    print(f"{sum(receipt.status == 'accepted' for receipt in receipts)} receipts, {left} left")
    return 1 if left else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(asyncio.run(main(*sys.argv[1:3])))

"""A machine whose network comes and goes: events wait on disk for up to 31 days, whatever becomes of the process.

python examples/offline_kiosk.py /var/lib/kiosk/events http://127.0.0.1:8000 ge_live_…
"""

import sys

from game_events import Dropped, GameAnalyticsClient


def lost(event: Dropped) -> None:
    print(f"{event.event_id} will not be sent: {event.reason}", file=sys.stderr)


def main(folder: str, url: str, api_key: str) -> int:
    client = GameAnalyticsClient(
        url,
        api_key,
        spool=folder,
        on_drop=lost,
        game_id="arcade",
        platform="linux",
        app_version="1.0",
        environment="sandbox",
    )
    client.player("guest", session="coin-1").session_start()  # on disk when this returns
    left = client.close(timeout=2)
    print(f"{client.stats().delivered} delivered, {left} wait on disk")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:4]))

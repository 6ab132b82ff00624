"""Send one install and one purchase, by keywords, and tell apart what can go wrong.

python examples/send_purchase.py http://127.0.0.1:8000 ge_live_…
"""

import sys

from game_events import EventRejectedError, GameAnalyticsClient, GameEventsError, InvalidEventError, PurchaseEvent
from game_events.identity import uuid7_str


def main(url: str, api_key: str) -> int:
    with GameAnalyticsClient(url, api_key) as client:
        try:
            installed = client.send_install_event(
                user_id="player-000123",
                session_id="session-8f2c",
                game_id="puzzle-quest",
                platform="android",
                app_version="1.4.2",
                environment="sandbox",
                install_source="organic",
            )
            purchase = PurchaseEvent(
                user_id="player-000123",
                session_id="session-8f2c",
                game_id="puzzle-quest",
                platform="android",
                app_version="1.4.2",
                environment="sandbox",  # never counted as revenue
                product_id="coins_1000",
                product_type="consumable",
                quantity=1,
                price="750",  # a decimal string: the total paid, in yen here, which have no decimals
                currency="JPY",
                store="google_play",
                transaction_id=f"GPA.{uuid7_str()}",
            )
            bought = client.send_event(purchase)
        except InvalidEventError as error:  # a field is wrong or missing, and nothing was sent: correct the build
            print(error, file=sys.stderr)
            return 1
        except EventRejectedError as error:  # the server refused the document: correct the build
            for reason in error.errors:
                print(f"refused: {reason.pointer} {reason.message}", file=sys.stderr)
            return 1
        except GameEventsError as error:  # keep the event and send the same one later: its event_id counts once
            print(error, file=sys.stderr)
            return 1
    print(f"install {installed.event_id} {installed.status}")
    print(f"purchase {bought.event_id} {bought.status}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:3]))

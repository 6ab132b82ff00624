"""Celery: one client for all workers, made before they fork; each sends what its tasks enqueue, also when it ends.

`celery --app celery_app worker`, where CELERY_BROKER_URL names the broker, and GAME_EVENTS_URL, GAME_EVENTS_API_KEY,
GAME_EVENTS_GAME_ID … where events go and what they share.
"""

from celery import Celery  # type: ignore[import-untyped]
from game_events import GameAnalyticsClient

client = GameAnalyticsClient()
queue = Celery("celery_app")


@queue.task(acks_late=True)  # type: ignore[untyped-decorator]
def tell_of_sale(user_id: str, session: str, price: str, transaction: str) -> str:
    """The event's id. A task that runs twice makes two events, of one sale by its transaction."""
    return client.player(user_id, session=session).purchase(
        product_id="coins_1000",
        product_type="consumable",
        quantity=1,
        price=price,
        currency="EUR",
        store="steam",
        transaction_id=transaction,
    )

"""What both ports do with connections, as the settings say it."""

from functools import partial

from game_events_api.admission.addresses import Addresses
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.admission.wrong_keys import WrongKeys
from game_events_api.edge.protocol import Bounds
from game_events_api.metrics import Metrics
from game_events_api.metrics.definitions import WRONG_KEYS
from game_events_api.settings import Settings


def addresses_of(settings: Settings) -> Addresses:
    rate = RateLimiter(settings.address_requests_per_second, settings.burst_seconds, of="address")
    return Addresses(settings.trusted_proxies, rate)


def counted_wrong_keys(settings: Settings, metrics: Metrics) -> WrongKeys:
    wrong_keys = WrongKeys(settings.wrong_keys_per_minute)
    for status in wrong_keys.answered:
        metrics.read(WRONG_KEYS, partial(wrong_keys.answered.__getitem__, status), str(status))
    return wrong_keys


def bounds_of(settings: Settings) -> Bounds:
    return Bounds(
        max_header_bytes=settings.max_header_bytes,
        max_body_bytes=settings.max_body_bytes,
        header_seconds=settings.header_seconds,
        body_seconds=settings.body_seconds,
        keep_alive_seconds=settings.keep_alive_seconds,
    )

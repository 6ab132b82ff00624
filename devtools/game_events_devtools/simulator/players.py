"""A seeded stream of what simulated players send: the same seed and day give the same events, ids included."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any, Literal

from game_events.identity import uuid7

from game_events_devtools.simulator import world
from game_events_devtools.simulator.world import Market

Verdict = Literal["accepted", "duplicate", "rejected"]
Event = dict[str, Any]

DAYS = 7  # how far back events reach: within the 31 days the server takes
SHARE_DUPLICATE = 0.03
SHARE_INVALID = 0.015
SHARE_SANDBOX = 0.02
SHARE_SKEWED = 0.03
SHARE_INSTALL = 0.45
MIDNIGHT_MARGIN = timedelta(minutes=10)  # a delayed request must not move an event to another UTC day
MOST_REMEMBERED = 2_000


@dataclass(frozen=True)
class SimulatedEvent:
    """One event as the device sends it, and the verdict it is made to get."""

    event: Event
    verdict: Verdict
    clock_skew: timedelta
    """How far the device's clock is ahead; its event_time and Sent-At are both off by this much."""


@dataclass
class _Player:
    user_id: str
    game_id: str
    platform: str
    market: Market
    device: tuple[str, str, str]
    app_version: str
    clock_skew: timedelta
    installed: datetime
    session: int = 0
    purchases: int = 0


def simulate(*, events: int, seed: int, today: date) -> Iterator[SimulatedEvent]:
    """Yield `events` events of the seven UTC days before `today`.

    Duplicates repeat an earlier event of the stream to the letter; invalid ones break one rule each.
    """
    chance = random.Random(f"{seed} {today.isoformat()}")
    players: list[_Player] = []
    sent: list[SimulatedEvent] = []
    for number in range(events):
        if sent and chance.random() < SHARE_DUPLICATE:
            original = chance.choice(sent)
            yield SimulatedEvent(original.event, "duplicate", original.clock_skew)
            continue
        if not players or chance.random() < SHARE_INSTALL:
            player = _new_player(chance, len(players), today)
            players.append(player)
            event = _install(chance, player, number)
        else:
            # Repeat buyers: the earlier payers are chosen more often than the rest.
            player = max(chance.choices(players, k=3), key=lambda candidate: candidate.purchases)
            event = _purchase(chance, player, number, today)
        if chance.random() < SHARE_INVALID:
            chance.choice(FAULTS)(event)
            yield SimulatedEvent(event, "rejected", player.clock_skew)
            continue
        made = SimulatedEvent(event, "accepted", player.clock_skew)
        if len(sent) < MOST_REMEMBERED:
            sent.append(made)
        else:
            sent[chance.randrange(MOST_REMEMBERED)] = made
        yield made


def _new_player(chance: random.Random, number: int, today: date) -> _Player:
    platform = _weighted(chance, world.PLATFORMS)
    market = chance.choices(world.MARKETS, [market.weight for market in world.MARKETS])[0]
    # A wrong clock: minutes to days, ahead or behind; the server corrects it by Sent-At.
    skewed = chance.random() < SHARE_SKEWED
    return _Player(
        user_id=f"player-{number:06d}",
        game_id=chance.choice(world.GAMES),
        platform=platform,
        market=market,
        device=chance.choice(world.DEVICES[platform]),
        app_version=chance.choice(world.APP_VERSIONS),
        clock_skew=timedelta(seconds=chance.choice((-1, 1)) * chance.randrange(120, 200_000))
        if skewed
        else timedelta(),
        installed=_moment(chance, today - timedelta(days=chance.randrange(1, DAYS + 1))),
    )


def _weighted(chance: random.Random, choices: tuple[tuple[str, int], ...]) -> str:
    return chance.choices([name for name, _ in choices], [weight for _, weight in choices])[0]


def _moment(chance: random.Random, day: date) -> datetime:
    """A moment of play on that UTC day, away from both midnights."""
    hour = chance.choices(range(24), world.DAY_CURVE)[0]
    moment = datetime.combine(day, time(hour), UTC) + timedelta(milliseconds=chance.randrange(3_600_000))
    earliest = datetime.combine(day, time(), UTC) + MIDNIGHT_MARGIN
    latest = datetime.combine(day + timedelta(days=1), time(), UTC) - MIDNIGHT_MARGIN
    return min(max(moment, earliest), latest)


def _moment_of_play(chance: random.Random, player: _Player, today: date) -> datetime:
    """On any day since the player's install, and never before it: cohorts count from there."""
    days = (today - player.installed.date()).days
    return max(player.installed, _moment(chance, today - timedelta(days=chance.randrange(1, days + 1))))


def _common(chance: random.Random, player: _Player, event_type: str, moment: datetime) -> Event:
    shown = moment + player.clock_skew
    player.session += chance.random() < 0.4
    os, os_version, model = player.device
    sandbox = chance.random() < SHARE_SANDBOX
    return {
        "event_id": uuid7(int(moment.timestamp() * 1000), chance.randbytes(10)),
        "event_type": event_type,
        "schema_version": "1-0-0",
        "event_time": shown.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "user_id": player.user_id,
        "session_id": f"{player.user_id}-{player.session}",
        "game_id": player.game_id,
        "platform": player.platform,
        "app_version": player.app_version,
        "environment": "sandbox" if sandbox else "production",
        "country_code": player.market.country,
        "device": {"os": os, "os_version": os_version, "model": model, "locale": player.market.locale},
    }


def _install(chance: random.Random, player: _Player, number: int) -> Event:
    source, media_source, campaign, _ = chance.choices(world.SOURCES, [weight for *_, weight in world.SOURCES])[0]
    event = _common(chance, player, "install", player.installed) | {
        "install_source": source,
        "install_app_store": world.INSTALL_STORES[player.platform],
        "properties": {"ab_group": chance.choice("AB"), "ordinal": number},
    }
    if media_source:
        event["media_source"] = media_source
    if campaign:
        event["campaign"] = f"{campaign}_{player.market.country.lower()}"
    return event


def _purchase(chance: random.Random, player: _Player, number: int, today: date) -> Event:
    product = chance.choices(world.PRODUCTS, [product.weight for product in world.PRODUCTS])[0]
    quantity = 1 if product.product_type != "consumable" else chance.choices((1, 2, 5), (90, 8, 2))[0]
    price = _price(product.dollars, player.market) * quantity
    player.purchases += 1
    return _common(chance, player, "purchase", _moment_of_play(chance, player, today)) | {
        "product_id": product.product_id,
        "product_name": product.name,
        "product_type": product.product_type,
        "quantity": quantity,
        "price": str(price),
        "currency": player.market.currency,
        "store": world.STORES[player.platform],
        "transaction_id": f"T{number:08d}.{chance.getrandbits(64):016x}",
        "store_fee": str(_rounded(price * Decimal("0.3"), player.market)),
    }


def _price(dollars: Decimal, market: Market) -> Decimal:
    """The store's price point: the next whole step, less what the market's price tags leave off."""
    steps = (dollars * market.per_dollar / market.step).to_integral_value(ROUND_CEILING)
    return _rounded(steps * market.step - market.off, market)


def _rounded(amount: Decimal, market: Market) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-market.decimals), ROUND_HALF_UP)


def _break(field: str, value: object) -> Callable[[Event], None]:
    def fault(event: Event) -> None:
        event[field] = value

    return fault


def _omit(field: str) -> Callable[[Event], None]:
    def fault(event: Event) -> None:
        del event[field]

    return fault


FAULTS: tuple[Callable[[Event], None], ...] = (
    _break("platform", "symbian"),
    _break("schema_version", "9-9-9"),
    _break("event_time", "2019-01-01T00:00:00Z"),
    _break("event_time", "yesterday"),
    _break("country_code", "jp"),
    _break("game_id", "Puzzle Quest!"),
    _break("environment", "staging"),
    _break("email", "player@example.com"),
    _break("app_version", ""),
    _omit("user_id"),
    _omit("session_id"),
)
"""What broken builds do; each breaks one rule in a way that does not depend on the event's type."""

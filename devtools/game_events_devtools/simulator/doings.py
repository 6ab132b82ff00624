"""What players do, as the events that their devices send of it."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from game_events_devtools.simulator import world
from game_events_devtools.simulator.players import Event, Player, Session, common, later_that_day
from game_events_devtools.simulator.world import Market, Product

FEE = Decimal("0.3")
FOUR_DECIMALS = Decimal("0.0001")
TEN_DECIMALS = Decimal("0.0000000001")


@dataclass(frozen=True)
class Order:
    """What one payment was for: its lines, by a right clock's time."""

    player: Player
    paid: datetime
    lines: list[Event]


def install(chance: random.Random, player: Player, number: int) -> Event:
    source, media_source, campaign, _ = chance.choices(world.SOURCES, [weight for *_, weight in world.SOURCES])[0]
    event = common(chance, player, "install", player.build.install, player.sessions[0], player.installed) | {
        "install_source": source,
        "install_app_store": world.INSTALL_STORES[player.platform],
        "properties": {"ab_group": chance.choice("AB"), "ordinal": number},
    }
    if media_source:
        event["media_source"] = media_source
    if campaign:
        event["campaign"] = f"{campaign}_{player.market.country.lower()}"
    return event


def session_start(chance: random.Random, player: Player, session: Session) -> Event:
    days = (session.began.date() - player.installed.date()).days
    return common(chance, player, "session_start", "1-0-0", session, session.began) | {
        "session_number": session.number,
        "days_since_install": days,
    }


def ad_impression(chance: random.Random, player: Player, session: Session) -> Event:
    """An impression earns a fraction of a cent, to ten decimals."""
    network = chance.choices(world.AD_NETWORKS, [network.weight for network in world.AD_NETWORKS])[0]
    ad_format, _, worth = chance.choices(world.AD_FORMATS, [weight for _, weight, _ in world.AD_FORMATS])[0]
    earned = network.per_thousand / 1000 * worth * Decimal(chance.randrange(200, 2_500)) / 1000
    moment = later_that_day(chance, session.began)
    return common(chance, player, "ad_revenue", "1-0-0", session, moment) | {
        "ad_network": network.name,
        "ad_mediation": "applovin_max",
        "ad_format": ad_format,
        "revenue": f"{earned.quantize(TEN_DECIMALS, ROUND_HALF_UP):f}",
        "currency": network.currency,
    }


def order(chance: random.Random, player: Player, session: Session, number: int, shops: Counter[str]) -> Order:
    """A payment in the player's store; some sell several products in one. `shops`: a web shop's last number."""
    store = world.STORES[player.platform]
    paid = later_that_day(chance, session.began)
    lines = chance.choice((1, 1, 2, 3)) if store in world.STORES_WITH_BASKETS else 1
    products = chance.choices(world.PRODUCTS, [product.weight for product in world.PRODUCTS], k=lines)
    if store in world.STORES_THAT_NUMBER_PER_GAME:
        shops[player.game_id] += 1
        transaction = str(shops[player.game_id])
    else:
        transaction = f"T{number:08d}.{chance.getrandbits(64):016x}"
    player.purchases += 1
    sold = common(chance, player, "purchase", player.build.purchase, session, paid)
    sold |= {"currency": player.market.currency, "store": store, "transaction_id": transaction}
    events = [sold | _line(chance, player, product) for product in products]
    if lines > 1:
        for position, event in enumerate(events, start=1):
            event |= {"line_item_id": str(position), "event_id": _another_id(chance, event, position)}
    return Order(player, paid, events)


def _another_id(chance: random.Random, event: Event, position: int) -> str:
    """The first line keeps the event's id, every other has its own."""
    identity: str = event["event_id"]
    return identity if position == 1 else f"{identity[:24]}{chance.getrandbits(48):012x}"


def _line(chance: random.Random, player: Player, product: Product) -> Event:
    quantity = 1 if product.product_type != "consumable" else chance.choices((1, 2, 5), (90, 8, 2))[0]
    price = _price(product.dollars, player.market) * quantity
    line = {
        "product_id": product.product_id,
        "product_name": product.name,
        "product_type": product.product_type,
        "quantity": quantity,
        "price": str(price),
        "store_fee": str(rounded(price * FEE, player.market)),
    }
    if player.build.purchase == "1-0-0":
        return line  # which knew no period, and no tax in fractions of a cent
    if player.market.tax:
        line["tax_amount"] = str(contained_tax(price, player.market))
    if product.product_type == "subscription":
        line["subscription_period"] = "P1M"
    return line


def contained_tax(price: Decimal, market: Market) -> Decimal:
    return (price - price / (1 + market.tax)).quantize(FOUR_DECIMALS, ROUND_HALF_UP)


def _price(dollars: Decimal, market: Market) -> Decimal:
    """The store's price point: the next whole step, less what the market's price tags leave off."""
    steps = (dollars * market.per_dollar / market.step).to_integral_value(ROUND_CEILING)
    return rounded(steps * market.step - market.off, market)


def rounded(amount: Decimal, market: Market) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-market.decimals), ROUND_HALF_UP)

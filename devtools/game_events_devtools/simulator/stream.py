"""A seeded stream of what simulated players send: the same seed and day give the same events, ids included."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeVar

from game_events_devtools.simulator import doings, faults, world
from game_events_devtools.simulator.doings import Order
from game_events_devtools.simulator.players import Event, Player, new_id, new_player, play_again
from game_events_devtools.simulator.refunds import refunds

Verdict = Literal["accepted", "duplicate", "rejected"]
Reason = tuple[str, str]
"""Where in an event, as a JSON Pointer, and the rule that it breaks there."""
_Item = TypeVar("_Item")

SHARE_DUPLICATE = 0.03
SHARE_INVALID = 0.015
SHARE_TOLD_AGAIN = 0.01
"""Of payments: the same transaction, as another event, say after a reinstallation."""
DOINGS = (("install", 14), ("session", 22), ("order", 24), ("ads", 36), ("refund", 4))
MOST_REMEMBERED = 2_000


@dataclass(frozen=True)
class SimulatedEvent:
    """One event as the device sends it, and the verdict it is made to get."""

    event: Event
    verdict: Verdict
    clock_skew: timedelta
    """How far the device's clock is ahead; its event_time and Sent-At are both off by this much."""
    reason: Reason | None = None
    """Of a rejected event, why."""


def simulate(*, events: int, seed: int, today: date) -> Iterator[SimulatedEvent]:
    """Yield `events` events of the four weeks of UTC days before `today`.

    Duplicates repeat an earlier event of the stream to the letter; invalid ones break one rule each.
    """
    studio = _Studio(random.Random(f"{seed} {today.isoformat()}"), today)
    produced = 0
    while produced < events:
        for item in studio.next_events():
            yield item
            produced += 1
            if produced == events:
                return


class _Studio:
    """Everybody who plays, and what they did so far."""

    def __init__(self, chance: random.Random, today: date) -> None:
        self._chance, self._today = chance, today
        self._players: list[Player] = []
        self._orders: list[Order] = []
        self._sent: list[SimulatedEvent] = []
        # Web shops number from anywhere on, and all alike: two of them use one number.
        self._shops = Counter(dict.fromkeys(world.GAMES, chance.randrange(1_000, 100_000_000)))
        self._number = 0

    def next_events(self) -> Iterator[SimulatedEvent]:
        """What somebody does next: an event, or a few that belong together."""
        chance = self._chance
        if self._sent and chance.random() < SHARE_DUPLICATE:
            original = chance.choice(self._sent)
            yield SimulatedEvent(original.event, "duplicate", original.clock_skew)
            return
        self._number += 1
        player, told = self._done()
        for event in told:
            from_server = event["event_type"] == "refund"
            skew = timedelta() if from_server else player.clock_skew
            careless = player.build.is_careless and not from_server
            fault = faults.fault_of(chance, event, SHARE_INVALID, careless=careless)
            if fault:
                yield SimulatedEvent(fault.broken(event), "rejected", skew, fault.reason)
                continue
            made = SimulatedEvent(event, "accepted", skew)
            _remember(chance, self._sent, made)
            yield made

    def _done(self) -> tuple[Player, list[Event]]:
        chance = self._chance
        doing = chance.choices([name for name, _ in DOINGS], [weight for _, weight in DOINGS])[0]
        if doing == "install" or not self._players:
            player = new_player(chance, len(self._players), self._today)
            self._players.append(player)
            first = player.sessions[0]
            return player, [
                doings.install(chance, player, self._number),
                doings.session_start(chance, player, first),
            ]
        if doing == "refund" and self._orders:
            order = self._orders.pop(chance.randrange(len(self._orders)))
            return order.player, refunds(chance, order, self._number, self._today)
        # Repeat buyers: the earlier payers are chosen more often than the rest.
        player = max(chance.choices(self._players, k=3), key=lambda candidate: candidate.purchases)
        if doing == "session":
            player = chance.choice(self._players)
            return player, [doings.session_start(chance, player, play_again(chance, player, self._today))]
        session = chance.choice(player.sessions)
        if doing == "order":
            return player, self._ordered(doings.order(chance, player, session, self._number, self._shops))
        return player, [doings.ad_impression(chance, player, session)]

    def _ordered(self, order: Order) -> list[Event]:
        if not order.player.build.is_careless:
            _remember(self._chance, self._orders, order)
        told = list(order.lines)
        if self._chance.random() < SHARE_TOLD_AGAIN:
            told.append(order.lines[0] | {"event_id": new_id(self._chance, order.paid)})
        return told


def _remember(chance: random.Random, kept: list[_Item], item: _Item) -> None:
    """A sample of bounded size."""
    if len(kept) < MOST_REMEMBERED:
        kept.append(item)
    else:
        kept[chance.randrange(MOST_REMEMBERED)] = item

"""Simulated players: who they are, when they play, and what all of a player's events say."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from game_events.identity import uuid7

from game_events_devtools.simulator import world
from game_events_devtools.simulator.world import Build, Market

Event = dict[str, Any]

DAYS = 28  # how far back events reach: within the 31 days the server takes
SHARE_SANDBOX = 0.02
SHARE_SKEWED = 0.03
MIDNIGHT_MARGIN = timedelta(minutes=10)  # a delayed request must not move an event to another UTC day


@dataclass(frozen=True)
class Session:
    number: int
    began: datetime


@dataclass
class Player:
    user_id: str
    game_id: str
    platform: str
    market: Market
    device: tuple[str, str, str]
    build: Build
    clock_skew: timedelta
    """How far the device's clock is ahead."""
    sessions: list[Session] = field(default_factory=list)
    purchases: int = 0

    @property
    def installed(self) -> datetime:
        return self.sessions[0].began


def new_player(chance: random.Random, number: int, today: date) -> Player:
    """One whose first session is the installation, on one of the last DAYS days before `today`."""
    platform = weighted(chance, world.PLATFORMS)
    market = chance.choices(world.MARKETS, [market.weight for market in world.MARKETS])[0]
    build = chance.choices(world.BUILDS, [build.weight for build in world.BUILDS])[0]
    # A wrong clock: minutes to days, ahead or behind; the server corrects it by Sent-At.
    skewed = chance.random() < SHARE_SKEWED
    skew = timedelta(seconds=chance.choice((-1, 1)) * chance.randrange(120, 200_000)) if skewed else timedelta()
    player = Player(
        user_id=f"player-{number:06d}",
        game_id=chance.choice(world.GAMES),
        platform=platform,
        market=market,
        device=chance.choice(world.DEVICES[platform]),
        build=build if platform in ("ios", "android") else world.NEWEST,
        clock_skew=skew,
    )
    player.sessions.append(Session(1, moment(chance, today - timedelta(days=chance.randrange(1, DAYS + 1)))))
    return player


def weighted(chance: random.Random, choices: tuple[tuple[str, int], ...]) -> str:
    return chance.choices([name for name, _ in choices], [weight for _, weight in choices])[0]


def moment(chance: random.Random, day: date) -> datetime:
    """A moment of play on that UTC day, away from both midnights."""
    hour = chance.choices(range(24), world.DAY_CURVE)[0]
    drawn = datetime.combine(day, time(hour), UTC) + timedelta(milliseconds=chance.randrange(3_600_000))
    earliest = datetime.combine(day, time(), UTC) + MIDNIGHT_MARGIN
    return min(max(drawn, earliest), end_of(day))


def end_of(day: date) -> datetime:
    """The last moment of play on that UTC day."""
    return datetime.combine(day + timedelta(days=1), time(), UTC) - MIDNIGHT_MARGIN


def later_that_day(chance: random.Random, began: datetime) -> datetime:
    """Within the twenty minutes after it."""
    return min(began + timedelta(milliseconds=chance.randrange(20 * 60_000)), end_of(began.date()))


def play_again(chance: random.Random, player: Player, today: date) -> Session:
    """A session on a day since the installation, the sooner the likelier."""
    days = (today - player.installed.date()).days
    weights = [world.RETURNS[min(day, len(world.RETURNS) - 1)] for day in range(days)]
    day = player.installed.date() + timedelta(days=chance.choices(range(days), weights)[0])
    session = Session(len(player.sessions) + 1, max(player.installed, moment(chance, day)))
    player.sessions.append(session)
    return session


def is_sandbox(chance: random.Random) -> bool:
    return chance.random() < SHARE_SANDBOX


def common(
    chance: random.Random, player: Player, event_type: str, version: str, session: Session, at: datetime
) -> Event:
    """What every event says, told by a device whose clock may be wrong."""
    os, os_version, model = player.device
    return {
        "event_id": new_id(chance, at),
        "event_type": event_type,
        "schema_version": version,
        "event_time": written(at + player.clock_skew),
        "user_id": player.user_id,
        "session_id": f"{player.user_id}-{session.number}",
        "game_id": player.game_id,
        "platform": player.platform,
        "app_version": player.build.app_version,
        "environment": "sandbox" if is_sandbox(chance) else "production",
        "country_code": player.market.country,
        "device": {"os": os, "os_version": os_version, "model": model, "locale": player.market.locale},
    }


def new_id(chance: random.Random, at: datetime) -> str:
    return uuid7(int(at.timestamp() * 1000), chance.randbytes(10))


def written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

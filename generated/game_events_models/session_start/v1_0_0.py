# Written by scripts/codegen.py from the schemas; edit those and run it again.

from __future__ import annotations

from typing import Annotated, Literal

from game_events_models.judged import Judged
from game_events_models.optional import ABSENT, MISSING
from pydantic import ConfigDict, Field, StrictInt

from ..common.v1_1_1 import (
    AppVersion,
    CountryCode,
    Device,
    Environment,
    EventId,
    EventTime,
    GameId,
    Platform,
    Properties,
    SessionId,
    UserId,
)


class SessionStartEvent(Judged):
    """
    A play session began: the game was opened, or came back after a pause that ended the session before.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
    )
    event_id: EventId
    event_type: Literal["session_start"] = "session_start"
    """
    Which event this is.
    """
    schema_version: Literal["1-0-0"] = "1-0-0"
    """
    The version of this schema the event is of.
    """
    event_time: EventTime
    user_id: UserId
    game_id: GameId
    environment: Environment
    session_id: SessionId
    platform: Platform
    app_version: AppVersion
    country_code: CountryCode | MISSING = ABSENT
    device: Device | MISSING = ABSENT
    properties: Properties | MISSING = ABSENT
    session_number: Annotated[
        StrictInt | MISSING, Field(examples=[1], ge=1, le=1000000000)
    ] = ABSENT
    """
    Which of the player's sessions in this game this is, the first after installation being 1.
    """
    days_since_install: Annotated[
        StrictInt | MISSING,
        Field(examples=[1], ge=0, json_schema_extra={"x-unit": "days"}, le=36500),
    ] = ABSENT
    """
    How many days ago the game was installed, by the device; 0 on the day itself. Warehouses count retention from the install event; this serves where that is not known. Unit: days.
    """

# Written by scripts/codegen.py from the schemas; edit those and run it again.

from __future__ import annotations

from typing import Annotated, Literal

from game_events_models.judged import Judged
from game_events_models.optional import ABSENT, MISSING
from pydantic import ConfigDict, Field, StrictStr

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


class InstallEvent(Judged):
    """
    The game was started for the first time after installation.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
    )
    event_id: EventId
    event_type: Literal["install"] = "install"
    """
    Which event this is.
    """
    schema_version: Literal["2-1-1"] = "2-1-1"
    """
    The version of this schema the event was written for (SchemaVer MODEL-REVISION-ADDITION).
    """
    event_time: EventTime
    user_id: UserId
    session_id: SessionId
    game_id: GameId
    platform: Platform
    app_version: AppVersion
    environment: Environment
    country_code: CountryCode | MISSING = ABSENT
    device: Device | MISSING = ABSENT
    properties: Properties | MISSING = ABSENT
    install_source: Annotated[
        Literal["organic", "paid", "referral", "cross_promotion", "preload", "unknown"],
        Field(examples=["paid"]),
    ]
    """
    What brought the player here, by the attribution provider's class.
    """
    media_source: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["unity_ads"],
            max_length=64,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ] = ABSENT
    """
    The advertising network or channel.
    """
    campaign: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["spring_launch_jp"],
            max_length=128,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ] = ABSENT
    """
    The campaign, as the network names it.
    """
    ad_group: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["lookalike_payers"],
            max_length=128,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ] = ABSENT
    """
    The ad group or ad set within the campaign.
    """
    click_id: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["Cj0KCQiA-ud8BhDk"],
            json_schema_extra={"x-pii": "device_id"},
            max_length=128,
            min_length=1,
            pattern="^[\\x21-\\x7e]+$",
        ),
    ] = ABSENT
    """
    The network's id of the click that led here. Personal data: device_id.
    """
    install_app_store: Annotated[
        Literal["app_store", "google_play", "amazon_appstore", "samsung_galaxy_store", "huawei_appgallery", "steam", "epic_games_store", "microsoft_store", "playstation_store", "nintendo_eshop", "direct"] | MISSING,
        Field(examples=["google_play"]),
    ] = ABSENT
    """
    The store the game was installed from.
    """
    referrer_source: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["newsletter"],
            max_length=256,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ] = ABSENT
    """
    Who referred the player: utm_source of the install referrer.
    """
    referrer_medium: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["email"],
            max_length=256,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ] = ABSENT
    """
    By what medium: utm_medium of the install referrer.
    """

# Written by scripts/codegen.py from the schemas; edit those and run it again.

from __future__ import annotations

from typing import Annotated, Literal

from game_events_models.judged import Judged
from game_events_models.optional import ABSENT, MISSING
from pydantic import ConfigDict, Field, StrictStr

from ..common.v1_1_1 import (
    AppVersion,
    CountryCode,
    Currency,
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


class AdRevenueEvent(Judged):
    """
    An advertisement was shown, and the network or the mediation said what it earns the studio.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
    )
    event_id: EventId
    event_type: Literal["ad_revenue"] = "ad_revenue"
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
    ad_network: Annotated[
        StrictStr,
        Field(
            examples=["unity_ads"],
            max_length=128,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ]
    """
    The network that paid for the advertisement.
    """
    ad_mediation: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["applovin_max"],
            max_length=128,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ] = ABSENT
    """
    The mediation service that chose the network.
    """
    ad_format: Annotated[
        Literal["app_open", "banner", "interstitial", "native", "rewarded", "rewarded_interstitial", "offerwall", "other"],
        Field(examples=["rewarded"]),
    ]
    """
    The advertisement's form.
    """
    ad_unit_id: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["ca-app-pub-3940256099942544/5224354917"],
            max_length=128,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ] = ABSENT
    """
    The ad unit, as the network or the mediation names it.
    """
    ad_placement: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["level_end"],
            max_length=128,
            min_length=1,
            pattern="^[^\\x00-\\x1f\\x7f]+$",
        ),
    ] = ABSENT
    """
    Where in the game it was shown, as the studio names it.
    """
    revenue: Annotated[
        StrictStr,
        Field(
            examples=["0.00012345", "0.02"],
            max_length=19,
            min_length=1,
            pattern="^(0|[1-9][0-9]{0,7})(\\.[0-9]{1,10})?$",
        ),
    ]
    """
    What the impression earns the studio, in `currency`: a decimal as a string, never a JSON number. Networks count in fractions of a cent: up to 8 digits and up to 10 decimals, in every currency.
    """
    currency: Currency

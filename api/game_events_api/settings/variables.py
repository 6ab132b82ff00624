"""Every variable whose name begins with `GAME_EVENTS_`, and which of them a misspelt one was meant to be."""

import difflib
from collections.abc import Mapping
from typing import get_args

from pydantic import SecretStr

from game_events_api.settings.admin import AdminSettings
from game_events_api.settings.base import PREFIX, variable
from game_events_api.settings.delivery import DeliverySettings
from game_events_api.settings.edge import Settings

KINDS = (Settings, AdminSettings, DeliverySettings)
FIELDS = frozenset(name for kind in KINDS for name in kind.model_fields)

FILES: Mapping[str, str] = {
    f"{variable(name)}_FILE": name
    for kind in KINDS
    for name, field in kind.model_fields.items()
    if SecretStr in (field.annotation, *get_args(field.annotation))
}
"""Variables that name a file which holds a secret, and the field that it sets."""

OTHERS: Mapping[str, str] = {
    "GAME_EVENTS_PROJECT": "Folder of the project whose events these are; else the one around the current folder.",
    "GAME_EVENTS_API_KEY": "API key that `send`, `simulate` and the SDK use.",
    "GAME_EVENTS_URL": "URL of the server that `send`, `simulate` and the SDK talk to.",
    "GAME_EVENTS_GAME_ID": "Game of a client of the SDK that was told none.",
    "GAME_EVENTS_PLATFORM": "Platform of a client of the SDK that was told none.",
    "GAME_EVENTS_APP_VERSION": "App version of a client of the SDK that was told none.",
    "GAME_EVENTS_ENVIRONMENT": "Environment of a client of the SDK that was told none.",
    "GAME_EVENTS_LAKE": "Lake that the commands read: a directory or s3://bucket/prefix.",
    "GAME_EVENTS_BASE_CURRENCY": "Currency that `warehouse build` converts revenue into.",
    "GAME_EVENTS_SNOWFLAKE_DATABASE": "Database that `warehouse deploy` makes on Snowflake.",
    "GAME_EVENTS_SNOWFLAKE_LAKE_URL": "Where Snowflake finds the lake: s3://bucket/prefix/.",
    "GAME_EVENTS_SNOWFLAKE_LAKE_ROLE_ARN": "Role in AWS by which Snowflake reads the lake.",
    "GAME_EVENTS_WAREHOUSE_DATABASE": "File that dbt builds; `warehouse build` sets it.",
    "GAME_EVENTS_REQUIRE_TOOLS": "1 makes a test fail, instead of skip, where a tool that it runs is missing.",
}
"""Variables that are no setting of the server: the command's and the tests'."""

KNOWN = frozenset(map(variable, FIELDS)) | frozenset(FILES) | frozenset(OTHERS)

_ONE_EDIT = 0.93  # of two whole names, the shortest 15 letters long
_RESEMBLES = 0.75  # of what follows the prefix


def meant(name: str) -> str | None:
    """The known variable that resembles `name` most, in either case of letters; None where none does."""
    upper = name.upper()
    if close := difflib.get_close_matches(upper, KNOWN, 1, _ONE_EDIT):
        return close[0]
    if not upper.startswith(PREFIX):
        return None
    endings = [known.removeprefix(PREFIX) for known in KNOWN]
    close = difflib.get_close_matches(upper.removeprefix(PREFIX), endings, 1, _RESEMBLES)
    return PREFIX + close[0] if close else None

"""The contract as data: the event schemas and the OpenAPI document, each self-contained and parsed once.

The dicts are shared by every caller; treat them as read-only.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def versions() -> dict[str, tuple[str, ...]]:
    """Every published version of every event type, oldest first: `{"install": ("1-0-0",), …}`."""
    return {event_type: tuple(known) for event_type, known in _load("versions.json").items()}


@cache
def schema(event_type: str, version: str) -> dict[str, Any]:
    """The JSON Schema 2020-12 of one event version; KeyError when it was never published.

    Compile it with format assertion on: `date-time` is part of the contract.
    """
    if version not in versions().get(event_type, ()):
        raise KeyError(f"{event_type}/{version}")
    return _load(f"{event_type}/{version}.json")


@cache
def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document that the server serves at /openapi.json."""
    return _load("openapi.json")


def _load(name: str) -> dict[str, Any]:
    text = files("game_events_models").joinpath("documents").joinpath(*name.split("/")).read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document

# Written by scripts/codegen.py from the schemas; edit those and run it again.
"""What the models are made of: objects under their schema's names, and events that the schema has judged.

A model's fields say what code needs: types, and the limits of single values. Conditions between fields, patterns of
keys and the rest are the schema's, so every event is held against it, by the validator that the server uses.
"""

import sys
import warnings
from functools import cache
from itertools import chain, islice
from typing import Any, Self

from game_events_models import contract
from game_events_models.explain import field_errors
from game_events_models.http import FieldError
from jsonschema_rs import Draft202012Validator
from pydantic import BaseModel, ConfigDict, model_validator

MAX_ERRORS = 8
"""How many of an event's mistakes the error lists."""


class Shape(BaseModel):
    """An object of an event. Fields are dumped under the schema's names; their attributes may be named differently."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_by_name=True, serialize_by_alias=True, protected_namespaces=()
    )


class SchemaBroken(ValueError):
    """`reasons` has the first MAX_ERRORS things that are wrong with an event, each with a JSON pointer."""

    def __init__(self, reasons: list[FieldError]) -> None:
        self.reasons = reasons
        super().__init__("; ".join(f"{reason.pointer or 'the event'}: {reason.message}" for reason in reasons))


class Judged(Shape):
    """An event; what its schema refuses is a `pydantic.ValidationError`, as what a field refuses is.

    The ValidationError's context has the `SchemaBroken` that says more.
    """

    @model_validator(mode="after")
    def _judge(self) -> Self:
        judge(home_of(type(self)), self.model_dump(mode="json"))
        return self


def judge(home: str, document: dict[str, Any]) -> None:
    """Hold an event, as it would be sent, against its schema in the package `home`. SchemaBroken says what is wrong.

    ValueError when the document holds what is no JSON.
    """
    schema, validator, deprecated = _judge_of(document["event_type"], document["schema_version"], home)
    if not validator.is_valid(document):
        errors = (field_errors(error, document, schema) for error in validator.iter_errors(document))
        raise SchemaBroken(list(islice(chain.from_iterable(errors), MAX_ERRORS)))
    for pointer, since in deprecated:
        if _has(document, pointer.split("/")[1:]):
            message = f"{document['event_type']}: {pointer[1:]} is deprecated since {since}; the catalog says more"
            warnings.warn(message, FieldDeprecated, stacklevel=_levels_to_the_caller(home))


class FieldDeprecated(DeprecationWarning):
    """An event was made with a field that its schema marks `deprecated`; it is sent nevertheless."""


@cache
def _judge_of(
    event_type: str, version: str, home: str
) -> tuple[dict[str, Any], Draft202012Validator, tuple[tuple[str, str], ...]]:
    """The schema, its validator, and the deprecated fields: pointer and the version since which."""
    said = contract.annotations(event_type, version, home)
    deprecated = tuple((at, words["deprecated"]) for at, words in said.items() if "deprecated" in words)
    schema = contract.schema(event_type, version, home)
    return schema, Draft202012Validator(schema, validate_formats=True), deprecated


@cache
def home_of(model: type[BaseModel]) -> str:
    """The package that codegen wrote the event into, with its schema; what others made of the class is not asked."""
    written = next(one for one in model.__mro__ if Judged in one.__bases__)
    return written.__module__.partition(".")[0]


def _has(value: Any, tokens: list[str]) -> bool:
    """Whether something stands there; `*` is every item of a list and every key of a map."""
    if not tokens:
        return True
    first, rest = tokens[0].replace("~1", "/").replace("~0", "~"), tokens[1:]
    if first == "*" and isinstance(value, dict | list):
        return any(_has(part, rest) for part in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, dict) and first in value and _has(value[first], rest)


def _levels_to_the_caller(home: str) -> int:
    """How far up the stack the code is that made the event: beyond Pydantic, the models and the SDK."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in {home, *_OURS}:
        level, frame = level + 1, frame.f_back
    return level


_OURS = {"pydantic", "game_events_models", "game_events"}

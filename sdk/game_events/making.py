"""Events made of keywords, and in words what is wrong with them."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from uuid import UUID

from game_events_models.http import FieldError
from game_events_models.judged import SchemaBroken
from pydantic import BaseModel, ValidationError

from game_events.errors import InvalidEventError

FEW_CHOICES = 12
_FORMER_NAMES = {
    "amount": "price",
    "country": "country_code",
    "device_os": "device",
    "game": "game_id",
    "player_id": "user_id",
    "source": "install_source",
    "version": "app_version",
}
"""What people write for a field of ours, whose spelling is too far away to be found by it."""
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")


class ClientEvent(BaseModel):
    """Base of the SDK's event classes: a field that is None is left out, a UUID may stand for an id.

    What is wrong with the fields is an InvalidEventError; `model_validate`, which is pydantic's own, raises pydantic's.
    """

    if not TYPE_CHECKING:  # type checkers read the fields

        def __init__(self, **fields: Any) -> None:
            try:
                super().__init__(**{name: _plain(value) for name, value in fields.items() if value is not None})
            except ValidationError as error:
                raise invalid(type(self), error) from None


def made(model: type[ClientEvent], event: BaseModel | None, fields: Mapping[str, Any]) -> BaseModel:
    """The event that was given, or one of these fields; InvalidEventError says what is wrong with them."""
    if event is None:
        return model(**fields)
    if fields:
        raise InvalidEventError("give an event or its fields, not both")
    return event


def invalid(model: type[BaseModel], error: ValidationError) -> InvalidEventError:
    """What pydantic says of a model's fields, with a sentence and a pointer for each."""
    reasons = list(_reasons(model, error))
    lines = "".join(f"\n  {reason.pointer or '(event)'}: {reason.message}" for reason in reasons)
    told = InvalidEventError(f"this is no {_event_type(model)} event{lines}")
    told.errors = reasons
    return told


def _reasons(model: type[BaseModel], error: ValidationError) -> Iterator[FieldError]:
    for detail in error.errors(include_url=False):
        broken = detail.get("ctx", {}).get("error")
        if isinstance(broken, SchemaBroken):
            yield from broken.reasons
            continue
        pointer = "".join(f"/{_escaped(part)}" for part in detail["loc"] if not str(part).endswith("]"))
        yield FieldError(pointer=pointer[:512], rule=detail["type"][:64], message=_sentence(model, detail)[:1024])


def _sentence(model: type[BaseModel], detail: Mapping[str, Any]) -> str:
    value, kind = detail["input"], detail["type"]
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        name = str(detail["loc"][-1])
        known = [field.alias or own for own, field in model.model_fields.items()] if len(detail["loc"]) == 1 else []
        former = _FORMER_NAMES.get(name)
        near = [former] if former in known else get_close_matches(name, known, 1)
        return f"there is no such field{_meant(near)}"
    if kind == "literal_error":
        choices = _QUOTED.findall(detail["ctx"]["expected"])
        near = get_close_matches(str(value).lower(), [choice.lower() for choice in choices], 1)
        meant = [choice for choice in choices if choice.lower() in near]
        few = len(choices) <= FEW_CHOICES
        among = f"not one of {', '.join(choices)}" if few else f"none of the {len(choices)} that there are"
        return f"{_quoted(value)} is {among}{_meant(meant)}"
    return f"{detail['msg']}; it is {_quoted(value)}"


def _meant(near: list[Any]) -> str:
    return f"; did you mean '{near[0]}'?" if near else ""


def _quoted(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 64 else f"{text[:60]}…{text[:1]}"


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value


def _event_type(model: type[BaseModel]) -> str:
    return str(model.model_fields["event_type"].default)

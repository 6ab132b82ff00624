"""Events made of keywords, and in words what is wrong with them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict
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


class Context(TypedDict, total=False):
    """What all events of a client share, given to it once. An event that says otherwise is right."""

    game_id: str
    platform: str
    app_version: str
    environment: str


class ClientEvent(BaseModel):
    """Base of the SDK's event classes: None leaves a field out, a UUID may stand for an id, a number for money.

    What is wrong with the fields is an InvalidEventError; `model_validate`, which is pydantic's own, raises pydantic's.
    """

    _money: ClassVar[frozenset[str]] = frozenset()
    """Fields that hold an amount of money, which is decimal text in an event."""
    _nullable: ClassVar[frozenset[str]] = frozenset()
    """Fields of which null is a value."""

    if not TYPE_CHECKING:  # type checkers read the fields

        def __init__(self, **fields: Any) -> None:
            given = {name: value for name, value in fields.items() if value is not None or name in self._nullable}
            plain = {name: _plain(value, name in self._money) for name, value in given.items()}
            try:
                super().__init__(**plain)
            except ValidationError as error:
                raise invalid(type(self), error) from None


def made(
    model: type[ClientEvent], given: Sequence[object], context: Mapping[str, Any], fields: Mapping[str, Any]
) -> BaseModel:
    """The event of these fields and of what the client's events share; InvalidEventError says what is wrong with them.

    `given` is what a caller gave without a name, which nothing is.
    """
    if given:
        name = f"send_{_event_type(model)}_event"
        asked = ", ".join(f"{name}=…" for name, field in model.model_fields.items() if field.is_required())
        if any(isinstance(value, BaseModel | Mapping) for value in given[:1]):
            raise InvalidEventError(f"an event is sent by send_event; {name} takes its fields by name: {asked}")
        raise InvalidEventError(f"{name} takes the event's fields by name: {name}({asked})")
    shared = {name: value for name, value in context.items() if name in model.model_fields}
    return model(**shared | {name: value for name, value in fields.items() if value is not None or name not in shared})


def amount_text(value: object) -> object:
    """An amount of money as events have it: a number as its shortest exact decimal text; text as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return str(value)
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


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
        name = str(detail["loc"][-1])
        shared = len(detail["loc"]) == 1 and name in Context.__annotations__
        return f"is missing; a client can be told it once, as {name}=…" if shared else "is missing"
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


def _plain(value: object, is_money: bool) -> object:
    return amount_text(value) if is_money else str(value) if isinstance(value, UUID) else value


def _event_type(model: type[BaseModel]) -> str:
    return str(model.model_fields["event_type"].default)

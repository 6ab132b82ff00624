"""Events made of keywords, and in words what is wrong with them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict
from uuid import UUID

from game_events_models.http import FieldError
from game_events_models.judged import SchemaBroken, judge
from game_events_models.optional import ABSENT
from pydantic import BaseModel, ValidationError

from game_events import identity
from game_events.encoding import MadeEvent
from game_events.errors import Event, InvalidEventError

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


class _Plan:
    """What of a model's fields can be told without making one, which takes ten times as long."""

    def __init__(self, model: type["ClientEvent"]) -> None:
        fields = model.model_fields
        self.names = {own: field.alias or own for own, field in fields.items()}
        self.constants = {name: str(fields[name].default) for name in ("event_type", "schema_version")}
        self.money = model._money
        self.nullable = model._nullable


@cache
def _plan(model: type["ClientEvent"]) -> _Plan:
    return _Plan(model)


def made(
    model: type[ClientEvent], given: Sequence[object], context: Mapping[str, Any], fields: Mapping[str, Any], by: str
) -> Event:
    """The event of these fields and of what the client's events share; InvalidEventError says what is wrong with them.

    `given` is what a caller of the method `by` gave without a name, which nothing is.
    """
    if given:
        raise _without_names(model, given, by)
    return _judged(model, context, fields) or _modelled(model, context, fields)


def _judged(model: type[ClientEvent], context: Mapping[str, Any], fields: Mapping[str, Any]) -> MadeEvent | None:
    """The event as it is sent, where the fields are plain and its schema takes them."""
    plan = _plan(model)
    names = plan.names
    document = MadeEvent(plan.constants)
    try:
        document |= {names[name]: value for name, value in context.items() if value is not None and name in names}
        document |= {names[name]: value for name, value in fields.items() if value is not None}
    except KeyError:  # a field that there is not
        return None
    for name in plan.nullable:
        if (value := fields.get(name)) is None and name in fields:
            document[names[name]] = None
        elif value is ABSENT:
            del document[names[name]]
    for name in plan.money:
        if name in document and not isinstance(document[name], str):
            document[name] = amount_text(document[name])
    if "event_id" not in document:
        document["event_id"] = identity.uuid7_str()
    if "event_time" not in document:
        document["event_time"] = identity.utc_now_str()
    try:
        judge(model, document)
    except ValueError:  # the model says in words what is wrong, or takes what is no JSON, a UUID or a datetime
        return None
    return document


def _modelled(model: type[ClientEvent], context: Mapping[str, Any], fields: Mapping[str, Any]) -> ClientEvent:
    shared = {name: value for name, value in context.items() if name in model.model_fields}
    return model(**shared | {name: value for name, value in fields.items() if value is not None or name not in shared})


def _without_names(model: type[ClientEvent], given: Sequence[object], by: str) -> InvalidEventError:
    asked = ", ".join(f"{name}=…" for name, field in model.model_fields.items() if field.is_required())
    if any(isinstance(value, BaseModel | Mapping) for value in given[:1]):
        return InvalidEventError(f"an event is sent by send_event or enqueue; {by} takes its fields by name: {asked}")
    return InvalidEventError(f"{by} takes the event's fields by name: {by}({asked})")


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

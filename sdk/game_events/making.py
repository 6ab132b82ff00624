"""Events as objects, and in words what is wrong with the fields of one."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from game_events_models import contract
from game_events_models.http import FieldError
from game_events_models.judged import SchemaBroken, home_of
from pydantic import BaseModel, ValidationError

from game_events.errors import InvalidEventError
from game_events.told import Context

if TYPE_CHECKING:
    from game_events.blanks import Facts

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
    """Base of the SDK's event classes: None leaves a field out, a UUID may stand for an id, a number for money.

    What is wrong with the fields is an InvalidEventError; `model_validate`, which is pydantic's own, raises pydantic's.
    """

    _facts: ClassVar["Facts"]

    if not TYPE_CHECKING:  # pragma: no branch -- type checkers read the fields

        def __init__(self, **fields: Any) -> None:
            try:
                super().__init__(**plain(fields, self._facts.amounts, self._facts.nullable))
            except ValidationError as error:
                raise invalid(type(self), error) from None


def plain(fields: Mapping[str, Any], amounts: Sequence[str], nullable: Sequence[str]) -> dict[str, Any]:
    """Fields by attribute as a model takes them: without None, a UUID and an amount of money as text."""
    given = {name: value for name, value in fields.items() if value is not None or name in nullable}
    return {name: amount_text(value) if name in amounts else _plain(value) for name, value in given.items()}


def without_names(model: type[BaseModel], given: Sequence[object], by: str) -> InvalidEventError:
    """For what a caller of the method `by` gave without a name."""
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
        return f"there is no such field{_of([former]) if former in known else meant(name, known)}"
    if kind == "literal_error":
        choices = _QUOTED.findall(detail["ctx"]["expected"])
        near = get_close_matches(str(value).lower(), [choice.lower() for choice in choices], 1)
        like = [choice for choice in choices if choice.lower() in near]
        few = len(choices) <= FEW_CHOICES
        among = f"not one of {', '.join(choices)}" if few else f"none of the {len(choices)} that there are"
        return f"{_quoted(value)} is {among}{_of(like)}"
    said = _sentence_of_the_schema(model, detail) or detail["msg"]
    return f"{said.removesuffix('.')}; it is {_quoted(value)}"


def _sentence_of_the_schema(model: type[BaseModel], detail: Mapping[str, Any]) -> str | None:
    """What the schema says to people of a field whose text breaks its rules."""
    if len(detail["loc"]) > 1 or not detail["type"].startswith("string_"):
        return None
    name = str(detail["loc"][0])
    field = next((field.alias or own for own, field in model.model_fields.items() if name in (own, field.alias)), name)
    version = str(model.model_fields["schema_version"].default)
    schema = contract.schema(_event_type(model), version, home_of(model))
    rules = schema["properties"].get(field, {})
    shared = schema.get("$defs", {}).get(str(rules.get("$ref", "")).rpartition("/")[2], {})
    sentence = rules.get("x-message", shared.get("x-message"))
    return str(sentence) if sentence else None


def meant(wrong: object, known: Iterable[str]) -> str:
    """The end of a sentence about a name that is none of those known."""
    return _of(get_close_matches(str(wrong), list(known), 1))


def _of(near: Sequence[Any]) -> str:
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

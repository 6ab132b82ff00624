"""What operators are answered with: the generated shapes, filled from what was stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from game_events_models import http
from pydantic import BaseModel
from pydantic.fields import FieldInfo

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class Shapes:
    """Of one kind of what is kept."""

    shown_as: str
    """The field of `detail` that holds the one."""
    one: type[BaseModel]
    page: type[BaseModel]
    detail: type[BaseModel]
    replay: type[BaseModel]


DEAD_LETTERS = Shapes(
    *("dead_letter", http.DeadLetter),
    *(http.DeadLetterList, http.DeadLetterDetail, http.DeadLetterReplay),
)
REJECTED = Shapes(
    *("rejected", http.RejectedEvent),
    *(http.RejectedList, http.RejectedDetail, http.RejectedReplay),
)


def cut(shape: type[Shape], fields: Mapping[str, Any]) -> Shape:
    """The shape, its texts no longer than it allows: one line that somebody edited must not hide a whole page."""
    return shape.model_validate(cut_texts(shape, fields))


def cut_texts(shape: type[BaseModel], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same as a document: what was rejected may hold texts of any length."""
    return {name: _cut(fields[name], field) for name, field in shape.model_fields.items()}


def _cut(value: Any, field: FieldInfo) -> Any:
    if not isinstance(value, str):
        return value
    return value[: min((bound.max_length for bound in field.metadata if hasattr(bound, "max_length")), default=None)]

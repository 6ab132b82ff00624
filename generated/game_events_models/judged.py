# Written by scripts/codegen.py from the schemas; edit those and run it again.
"""What the models are made of: objects under their schema's names, and events that the schema has judged.

A model's fields say what code needs: types, and the limits of single values. Conditions between fields, patterns of
keys and the rest are the schema's, so every event is held against it, by the validator that the server uses.
"""

from functools import cache
from typing import Any, Self

from game_events_models import contract
from jsonschema_rs import Draft202012Validator
from pydantic import BaseModel, ConfigDict, model_validator

MAX_ERRORS = 8
"""How many of an event's mistakes the error lists."""


class Shape(BaseModel):
    """An object of an event. Fields are dumped under the schema's names; their attributes may be named differently."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_by_name=True, serialize_by_alias=True, protected_namespaces=()
    )


class Judged(Shape):
    """An event; what its schema refuses is a `pydantic.ValidationError`, as what a field refuses is."""

    @model_validator(mode="after")
    def _judge(self) -> Self:
        document = self.model_dump(mode="json")
        validator = _validator(document["event_type"], document["schema_version"])
        if not validator.is_valid(document):
            raise ValueError(_mistakes(validator, document))
        return self


@cache
def _validator(event_type: str, version: str) -> Draft202012Validator:
    return Draft202012Validator(contract.schema(event_type, version), validate_formats=True)


def _mistakes(validator: Draft202012Validator, document: dict[str, Any]) -> str:
    found: list[str] = []
    for error in validator.iter_errors(document):
        if len(found) == MAX_ERRORS:
            found.append("and more")
            break
        pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in error.instance_path)
        found.append(f"{pointer or 'the event'}: {error.message}")
    return "; ".join(found)
